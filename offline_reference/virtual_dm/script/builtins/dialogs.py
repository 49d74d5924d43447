"""Dialogs with one question, answered from the workspace's prepared answers."""

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.workspace import as_choice

FLOAT = "the default comes through as it is, not rounded to a C float"


@dm_function("void OkDialog(string prompt)", "SEEN 34 f, SDK")
def ok_dialog(call, prompt):
    call.workspace.tell(prompt, "OkDialog")


@dm_function("void ShowAlert(string prompt, number style)", "SEEN 17 f, SDK")
def show_alert(call, prompt, style):
    call.workspace.tell(prompt, "ShowAlert")


@dm_function("void ErrorDialog(number error)", "SDK")
def error_dialog(call, error):
    call.workspace.tell(f"Error {error:g}", "ErrorDialog")


@dm_function(
    "number ShowWarning(string title, string prompt, number &doNotWarnAgain)",
    "SDK",
    "1; the box stays unticked",
)
def show_warning(call, title, prompt, do_not_warn_again):
    call.workspace.tell(prompt, "ShowWarning")
    return 1


@dm_function("number OkCancelDialog(string prompt)", "SEEN 12 f, SDK")
def ok_cancel_dialog(call, prompt):
    return call.workspace.ask_choice("OkCancelDialog", prompt)


@dm_function("number ContinueCancelDialog(string prompt)", "SEEN 2 f, SDK")
def continue_cancel_dialog(call, prompt):
    return call.workspace.ask_choice("ContinueCancelDialog", prompt)


@dm_function("number TwoButtonDialog(string prompt, string accept, string reject)", "SEEN 9 f, SDK")
def two_button_dialog(call, prompt, accept, reject):
    """1 for the first button; may be answered with a button's text."""

    def choice(answer):
        if isinstance(answer, str) and answer.strip().lower() in (accept.lower(), reject.lower()):
            return answer.strip().lower() == accept.lower()
        return as_choice(answer)

    return bool(call.workspace.ask("TwoButtonDialog", f"{prompt} [{accept}] [{reject}]", True, choice))


@dm_function(
    "number ThreeButtonDialog(string prompt, string first, string second, string third)",
    "RECALLED",
    "number of the button, 1 to 3",
)
def three_button_dialog(call, prompt, *buttons):
    def choice(answer):
        names = [button.lower() for button in buttons]
        return names.index(answer.strip().lower()) + 1 if isinstance(answer, str) else int(answer)

    return call.workspace.ask("ThreeButtonDialog", prompt, 1, choice) or 0


def _answered(reference, answer):
    if answer is not None:
        reference.set(answer)
    return answer is not None


@dm_function("number GetNumber(string prompt, number default, number &result)", "SEEN 20 f, SDK", FLOAT)
def get_number(call, prompt, default, result):
    """1 if answered, 0 if cancelled."""
    return _answered(result, call.workspace.ask_number("GetNumber", prompt, default))


@dm_function("number GetInteger(string prompt, number default, number &result)", "SDK", "fractions are cut off")
def get_integer(call, prompt, default, result):
    answer = call.workspace.ask_number("GetInteger", prompt, default)
    return _answered(result, None if answer is None else float(int(answer)))


@dm_function("number GetBoolean(string prompt, number default, number &result)", "SDK")
def get_boolean(call, prompt, default, result):
    answer = call.workspace.ask("GetBoolean", prompt, bool(default), as_choice)
    return _answered(result, None if answer is None else float(answer))


@dm_function("number GetString(string prompt, string default, string &result)", "SEEN 3 f, SDK")
def get_string(call, prompt, default, result):
    return _answered(result, call.workspace.ask_text("GetString", prompt, default))


@dm_function(
    "number GetRGBColorDialog(string prompt, rgbnumber default, rgbnumber &result)",
    "SEEN 1 f",
    "only the default can be chosen",
)
def get_colour(call, prompt, default, result):
    return _answered(result, call.workspace.ask("GetRGBColorDialog", prompt, default))


@dm_function("number SetForbidScriptDialogFlag(number flag)", "SDK", "no effect; 0")
def set_forbid_script_dialog_flag(call, flag):
    return 0


# -- files ------------------------------------------------------------------------------------------------------------


@dm_function("number OpenDialog(string &path)", "SEEN 9 f, SDK")
def open_dialog(call, path):
    return _answered(path, call.workspace.ask_text("OpenDialog", "Open", path.get() or None))


@dm_function("number OpenDialog(documentwindow? parent, string prompt, string default, string &path)", "SEEN 4 f")
@dm_function("number OpenDialog(object? parent, string prompt, string default, string &path)", "SEEN 4 f")
def open_dialog_with_prompt(call, parent, prompt, default, path):
    return _answered(path, call.workspace.ask_text("OpenDialog", prompt, default or None))


@dm_function("number SaveAsDialog(string prompt, string default, string &path)", "SEEN 10 f, SDK")
def save_as_dialog(call, prompt, default, path):
    return _answered(path, call.workspace.ask_text("SaveAsDialog", prompt, default or None))


@dm_function("number SaveAsDialog(documentwindow? parent, string prompt, string default, string &path)", "RECALLED")
@dm_function("number SaveAsDialog(object? parent, string prompt, string default, string &path)", "RECALLED")
def save_as_dialog_with_parent(call, parent, prompt, default, path):
    return save_as_dialog(call, prompt, default, path)


def _folder(text):
    """A folder as DM hands it out: with a backslash at its end."""
    return None if text is None else text if text.endswith(("\\", "/")) else text + "\\"


@dm_function("number GetDirectoryDialog(string &path)", "SEEN 3 f", "the path ends in a backslash")
def directory_dialog(call, path):
    return _answered(
        path, _folder(call.workspace.ask_text("GetDirectoryDialog", "Choose a folder", path.get() or None))
    )


@dm_function(
    "number GetDirectoryDialog(string prompt, string start, string &path)",
    "SEEN 9 f, SDK",
    "the path ends in a backslash",
)
def directory_dialog_with_prompt(call, prompt, start, path):
    return _answered(path, _folder(call.workspace.ask_text("GetDirectoryDialog", prompt, start or None)))


@dm_function("number GetDirectoryDialog(documentwindow? parent, string prompt, string start, string &path)", "RECALLED")
@dm_function("number GetDirectoryDialog(object? parent, string prompt, string start, string &path)", "RECALLED")
def directory_dialog_with_parent(call, parent, prompt, start, path):
    return directory_dialog_with_prompt(call, prompt, start, path)


# -- choice of images -------------------------------------------------------------------------------------------------


def _ask_images(call, name, prompt, references):
    """1 if every image was answered; nothing is set if one was cancelled."""
    chosen = []
    for number, _ in enumerate(references, start=1):
        img = call.workspace.ask_image(name, f"{prompt} (image {number} of {len(references)})")
        if img is None:
            return 0
        chosen.append(img)
    for reference, img in zip(references, chosen, strict=True):
        reference.set(img)
    return 1


def _register_image_dialogs(word, n):
    images = ", ".join(f"image? &image{k}" for k in range(1, n + 1))
    labelled = ", ".join(f"string label{k}, image? &image{k}" for k in range(1, n + 1))

    def plain(call, title, *references):
        return _ask_images(call, f"Get{word}", title, references)

    def with_prompt(call, prompt, title, *references):
        return _ask_images(call, f"Get{word}WithPrompt", prompt, references)

    def with_labels(call, prompt, title, *arguments):
        return _ask_images(call, f"Get{word}WithPrompt", f"{prompt} {', '.join(arguments[::2])}", arguments[1::2])

    evidence = "SEEN 4 f, SDK"
    dm_function(f"number Get{word}(string title, {images})", evidence)(plain)
    dm_function(f"number Get{word}WithPrompt(string prompt, string title, {images})", evidence)(with_prompt)
    kind = word.replace("Image", "LabeledImage", 1)
    dm_function(f"number Get{kind}WithPrompt(string prompt, string title, {labelled})", evidence)(with_labels)


for _word, _n in (("OneImage", 1), ("TwoImages", 2), ("ThreeImages", 3), ("FourImages", 4)):
    _register_image_dialogs(_word, _n)


@dm_function("void ModelessDialog(string prompt, string button, number semaphore)", "SDK", "closed at once")
@dm_function("void FloatingModelessDialog(string prompt, string button, number semaphore)", "SDK", "closed at once")
def modeless_dialog(call, prompt, button, semaphore):
    call.workspace.tell(prompt, "ModelessDialog")


@dm_function(
    "number GetCalibrationDialog(number width, number height, number &xs, number &ys, string units, string &result)",
    "SDK",
    "cancelled",
)
def calibration_dialog(call, width, height, xs, ys, units, result):
    if width < 0 or height < 0:
        raise DMError("GetCalibrationDialog needs sizes that are not negative.")
    return 0
