/* Install menu
   What     Installs the menu "NMF 4D-STEM" for the present user: libraries first, then one item for each command, and those
            that run Python in a submenu, if this GMS has Python. Safe to run again: what it installed before goes first.
   Input    The folder dm_scripts, found from this script's own window, else asked for.
   Output   Menu items; persistent tags NMF 4D-STEM:Folder (where the project is) and NMF 4D-STEM:Installed (what there is
            to remove); lines in the Results window.
   Source   -
   Needs    -
   Twin     -
   Tested   virtual_dm in CI; GMS: not yet
*/

// This script runs before any library is installed, so it brings all that it needs.

// Everything before the last backslash: the folder of a file, or the folder above a folder. DM's own functions for paths
// are not used, because it is not known whether theirs end in a backslash.
string FolderAbove(string path)
{
    number at = Len(path) - 1
    while (at > 0 && Mid(path, at, 1) != "\\") at--
    return Left(path, max(at, 0))
}

string WithoutLastBackslash(string folder)
{
    if (Len(folder) > 0 && Right(folder, 1) == "\\") return Left(folder, Len(folder) - 1)
    return folder
}

// The folder with the scripts, given it or the project's folder above it; "" if it is neither.
string ScriptsFolderIn(string folder)
{
    if (folder == "") return ""
    if (DoesFileExist(folder + "\\functions\\messages.s")) return folder
    string below = folder + "\\dm_scripts"
    if (DoesFileExist(below + "\\functions\\messages.s")) return below
    return ""
}

// Folder of the script whose window is in front: this one, if it was opened and run with Ctrl + Enter.
string OwnFolder()
{
    string folder = ""
    try
    {
        DocumentWindow front = GetDocumentWindow(0)
        if (front.WindowIsValid()) folder = FolderAbove(front.WindowGetCurrentFile())
    }
    catch break                            // a window without a file: the dialog asks
    return folder
}

// The folder dm_scripts, or "" if the user cancels or chooses another one.
string FindScriptsFolder()
{
    string folder = ScriptsFolderIn(OwnFolder())
    if (folder != "") return folder
    string start = ""
    GetPersistentStringNote("NMF 4D-STEM:Folder", start)
    string chosen = start
    if (!GetDirectoryDialog("Choose the folder dm_scripts, in which install_menu.s is", start, chosen)) return ""
    folder = ScriptsFolderIn(WithoutLastBackslash(chosen))
    if (folder == "")
        Throw("Install menu: the folder " + chosen + " holds no functions\\messages.s, so it is not dm_scripts. Run " + \
              "install_menu.s again and choose the folder dm_scripts of this project.")
    return folder
}

// Takes away what an earlier run installed; returns how many items.
number RemoveInstalled()
{
    TagGroup installed
    if (!GetPersistentTagGroup().TagGroupGetTagAsTagGroup("NMF 4D-STEM:Installed", installed)) return 0
    number nRemoved = 0
    for (number i = 0; i < installed.TagGroupCountTags(); i++)
    {
        TagGroup item
        installed.TagGroupGetIndexedTagAsTagGroup(i, item)
        string command, submenu
        item.TagGroupGetTagAsString("Command", command)
        item.TagGroupGetTagAsString("Submenu", submenu)
        try
        {
            RemoveScriptFromMenu(command, "NMF 4D-STEM", submenu)
            nRemoved++
        }
        catch break                        // removed by hand meanwhile
    }
    GetPersistentTagGroup().TagGroupDeleteTagWithLabel("NMF 4D-STEM:Installed")
    return nRemoved
}

class NmfInstaller
{
    string folder                          // dm_scripts
    string missing                         // what could not be installed, one a line
    number nItems

    void Begin(object self, string scriptsFolder)
    {
        folder = scriptsFolder
        missing = ""
        nItems = 0
    }

    void Add(object self, string file, string command, string submenu, number isLibrary)
    {
        string path = folder + "\\" + file
        if (!DoesFileExist(path))
        {
            missing = missing + "    " + file + ": there is no such file\n"
            return
        }
        try AddScriptFileToMenu(path, command, "NMF 4D-STEM", submenu, isLibrary)
        catch
        {
            missing = missing + "    " + file + ": " + GetExceptionString() + "\n"
            return
        }
        TagGroup list = GetPersistentTagGroup().TagGroupGetOrCreateTagList("NMF 4D-STEM:Installed")
        TagGroup item = list.TagGroupCreateGroupTagAtEnd()
        item.TagGroupSetTagAsString("File", file)
        item.TagGroupSetTagAsString("Command", command)
        item.TagGroupSetTagAsString("Submenu", submenu)
        item.TagGroupSetTagAsNumber("Library", isLibrary)
        nItems++
    }

    void Library(object self, string name)
    {
        self.Add("functions\\" + name + ".s", "NMF library " + name, "", 1)
    }

    void Command(object self, string name, string title)
    {
        self.Add(name + ".s", title, "", 0)
    }

    void PythonCommand(object self, string name, string title)
    {
        self.Add("python\\" + name + ".s", title, "Python", 0)
    }

    number Count(object self)
    {
        return nItems
    }

    string Missing(object self)
    {
        return missing
    }
}

// Each library after those that it needs.
void InstallLibraries(object installer)
{
    installer.Library("messages")
    installer.Library("settings")
    installer.Library("results")
    installer.Library("matrices")
    installer.Library("sorting")
    installer.Library("unfold")
    installer.Library("input")
    installer.Library("random_start")
    installer.Library("data_matrix")
    installer.Library("nmf_steps")
    installer.Library("polar")
    installer.Library("diffraction_constraint")
    installer.Library("map_constraint")
    installer.Library("factorize")
    installer.Library("components")
    installer.Library("cutoff")
    installer.Library("find_centre")
    installer.Library("rings")
    installer.Library("merging")
    installer.Library("constrained")
    installer.Library("example_data")
    installer.Library("factors_shown")
    installer.Library("masking")
    installer.Library("pattern_settings")
    installer.Library("polar_image")
    installer.Library("primitive_nmf")
    installer.Library("python_command")
    installer.Library("self_test_numbers")
    installer.Library("self_test_report")
    installer.Library("self_test_facts")
    installer.Library("similarity")
}

void InstallCommands(object installer)
{
    installer.Command("simulate", "Simulate 4D-STEM")
    installer.Command("nmf_constrained", "Constrained NMF")
    installer.Command("nmf_als", "ALS NMF")
    installer.Command("nmf_mu", "MU NMF")
    installer.Command("components", "Components")
    installer.Command("remove_dark_peaks", "Remove dark peaks")
    installer.Command("rotational_average", "Rotational average")
    installer.Command("polar_transform", "Polar transform")
    installer.Command("similarity", "Similarity")
    installer.Command("film_roll", "Film roll")
    installer.Command("unfold_image", "Unfold")
    installer.Command("refold_image", "Refold")
    installer.Command("mask_4d", "Mask 4D")
    installer.Command("self_test", "Self-test")
    installer.Command("make_package", "Make package for all users")
    installer.Command("uninstall_menu", "Remove this menu")
}

void InstallPythonCommands(object installer)
{
    installer.PythonCommand("nmf_constrained", "NMF, constrained (Python)")
    installer.PythonCommand("nmf_primitive", "NMF, primitive (Python)")
    installer.PythonCommand("nmf_sklearn", "NMF by scikit-learn (Python)")
    installer.PythonCommand("components", "Number of components (Python)")
    installer.PythonCommand("pca_varimax", "PCA and varimax (Python)")
    installer.PythonCommand("cluster", "Clusters (Python)")
    installer.PythonCommand("simulate", "Simulated data (Python)")
    installer.PythonCommand("self_test", "Self-test (Python)")
    installer.PythonCommand("installation", "Installation (Python)")
}

void InstallMenu()
{
    string folder = FindScriptsFolder()
    if (folder == "")
    {
        Result("Install menu: cancelled; nothing was installed or removed.\n")
        return
    }
    number nRemoved = RemoveInstalled()
    object installer = alloc(NmfInstaller)
    installer.Begin(folder)
    InstallLibraries(installer)
    number nLibraries = installer.Count()
    InstallCommands(installer)
    number nCommands = installer.Count() - nLibraries
    number hasPython = DoesFunctionExist("ExecutePythonScriptString")
    if (hasPython) InstallPythonCommands(installer)
    number nPython = installer.Count() - nLibraries - nCommands
    // Python finds the project there; DM's Python cannot know where a menu item came from.
    SetPersistentStringNote("NMF 4D-STEM:Folder", FolderAbove(folder))

    if (nRemoved > 0) Result("Install menu: removed " + nRemoved + " items of an earlier installation.\n")
    Result("Install menu: installed " + nLibraries + " libraries and " + nCommands + " commands in the menu NMF 4D-STEM")
    if (hasPython) Result(", and " + nPython + " in its submenu Python.\n")
    else Result("; no Python commands, because this GMS has no Python (its installer offers it).\n")
    Result("    from " + folder + "\n")
    if (installer.Missing() != "")
        Result("Install menu: NOT installed, so the commands that need it will fail. Copy the whole folder dm_scripts and " + \
               "run install_menu.s again:\n" + installer.Missing())
    Result("    Restart DigitalMicrograph now, then try NMF 4D-STEM > Simulate 4D-STEM.\n")
}

InstallMenu()
