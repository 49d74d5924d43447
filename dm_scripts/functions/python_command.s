/* Run a command of dm_python
   What     RunPythonCommand(module): runs from_menu() of dm_python/<module>.py in DM's Python, from the files as they
            are now: Python forgets its earlier copy of them first, so that a change takes effect at the next click.
   Input    The project's folder in the persistent tag "NMF 4D-STEM:Folder", as install_menu.s writes it; without the
            tag, or if the folder holds no dm_python, the package that is installed in DM's Python.
   Output   What the command shows. An error is one readable message in the Results window, the traceback below it.
   Source   -
   Needs    -
   Twin     dm_python/bridge.py, menu()
   Tested   virtual_dm in CI; GMS: not yet
*/

// The Python text, for a text inside a text: \\n is a line break of Python, and Python's texts are in single quotes.
string PythonTextOfCommand(string module)
{
    string code = "import importlib, os, sys, traceback\\n"
    code = code + "import DigitalMicrograph as DM\\n"

    // The folder in front of all others, so that it wins over an installed package.
    code = code + "folder = DM.GetPersistentTagGroup().GetTagAsString('NMF 4D-STEM:Folder')[1]\\n"
    code = code + "if folder:\\n"
    code = code + "    folder = os.path.normpath(folder)\\n"
    code = code + "    sys.path[:] = [folder] + [place for place in sys.path if place != folder]\\n"

    // DM's Python lives as long as DM and keeps modules. NumPy stays: it cannot be loaded twice.
    code = code + "for name in list(sys.modules):\\n"
    code = code + "    ours = (name + '.').startswith(('dm_python.', 'offline_reference.numerics.'))\\n"
    code = code + "    if ours or name == 'offline_reference':\\n"
    code = code + "        del sys.modules[name]\\n"
    code = code + "importlib.invalidate_caches()\\n"

    code = code + "try:\\n"
    code = code + "    from dm_python import bridge\\n"
    code = code + "except Exception:\\n"
    code = code + "    print('NMF 4D-STEM: the folders dm_python and offline_reference could not be loaded from '\\n"
    code = code + "          + (repr(folder) if folder else 'the packages of this Python') + ': run install_menu.s '\\n"
    code = code + "          'again from the folder where they are now, or see install_to_dm.md. What Python says:')\\n"
    code = code + "    print(traceback.format_exc())\\n"
    code = code + "else:\\n"
    code = code + "    bridge.menu(lambda: importlib.import_module('dm_python." + module + "').from_menu())\\n"
    return code
}

void RunPythonCommand(string module)
{
    // Through a script of its own, because a DM without Python does not know the function and would refuse this file.
    // No second argument: its meaning turned round between GMS 3.4 and 3.5, and nothing here waits for the end.
    try
    {
        ExecuteScriptString("ExecutePythonScriptString(\"" + PythonTextOfCommand(module) + "\")")
    }
    catch
    {
        Result("NMF 4D-STEM: DM could not run Python. It is a part of GMS 3.4 and later that its installer offers: ")
        Result("install it, or take the commands of this menu that need no Python.\n")
        break
    }
}
