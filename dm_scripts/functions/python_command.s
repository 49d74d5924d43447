/* Run a command of dm_python
   What     RunPythonCommand(moduleName): runs from_menu() of dm_python/<moduleName>.py in DM's Python, from the files as they
            are now: Python forgets its earlier copy of them first, so that a change takes effect at the next click.
   Input    The project's folder in the persistent tag "NMF 4D-STEM:Folder", as install_menu.s writes it; without the
            tag, or if the folder holds no dm_python, the package that is installed in DM's Python.
   Output   What the command shows. An error is one readable message in the Results window, the traceback below it.
   Source   -
   Needs    -
   Twin     dm_python/bridge.py, menu()
   Tested   virtual_dm in CI; GMS: not yet
*/

// A line of DM-script that adds a line of Python to the text named code. Python's texts are in single quotes.
string PythonLine(string line)
{
    return "code = code + \"" + line + "\\n\"\n"
}

string ScriptOfPythonCommand(string moduleName)
{
    string script = "string code = \"\"\n"
    script = script + PythonLine("import importlib, os, sys, traceback")
    script = script + PythonLine("import DigitalMicrograph as DM")

    // The folder in front of all others, so that it wins over an installed package.
    script = script + PythonLine("folder = DM.GetPersistentTagGroup().GetTagAsString('NMF 4D-STEM:Folder')[1]")
    script = script + PythonLine("if folder:")
    script = script + PythonLine("    folder = os.path.normpath(folder)")
    script = script + PythonLine("    sys.path[:] = [folder] + [place for place in sys.path if place != folder]")

    // DM's Python lives as long as DM and keeps modules. NumPy stays: it cannot be loaded twice.
    script = script + PythonLine("for name in list(sys.modules):")
    script = script + PythonLine("    ours = (name + '.').startswith(('dm_python.', 'offline_reference.numerics.'))")
    script = script + PythonLine("    if ours or name == 'offline_reference':")
    script = script + PythonLine("        del sys.modules[name]")
    script = script + PythonLine("importlib.invalidate_caches()")

    script = script + PythonLine("try:")
    script = script + PythonLine("    from dm_python import bridge")
    script = script + PythonLine("except Exception:")
    script = script + PythonLine("    print('NMF 4D-STEM: the folders dm_python and offline_reference could not be '")
    script = script + PythonLine("          'loaded from ' + (repr(folder) if folder else 'the packages of this Python') + ")
    script = script + PythonLine("          ': run install_menu.s again from the folder where they are now, or see '")
    script = script + PythonLine("          'install_to_dm.md. What Python says:')")
    script = script + PythonLine("    print(traceback.format_exc())")
    script = script + PythonLine("else:")
    script = script + PythonLine("    command = 'dm_python." + moduleName + "'")
    script = script + PythonLine("    bridge.menu(lambda: importlib.import_module(command).from_menu())")

    // No second argument: its meaning turned round between GMS 3.4 and 3.5, and nothing here waits for the end.
    return script + "ExecutePythonScriptString(code)\n"
}

void RunPythonCommand(string moduleName)
{
    // A script of its own, because a DM without Python does not know the function and would refuse this whole file.
    try
    {
        ExecuteScriptString(ScriptOfPythonCommand(moduleName))
    }
    catch
    {
        Result("NMF 4D-STEM: DM could not run Python. It is a part of GMS 3.4 and later that its installer offers: ")
        Result("install it, or take the commands of this menu that need no Python.\n")
        break
    }
}
