/* Make package for all users
   What     Writes the menu "NMF 4D-STEM" as one package file, NMF_4D-STEM.gtk, for all users of this PC or for other PCs.
   Input    What install_menu.s installed for the present user (persistent tags NMF 4D-STEM:Installed and :Folder).
   Output   A package in the user's plug-in folder; the Results window says where to move it.
   Source   -
   Needs    -
   Twin     -
   Tested   virtual_dm in CI; GMS: not yet
*/

// Path of the script of item i, as install_menu.s recorded it, and how it stands in the menu.
string ScriptOf(TagGroup installed, number i, string folder, string &command, string &submenu, number &isLibrary)
{
    TagGroup item
    installed.TagGroupGetIndexedTagAsTagGroup(i, item)
    string file
    item.TagGroupGetTagAsString("File", file)
    item.TagGroupGetTagAsString("Command", command)
    item.TagGroupGetTagAsString("Submenu", submenu)
    item.TagGroupGetTagAsNumber("Library", isLibrary)
    return folder + "\\" + file
}

// Where DM writes packages of this user, "" if it does not tell.
string PluginFolder()
{
    string folder = ""
    try folder = GetApplicationDirectory(1008, 0)
    catch break
    return folder
}

void MakePackage()
{
    string package = "NMF_4D-STEM"
    TagGroup installed
    string project = ""
    GetPersistentStringNote("NMF 4D-STEM:Folder", project)
    if (!GetPersistentTagGroup().TagGroupGetTagAsTagGroup("NMF 4D-STEM:Installed", installed) || project == "")
        Throw("Make package: the menu is not installed for this user, so it is not known what belongs into the package. " + \
              "Run install_menu.s first.")
    string folder = project + "\\dm_scripts"
    number nItems = installed.TagGroupCountTags()

    string command, submenu
    number isLibrary
    string missing = ""
    for (number i = 0; i < nItems; i++)
    {
        string path = ScriptOf(installed, i, folder, command, submenu, isLibrary)
        if (!DoesFileExist(path)) missing = missing + "\n    " + path
    }
    if (missing != "")
        Throw("Make package: these files are gone. Run install_menu.s again from the folder where they are now, then make " + \
              "the package." + missing)

    // DM adds to a package of that name instead of writing it anew, which would double every item.
    string plugins = PluginFolder()
    string file = PathConcatenate(plugins, package + ".gtk")
    if (plugins != "" && DoesFileExist(file))
        Throw("Make package: there is a package already, " + file + ". Delete that file, restart DigitalMicrograph, and " + \
              "run this command again.")

    number nAdded = 0
    for (number i = 0; i < nItems; i++)
    {
        string path = ScriptOf(installed, i, folder, command, submenu, isLibrary)
        // Both are about the menu of one user; a package is removed by deleting its file.
        if (path == folder + "\\uninstall_menu.s" || path == folder + "\\make_package.s") continue
        AddScriptFileToPackage(path, package, 3, command, "NMF 4D-STEM", submenu, isLibrary)    // 3: .gtk
        nAdded++
    }

    if (plugins == "") file = package + ".gtk, in this user's folder Gatan\\Plugins"
    Result("Make package: " + nAdded + " scripts are now in " + file + "\n")
    Result("    1. Choose NMF 4D-STEM > Remove this menu, or this user will see every command twice.\n")
    Result("    2. Close DigitalMicrograph and MOVE the file to C:\\ProgramData\\Gatan\\Plugins (as administrator):\n")
    Result("       then every user of this PC has the menu. For another PC, copy it there to the same folder.\n")
    Result("    3. Start DigitalMicrograph. To remove the menu for all users, delete the file and restart.\n")
}

MakePackage()
