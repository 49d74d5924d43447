"""Custom dialogs at work: UIFrame objects that show a dialog, answered from the prepared answers.

A modal dialog (Pose) takes one answer: ``default`` or yes (OK with what the fields hold), ``cancel``, or texts such as
``Radius=5; Name=gold`` that fill fields found by identifier or label. Before that, and at a modeless dialog (Display),
answers such as ``press Start`` push buttons, found by label, identifier or method.
"""

import re

from offline_reference.virtual_dm.displays import DocumentWindow
from offline_reference.virtual_dm.errors import DMError, NoAnswer
from offline_reference.virtual_dm.registry import dm_class, dm_function
from offline_reference.virtual_dm.script.builtins.dialog_items import (
    as_number,
    as_text,
    children_of,
    elements_below,
    find_element,
    set_value,
    text_of,
    value_of,
)
from offline_reference.virtual_dm.workspace import as_choice

dm_class("UIFrame")

UNKNOWN_ELEMENT = "an element that is not there: a warning"
TEXT_FIELDS = ("StringField", "TextBox")


def _dialog(frame):
    dialog = getattr(frame, "state", {}).get("dialog")
    if dialog is None:
        raise DMError("This dialog has no elements yet: call Init(dialog) on the UIFrame object first.")
    return dialog


@dm_function("object Init(object frame, taggroup dialog)", "SEEN 20+ f")
def init(call, frame, dialog):
    """Give a UIFrame object its dialog; gives the object back."""
    frame.state["dialog"] = dialog
    frame.state["window"] = DocumentWindow(text_of(dialog, "Title"))
    return frame


@dm_function("object Init(object frame)", "RECALLED", "does nothing")
def init_without_dialog(call, frame):
    return frame


@dm_function("number Pose(object frame)", "SEEN 20+ f")
def pose(call, frame):
    """Show a modal dialog: 1 for OK, 0 for Cancel."""
    dialog = _dialog(frame)
    _press_buttons(call, frame)
    _refuse_silence(call, dialog)
    prompt = f"{text_of(dialog, 'Title')} ({', '.join(field_names(dialog)) or 'no fields'})"
    answer = call.workspace.ask("Pose", prompt, True, _dialog_answer)
    if isinstance(answer, dict):
        _fill_fields(call, frame, answer)
        return 1
    return bool(answer)


def _refuse_silence(call, dialog):
    """Stop, and say how a custom dialog is answered, if no answer is left."""
    if call.workspace.answers:
        return
    fields = "; ".join(f"{name.rstrip(': ')}=..." for name in field_names(dialog)[:3])
    call.workspace.stop(
        NoAnswer(
            f"The dialog {text_of(dialog, 'Title')!r} opens and no prepared answer is left: give 'default' (its own "
            f"values), 'cancel'{f', or values such as {fields!r}' if fields else ''}; 'press BUTTON' before it "
            "pushes a button."
        )
    )


@dm_function("documentwindow Display(object frame, string title)", "SEEN 20+ f")
def display(call, frame, title):
    """Open a modeless dialog; the script goes on."""
    window = frame.state.setdefault("window", DocumentWindow(title))
    window.title, window.is_shown, window.is_open = title, True, True
    if window not in call.workspace.windows:
        call.workspace.windows.insert(0, window)
    window.settings["frame"] = frame  # an open dialog keeps its object alive
    if "dialog" in frame.state:
        _press_buttons(call, frame)
    return window


@dm_function("documentwindow Display(object frame)", "RECALLED")
def display_without_title(call, frame):
    return display(call, frame, text_of(_dialog(frame), "Title"))


@dm_function("void Close(object frame)", "SEEN 10+ f")
def close(call, frame):
    window = frame.state.get("window")
    if window is not None:
        window.is_shown = window.is_open = False
        window.settings.pop("frame", None)
        if window in call.workspace.windows:
            call.workspace.windows.remove(window)


@dm_function("documentwindow GetFrameWindow(object frame)", "SEEN 7 f")
def get_frame_window(call, frame):
    return frame.state.get("window")


@dm_function("number IsShown(object frame)", "RECALLED")
def is_shown(call, frame):
    window = frame.state.get("window")
    return window is not None and window.is_shown


@dm_function("void ValidateView(object frame)", "SEEN 5 f", "no effect")
def validate_view(call, frame):
    """Only redraws."""


@dm_function("void RegisterScriptPalette(object frame, string kind, string title)", "SEEN 2 f, SDK", "shown at once")
def register_script_palette(call, frame, kind, title):
    call.workspace.status.append(f"palette {title}")
    if "dialog" in frame.state:
        display(call, frame, title)


@dm_function("number RegisterScriptPalette(object frame, string title)", "RECALLED", "shown at once")
def register_script_palette_without_kind(call, frame, title):
    register_script_palette(call, frame, "", title)
    return 1


# -- elements by identifier -------------------------------------------------------------------------------------------


@dm_function("taggroup LookUpElement(object frame, string id)", "SEEN 15 f", "not valid where there is none")
def look_up_element(call, frame, identifier):
    return find_element(_dialog(frame), identifier)


def _element(frame, identifier):
    element = find_element(_dialog(frame), identifier)
    if element is None:
        raise DMError(f"The dialog has no element with identifier {identifier!r}.")
    return element


def _set_state(call, frame, identifier, name, on):
    element = find_element(_dialog(frame), identifier)
    if element is None:
        call.warn(f"the dialog has no element with identifier {identifier!r} to set")
    else:
        element.set(name, "double", on)


@dm_function("void SetElementIsEnabled(object frame, string id, number on)", "SEEN 11 f", UNKNOWN_ELEMENT)
def set_element_is_enabled(call, frame, identifier, on):
    _set_state(call, frame, identifier, "Enabled", on)


@dm_function("void SetElementIsShown(object frame, string id, number on)", "RECALLED", UNKNOWN_ELEMENT)
def set_element_is_shown(call, frame, identifier, on):
    _set_state(call, frame, identifier, "Shown", on)


@dm_function("number GetElementIsEnabled(object frame, string id)", "RECALLED")
def get_element_is_enabled(call, frame, identifier):
    tag = _element(frame, identifier).find("Enabled")
    return 1 if tag is None else tag.value


@dm_function("number DLGGetValue(object frame, string id, number &value)", "SEEN 5 f")
def get_value(call, frame, identifier, value):
    element = find_element(_dialog(frame), identifier)
    if element is not None:
        value.set(as_number(value_of(element)))
    return element is not None


@dm_function("number DLGGetValue(object frame, string id, string &value)", "SEEN 5 f")
def get_text(call, frame, identifier, value):
    element = find_element(_dialog(frame), identifier)
    if element is not None:
        value.set(as_text(value_of(element)))
    return element is not None


@dm_function("void DLGValue(object frame, string id, number value)", "SEEN 5 f")
@dm_function("void DLGValue(object frame, string id, string value)", "SEEN 5 f")
def set_element_value(call, frame, identifier, value):
    element = _element(frame, identifier)
    set_value(element, as_text(value) if text_of(element, "Type") in TEXT_FIELDS else value)


@dm_function("void DLGTitle(object frame, string id, string title)", "RECALLED")
@dm_function("void SetElementTitle(object frame, string id, string title)", "RECALLED")
def set_element_title(call, frame, identifier, title):
    _element(frame, identifier).set("Title", "string", title)


@dm_function("void DLGSetProgress(object frame, string id, number fraction)", "SEEN 3 f")
def set_progress(call, frame, identifier, fraction):
    """Length of a progress bar, 0 to 1."""
    set_value(_element(frame, identifier), fraction)


# -- answers ----------------------------------------------------------------------------------------------------------


def field_names(dialog):
    """Identifiers or labels of the fields that an answer can fill."""
    return [name for names, _ in _fields(dialog) for name in names[:1]]


def _fields(dialog):
    """([names, best first], element) of every element with a value; a label that stands before a field names it."""
    found, label = [], ""
    for element in elements_below(dialog):
        kind = text_of(element, "Type")
        if kind == "Label":
            label = text_of(element, "Title")
        elif element.exists("Value") and kind not in ("Entry", "ProgressBar", "TabList", "PanelList"):
            names = [text_of(element, "Identifier"), text_of(element, "Title"), label]
            found.append(([name for name in names if name], element))
            label = ""
    return found


def _plain(name):
    return re.sub(r"[\s:]+$", "", name.strip()).lower()


def _dialog_answer(answer):
    """A dict of field values, or True/False."""
    if isinstance(answer, dict):
        return answer
    if isinstance(answer, str) and "=" in answer:
        pairs = [part.split("=", 1) for part in answer.split(";") if part.strip()]
        if any(len(pair) != 2 for pair in pairs):
            raise ValueError("write field=value, several of them separated by ;")
        return {name.strip(): value.strip() for name, value in pairs}
    return as_choice(answer)


def _fill_fields(call, frame, values):
    for name, value in values.items():
        element = _field(call, _dialog(frame), name)
        _set_field(element, value)
        method = text_of(element, "Method")
        if method and call.has_method(frame, method):
            call.call_method(frame, method, element)


def _field(call, dialog, name):
    for names, element in _fields(dialog):
        if _plain(name) in map(_plain, names):
            return element
    raise call.workspace.stop(
        NoAnswer(
            f"The dialog {text_of(dialog, 'Title')!r} has no field {name!r}; "
            f"it has {', '.join(field_names(dialog)) or 'none'}."
        )
    )


def _set_field(element, value):
    kind = text_of(element, "Type")
    if kind in TEXT_FIELDS:
        set_value(element, value if isinstance(value, str) else as_text(float(value)))
        return
    entries = [text_of(child, "Title") for child in children_of(element)]
    if isinstance(value, str) and value in entries:
        chosen = children_of(element)[entries.index(value)]
        set_value(element, value_of(chosen) if kind == "RadioList" else entries.index(value) + 1.0)
    elif isinstance(value, str) and kind == "CheckBox":
        set_value(element, float(as_choice(value)))
    else:
        try:
            set_value(element, float(value))
        except (TypeError, ValueError):
            raise DMError(f"The field {text_of(element, 'Title')!r} takes a number, not {value!r}.") from None


def _press_buttons(call, frame):
    answers = call.workspace.answers
    while answers and isinstance(answers[0], str) and answers[0].lower().startswith("press "):
        name = answers.popleft()[len("press ") :]
        element = _button(call, _dialog(frame), name)
        arguments = (element,) if text_of(element, "Type") != "PushButton" else ()
        call.call_method(frame, text_of(element, "Method"), *arguments)


def _button(call, dialog, name):
    buttons = [element for element in elements_below(dialog) if text_of(element, "Method")]
    for element in buttons:
        names = (text_of(element, "Title"), text_of(element, "Identifier"), text_of(element, "Method"))
        if _plain(name) in map(_plain, names):
            return element
    titles = ", ".join(text_of(element, "Title") or text_of(element, "Method") for element in buttons)
    raise call.workspace.stop(
        NoAnswer(f"The dialog {text_of(dialog, 'Title')!r} has no button {name!r}; it has {titles or 'none'}.")
    )
