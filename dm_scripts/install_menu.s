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
        DocumentWindow window = GetDocumentWindow(0)
        if (window.WindowIsValid()) folder = FolderAbove(window.WindowGetCurrentFile())
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
void InstallLibraries(object menu)
{
    menu.Library("messages")
    menu.Library("settings")
    menu.Library("results")
    menu.Library("matrices")
    menu.Library("sorting")
    menu.Library("unfold")
    menu.Library("input")
    menu.Library("random_start")
    menu.Library("data_matrix")
    menu.Library("nmf_steps")
    menu.Library("polar")
    menu.Library("diffraction_constraint")
    menu.Library("map_constraint")
    menu.Library("factorize")
    menu.Library("components")
    menu.Library("cutoff")
    menu.Library("find_centre")
    menu.Library("rings")
    menu.Library("merging")
    menu.Library("constrained")
    menu.Library("example_data")
    menu.Library("factors_shown")
    menu.Library("masking")
    menu.Library("pattern_settings")
    menu.Library("polar_image")
    menu.Library("primitive_nmf")
    menu.Library("python_command")
    menu.Library("self_test_numbers")
    menu.Library("self_test_report")
    menu.Library("self_test_facts")
    menu.Library("similarity")
}

void InstallCommands(object menu)
{
    menu.Command("simulate", "Simulate 4D-STEM")
    menu.Command("nmf_constrained", "Constrained NMF")
    menu.Command("nmf_als", "ALS NMF")
    menu.Command("nmf_mu", "MU NMF")
    menu.Command("components", "Components")
    menu.Command("remove_dark_peaks", "Remove dark peaks")
    menu.Command("rotational_average", "Rotational average")
    menu.Command("polar_transform", "Polar transform")
    menu.Command("similarity", "Similarity")
    menu.Command("film_roll", "Film roll")
    menu.Command("unfold_image", "Unfold")
    menu.Command("refold_image", "Refold")
    menu.Command("mask_4d", "Mask 4D")
    menu.Command("self_test", "Self-test")
    menu.Command("make_package", "Make package for all users")
    menu.Command("uninstall_menu", "Remove this menu")
}

void InstallPythonCommands(object menu)
{
    menu.PythonCommand("nmf_constrained", "NMF, constrained (Python)")
    menu.PythonCommand("nmf_primitive", "NMF, primitive (Python)")
    menu.PythonCommand("nmf_sklearn", "NMF by scikit-learn (Python)")
    menu.PythonCommand("components", "Number of components (Python)")
    menu.PythonCommand("pca_varimax", "PCA and varimax (Python)")
    menu.PythonCommand("cluster", "Clusters (Python)")
    menu.PythonCommand("simulate", "Simulated data (Python)")
    menu.PythonCommand("self_test", "Self-test (Python)")
    menu.PythonCommand("installation", "Installation (Python)")
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
    object menu = alloc(NmfInstaller)
    menu.Begin(folder)
    InstallLibraries(menu)
    number nLibraries = menu.Count()
    InstallCommands(menu)
    number nCommands = menu.Count() - nLibraries
    number hasPython = DoesFunctionExist("ExecutePythonScriptString")
    if (hasPython) InstallPythonCommands(menu)
    number nPython = menu.Count() - nLibraries - nCommands
    // Python finds the project there; DM's Python cannot know where a menu item came from.
    SetPersistentStringNote("NMF 4D-STEM:Folder", FolderAbove(folder))

    if (nRemoved > 0) Result("Install menu: removed " + nRemoved + " items of an earlier installation.\n")
    Result("Install menu: installed " + nLibraries + " libraries and " + nCommands + " commands in the menu NMF 4D-STEM")
    if (hasPython) Result(", and " + nPython + " in its submenu Python.\n")
    else Result("; no Python commands, because this GMS has no Python (its installer offers it).\n")
    Result("    from " + folder + "\n")
    if (menu.Missing() != "")
        Result("Install menu: NOT installed, so the commands that need it will fail. Copy the whole folder dm_scripts and " + \
               "run install_menu.s again:\n" + menu.Missing())
    Result("    Restart DigitalMicrograph now, then try NMF 4D-STEM > Simulate 4D-STEM.\n")
}

InstallMenu()
