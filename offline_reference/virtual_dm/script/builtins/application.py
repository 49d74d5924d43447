"""Facts about the application: version, folders, licences, clipboard."""

import weakref

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.recorded import does_nothing, hand_out

GATAN = "Users\\user\\AppData\\Local\\Gatan\\"
FOLDERS = {  # by number and by name; below the one folder that the run may use
    0: "",
    1: GATAN + "Plugins\\",
    2: GATAN + "Prefs\\",
    3: GATAN + "Startup\\",
    4: GATAN + "Reference Images\\",
    5: GATAN + "Plugins\\",
    6: GATAN + "Temp\\",
    1008: GATAN + "Plugins\\",
    1100: GATAN + "Plugins\\",
}
NUMBERS = {
    "current": 0,
    "open_save": 0,
    "auto_save": 0,
    "application": 1,
    "preference": 2,
    "startup": 3,
    "reference": 4,
    "plugin": 5,
    "temp": 6,
    "temporary": 6,
}
FOLDER_GUESS = "folders of our own below the run's folder, ending in a backslash; 0 is the run's folder itself"

_chosen = weakref.WeakKeyDictionary()  # Workspace -> {number or name: path}
_clipboard = weakref.WeakKeyDictionary()


def _key(which):
    return NUMBERS.get(which.lower(), which.lower()) if isinstance(which, str) else int(which)


@dm_function("string GetApplicationDirectory(number which, number create)", "SEEN 24 f, SDK", FOLDER_GUESS)
@dm_function("string GetApplicationDirectory(string which, number create)", "SEEN 24 f, SDK", FOLDER_GUESS)
def application_directory(call, which, create):
    key = _key(which)
    path = _chosen.get(call.workspace, {}).get(key)
    if path is None:
        path = FOLDERS.get(key, "" if isinstance(key, str) else GATAN)
    if path and call.workspace.folder is not None:
        call.workspace.path(path).mkdir(parents=True, exist_ok=True)
    return path


@dm_function("string GetSpecialDirectory(number which)", "SDK", FOLDER_GUESS)
def special_directory(call, which):
    return application_directory(call, which, 1)


@dm_function("void SetApplicationDirectory(string which, number create, string path)", "SEEN 1 f")
@dm_function("void SetApplicationDirectory(number which, number create, string path)", "RECALLED")
def set_application_directory(call, which, create, path):
    _chosen.setdefault(call.workspace, {})[_key(which)] = path


# -- version ----------------------------------------------------------------------------------------------------------


def version(call):
    """(major, minor, build) from the workspace's application-wide tags."""
    text = call.workspace.persistent_tags.get_as("Private:Configuration:ApplicationVersion_2", "string")[1] or "3.60.0"
    numbers = [int(part) for part in text.split(".") if part.isdigit()]
    return (*numbers, 0, 0, 0)[:3]


@dm_function(
    "void GetApplicationVersion(number &major, number &minor, number &build)",
    "SEEN 1 f (python_reference 12)",
    "from the tag Private:Configuration:ApplicationVersion_2",
)
def application_version(call, *references):
    hand_out([float(number) for number in version(call)], references)


@dm_function("string GetApplicationVersionString()", "SEEN 1 f (python_reference 2)", "three numbers with points")
def application_version_string(call):
    return ".".join(str(number) for number in version(call))


@dm_function("number GetApplicationInfo(number kind, number &info)", "SDK", "the version as 3.6")
def application_info(call, kind, info):
    major, minor, _ = version(call)
    info.set(float(f"{major}.{minor}"))
    return 1


@dm_function("string ApplicationGetApplicationMode()", "SDK", "empty")
@dm_function("string GetInstallationID()", "SDK", "empty")
def empty_text(call):
    return ""


@dm_function("number GetPlatformInfo(number info)", "SDK", "0")
def platform_info(call, info):
    return 0


does_nothing("number IsProductLicensed(string name)", guess="0: no product is licensed here")
does_nothing("number CountProductFeatures(string name)", guess="0")
does_nothing("void FlushLogFile()")


@dm_function("number GetLogDirectory(string &path)", "SDK", FOLDER_GUESS)
def log_directory(call, path):
    path.set(application_directory(call, 6.0, 1.0))
    return 1


# -- clipboard --------------------------------------------------------------------------------------------------------


@dm_function("void ClipboardSetAsString(string text)", "SDK", "the workspace's own clipboard")
def clipboard_set(call, text):
    _clipboard[call.workspace] = text


@dm_function("number ClipboardGetAsString(string &text)", "SDK", "the workspace's own clipboard")
def clipboard_get(call, text):
    found = _clipboard.get(call.workspace)
    if isinstance(found, str):
        text.set(found)
    return isinstance(found, str)


@dm_function("void ClipboardSetAsTagGroup(taggroup tags)", "SDK", "the workspace's own clipboard")
def clipboard_set_tags(call, tags):
    _clipboard[call.workspace] = tags.clone()


@dm_function("number ClipboardGetAsTagGroup(taggroup? &tags)", "SDK", "the workspace's own clipboard")
def clipboard_get_tags(call, tags):
    found = _clipboard.get(call.workspace)
    if found is not None and not isinstance(found, str):
        tags.set(found.clone())
        return 1
    return 0


@dm_function("void TrapException(number error, number context)", "SDK")
def trap_exception(call, error, context):
    if error:
        raise DMError(f"Error code {error:g}")
