"""Other code: Python, libraries, menu commands and packages, what is known of functions, other programs."""

import re

from offline_reference.virtual_dm import registry
from offline_reference.virtual_dm.errors import DMError, StopRun
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.recorded import does_nothing
from offline_reference.virtual_dm.script.reading import read_source
from offline_reference.virtual_dm.values import ScriptObject
from offline_reference.virtual_dm.workspace import MenuItem

FLAG = "flag 0 waits, 1 does not (switch python_flag); without a flag: waits"

# -- Python -----------------------------------------------------------------------------------------------------------


def _run_python(call, script):
    from offline_reference.virtual_dm.digitalmicrograph import run_python  # the other door, over the same workspace

    try:
        run_python(script, call.workspace)
    except StopRun:
        raise
    except Exception as error:  # noqa: BLE001  # whatever a Python script raises is one DM exception
        raise DMError(f"The Python script failed: {type(error).__name__}: {error}") from error


def _start_python(call, script, flag):
    waits = flag == (0 if call.switches.python_flag == "0 waits" else 1)
    if waits:
        _run_python(call, script)
    else:
        call.workspace.deferred.append(lambda: _run_python(call, script))


@dm_function("void ExecutePythonScriptString(string code)", "SEEN 3 f", FLAG)
def execute_python(call, code):
    _run_python(call, code)


@dm_function("void ExecutePythonScriptString(string code, number flag)", "SEEN 3 f", FLAG)
def execute_python_with_flag(call, code, flag):
    _start_python(call, code, flag)


def _python_file(call, path):
    file = call.workspace.path(path)
    if not file.is_file():
        raise DMError(f"There is no file {path!r}.")
    return file


@dm_function("void ExecutePythonScriptFile(string path)", "RECALLED", FLAG)
def execute_python_file(call, path):
    _run_python(call, _python_file(call, path))


@dm_function("void ExecutePythonScriptFile(string path, number flag)", "RECALLED", FLAG)
def execute_python_file_with_flag(call, path, flag):
    _start_python(call, _python_file(call, path), flag)


# -- libraries --------------------------------------------------------------------------------------------------------


def _read(call, path):
    file = call.workspace.path(path)
    if not file.is_file():
        raise DMError(f"There is no file {path!r}.")
    return read_source(file).text


@dm_function("number InstallScriptLibraryFile(string path)", "SDK", "1")
def install_library(call, path):
    """Make a file's functions and classes known to this and later scripts."""
    call.add_library(_read(call, path), path)
    return 1


def _install(call, text, file, command, menu, submenu, is_library, package="", level=0):
    item = MenuItem(menu, submenu, command, text, file, bool(is_library), package, int(level))
    workspace = call.workspace
    if any(item.place == other.place for other in workspace.menu + workspace.menu_libraries):
        call.warn(f"{command!r} is installed already: DM may keep both. RemoveScriptFromMenu takes the old one away.")
    if is_library:
        call.add_library(text, file or command)
        workspace.menu_libraries = [other for other in workspace.menu_libraries if other.place != item.place] + [item]
    else:
        workspace.install(item)


@dm_function(
    "void AddScriptFileToMenu(string path, string command, string menu, string submenu, number isLibrary)",
    "SEEN 1 f, SDK",
)
def add_file_to_menu(call, path, command, menu, submenu, is_library):
    _install(call, _read(call, path), path, command, menu, submenu, is_library)


@dm_function(
    "void AddScriptToMenu(string text, string command, string menu, string submenu, number isLibrary)", "SEEN 1 f, SDK"
)
def add_text_to_menu(call, text, command, menu, submenu, is_library):
    _install(call, text, "", command, menu, submenu, is_library)


ITEM = "string command, string menu, string submenu, number isLibrary"


@dm_function(
    f"void AddScriptFileToPackage(string path, string package, number level, {ITEM})",
    "SEEN 3 f, SDK",
    "into the menu; no package file is written",
)
def add_file_to_package(call, path, package, level, command, menu, submenu, is_library):
    _install(call, _read(call, path), path, command, menu, submenu, is_library, package, level)


@dm_function(
    f"void AddScriptFileToPackage(string path, string package, number level, string location, {ITEM})",
    "SEEN 1 f",
    "into the menu; no package file is written",
)
def add_file_to_located_package(call, path, package, level, location, *item):
    add_file_to_package(call, path, package, level, *item)


@dm_function(
    f"void AddScriptToPackage(string text, string package, number level, {ITEM})",
    "SEEN 1 f, SDK",
    "into the menu; no package file is written",
)
def add_text_to_package(call, text, package, level, command, menu, submenu, is_library):
    _install(call, text, "", command, menu, submenu, is_library, package, level)


@dm_function("void RemoveScriptFromMenu(string command, string menu, string submenu)", "SEEN 1 f, SDK")
def remove_from_menu(call, command, menu, submenu):
    call.workspace.remove_from_menu(menu, submenu, command)


@dm_function(
    "number ChooseMenuItem(string menu, string submenu, string item)",
    "SEEN 2 f, SDK",
    "installed commands only: DM's own are not there, 0 with a warning",
)
def choose_menu_item(call, menu, submenu, command):
    """Run a command as a click on it does; 1 if there is one."""
    installed = any((item.menu, item.submenu, item.command) == (menu, submenu, command) for item in call.workspace.menu)
    if not installed:
        call.warn(f"DM's own menu command {menu!r}, {submenu!r}, {command!r} is not there; nothing was done.")
        return 0
    call.run_text(call.workspace.menu_item(menu, submenu, command).text)
    return 1


@dm_function(
    "void AddTagsToPackage(taggroup tags, string package, number level, string identifier)",
    "SDK",
    "kept among the application-wide tags",
)
def add_tags_to_package(call, tags, package, level, identifier):
    call.workspace.persistent_tags.set(f"Private:Packages:{identifier}", "group", tags.clone())


@dm_function("taggroup GetPackageTags(string identifier)", "SDK")
def get_package_tags(call, identifier):
    return call.workspace.persistent_tags.group(f"Private:Packages:{identifier}")


# -- functions --------------------------------------------------------------------------------------------------------


@dm_function("number CountScriptFunctions(string name)", "SEEN 1 f, SDK", "what is simulated here")
def count_functions(call, name):
    return len(registry.FUNCTIONS.get(name.lower(), ()))


def _find(name, signature):
    inside = signature[signature.find("(") + 1 : signature.rfind(")")]
    types = [_type_of_c(part) for part in inside.split(",") if part.strip() not in ("", "void")]
    for function in registry.FUNCTIONS.get(name.lower(), ()):
        if [parameter.type for parameter in function.parameters] == types:
            return ScriptObject("Function", state={"function": function})
    return None


def _type_of_c(text):
    """DM type of a parameter as C writes it: "const char *name" is a string."""
    words = [word for word in re.findall(r"\w+", text) if word not in ("const", "unsigned")]
    word = words[0] if words else ""
    return "string" if word.lower() in ("char", "dm_string") else registry.canonical(word.removeprefix("DM_"))


@dm_function("object FindFunctionBySignature(string signature)", "SEEN 1 f, SDK", "what is simulated here")
def find_function(call, signature):
    words = signature.split("(")[0].split()
    return _find(words[-1], signature) if words and "(" in signature else None


@dm_function("object FindFunctionBySignature(string name, string signature)", "SDK", "what is simulated here")
def find_named_function(call, name, signature):
    return _find(name, signature)


@dm_function("number FunctionIsValid(object? function)", "SDK")
def function_is_valid(call, function):
    return function is not None


def _function(handle):
    found = getattr(handle, "state", {}).get("function")
    if found is None:
        raise DMError("This object is no function: FindFunctionBySignature gives one.")
    return found


@dm_function("number FunctionCountParameters(object function)", "SEEN 1 f, SDK")
def count_parameters(call, function):
    return len(_function(function).parameters)


@dm_function(
    "string FunctionGenerateStub(object function, number withBody, number version)",
    "SEEN 1 f, SDK",
    "our own prototype",
)
def generate_stub(call, function, with_body, version):
    return _function(function).signature


@dm_function("number DoesClassExist(string name)", "SDK", "DM's own classes only")
def does_class_exist(call, name):
    return name.lower() in registry.BASE_CLASSES


# -- other programs ---------------------------------------------------------------------------------------------------


@dm_function("number LaunchExternalProcess(string command)", "SEEN 2 f", "nothing is started; 0 with a warning")
@dm_function(
    "number LaunchExternalProcess(string command, number seconds)",
    "SEEN 1 f",
    "nothing is started; 0 with a warning",
)
@dm_function("void LaunchExternalProcessAsync(string command)", "SEEN 3 f", "nothing is started; a warning")
def launch(call, command, seconds=0.0):
    call.warn(f"another program would be started here, and was not: {command}")
    return 0


# -- the menu bar as objects ------------------------------------------------------------------------------------------


@dm_function("object GetMenuBar()", "SEEN 1 f", "an empty menu bar")
def get_menu_bar(call):
    return ScriptObject("MenuBar")


@dm_function("object FindMenuItemByName(object? menu, string name)", "SEEN 1 f", "not valid: the menu bar is empty")
def find_menu_item(call, menu, name):
    return None


does_nothing("void ClearMenuItems(object menu)", "SEEN 1 f")
