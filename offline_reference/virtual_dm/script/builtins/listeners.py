"""Listeners: what scripts register to be called back is recorded; nothing here happens that would call them."""

from dataclasses import dataclass

from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.values import ScriptObject

RECORDED = "recorded; never called back"


@dataclass
class Listener:
    """One registration of a script.

    Attributes
    ----------
    thing : object
        Image, display, document or window that is listened to; None for the application.
    target : ScriptObject
        Object whose methods would be called.
    event_map : str
        Such as "roi_changed,roi_added:ROIChanged".
    token : int
        Number by which it is removed.
    """

    thing: object
    target: object
    event_map: str
    token: int


def _add(call, thing, target, event_map):
    token = len(call.workspace.listeners) + 1
    call.workspace.listeners.append(Listener(thing, target, event_map, token))
    return token


def _register(handle, word):
    def add(call, thing, target, event_map):
        return _add(call, thing, target, event_map)

    def remove(call, thing, token):
        for listener in call.workspace.listeners:
            if isinstance(listener, Listener) and listener.token == token:
                listener.event_map = ""

    dm_function(f"number {word}AddEventListener({handle} thing, object listener, string map)", "SEEN 2 f", RECORDED)(
        add
    )
    dm_function(f"void {word}RemoveEventListener({handle} thing, number token)", "SEEN 2 f")(remove)


_register("image", "Image")
_register("imagedisplay", "ImageDisplay")
_register("imagedocument", "ImageDocument")


@dm_function("number ApplicationAddEventListener(object listener, string map)", "SEEN 2 f", RECORDED)
def add_application_listener(call, listener, event_map):
    return _add(call, None, listener, event_map)


@dm_function("void ApplicationRemoveEventListener(number token)", "SEEN 2 f")
@dm_function("void WindowRemoveWindowListener(documentwindow window, number token)", "SEEN 1 f")
@dm_function("void ImageDisplayRemoveKeyHandler(imagedisplay display, number token)", "SEEN 1 f")
@dm_function("void ImageDisplayRemoveKeyListener(imagedisplay display, string key)", "SDK")
def remove_listener(call, *thing_and_token):
    token = thing_and_token[-1]
    for listener in call.workspace.listeners:
        if isinstance(listener, Listener) and listener.token == token:
            listener.event_map = ""


@dm_function("number WindowAddWindowListener(documentwindow window, object listener, string map)", "SEEN 1 f", RECORDED)
def add_window_listener(call, window, listener, event_map):
    return _add(call, window, listener, event_map)


@dm_function(
    "number ImageDisplayAddKeyHandler(imagedisplay display, object handler, string method)",
    "SEEN 1 f",
    RECORDED,
)
def add_key_handler(call, display, handler, method):
    return _add(call, display, handler, f"key:{method}")


@dm_function(
    "void ImageDisplayAddKeyListener(imagedisplay display, string key, string script, string client)",
    "SDK",
    RECORDED,
)
def add_key_listener(call, display, key, script, client):
    _add(call, display, None, f"{key}:{script}")


@dm_function("object ImageGetEventMap()", "SEEN 1 f", "an object without contents")
@dm_function("object ImageDisplayGetEventMap()", "RECALLED", "an object without contents")
def get_event_map(call):
    return ScriptObject("EventMap")


@dm_function("void DeconstructEventFlags(object map, number flags, string &text)", "SEEN 2 f", "the flags as a number")
def deconstruct_event_flags(call, event_map, flags, text):
    text.set(f"{flags:g}")


@dm_function("number MatchesKeyDescriptor(object key, string descriptor)", "SEEN 1 f", "0: no key comes in")
def matches_key_descriptor(call, key, descriptor):
    return 0
