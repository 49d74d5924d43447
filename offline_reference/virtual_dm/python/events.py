"""Py_ScriptObject: what a script registers to be told about, and how a test tells it.

A script derives from ``DigitalMicrograph.Py_ScriptObject``, calls its ``__init__``, registers
(``self.ImageHandleDataChangedEvent(image, "client")``) and overrides the handler (``HandleDataChangedEvent``).
Nothing happens by itself here: ``fire`` calls the handlers, on the thread of whoever calls it.
"""
from dataclasses import dataclass

from offline_reference.virtual_dm import displays
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.python import inventory
from offline_reference.virtual_dm.python.checks import Behind, as_type

TARGET_CLASS = {
    "Image": "Py_Image",
    "ImageDisplay": "Py_ImageDisplay",
    "Window": "Py_Window",
    "CompoundDocument": "Py_ImageDocument",
}
REGISTRATIONS = [n for n in inventory.METHODS["Py_ScriptObject"] if not n.startswith(("Handle", "Unregister"))]
HANDLERS = [n for n in inventory.METHODS["Py_ScriptObject"] if n.startswith("Handle")]


@dataclass
class Listener:
    """One registration: whose handler is called when what happens to which thing."""

    script_object: object
    handler: str
    target: object
    client_id: str


class Py_ScriptObject:
    """Base of a script's own classes; registering needs ``Py_ScriptObject.__init__(self)`` first."""

    _door = None

    def __init__(self):
        self._is_initialized = True

    def __del__(self):  # scripts call it by name from their own __del__
        pass

    def UnregisterAllListeners(self):
        listeners = self._door.workspace.listeners
        listeners[:] = [other for other in listeners if getattr(other, "script_object", None) is not self]

    def _register(self, registration, target, client_id):
        if not getattr(self, "_is_initialized", False):
            raise RuntimeError(
                f"{registration}: {type(self).__name__} has not called DM.Py_ScriptObject.__init__(self), so DM does "
                "not know this object yet"
            )
        listener = Listener(self, handler_of(registration), target, client_id)
        self._door.workspace.listeners.append(listener)


def fire(workspace, event, target=None, *details):
    """Call each handler that was registered for an event.

    Parameters
    ----------
    workspace : Workspace
    event : str
        The part between "Handle" and "Event": "DataChanged", "ROIChanged", "WindowClosed".
    target : Image, ImageDisplay, DocumentWindow, ImageDocument, optional
        The thing that it happened to, itself and not its proxy.
    details
        What the handler receives after (flags, target), such as change flags; things become proxies.

    Returns
    -------
    int
        How many handlers were called.
    """
    called = [
        listener
        for listener in list(workspace.listeners)
        if isinstance(listener, Listener)
        and listener.handler in (f"Handle{event}Event", f"Handle{event}")
        and (target is None or listener.target is target)
    ]
    for listener in called:
        door = listener.script_object._door
        things = [target, *details] if target is not None else list(details)
        getattr(listener.script_object, listener.handler)(0, *(_as_proxy(door, thing) for thing in things))
    return len(called)


def handler_of(registration):
    """"ImageDisplayHandleROIChangedEvent" is answered by HandleROIChangedEvent."""
    handler = "Handle" + registration.partition("Handle")[2]
    handler = handler if handler.endswith("Event") else handler + "Event"
    if registration.startswith("CompoundDocument"):
        handler = handler.replace("Handle", "HandleCompoundDocument", 1)
    if registration.startswith("DMApplication"):
        handler = "HandleDMApplicationAboutToCloseEvent"
    return handler


def _as_proxy(door, thing):
    for kind, class_name in (
        (Image, "Py_Image"),
        (displays.ImageDisplay, "Py_ImageDisplay"),
        (displays.Component, "Py_Component"),
        (displays.ROI, "Py_ROI"),
        (displays.DocumentWindow, "Py_Window"),
        (displays.ImageDocument, "Py_ImageDocument"),
    ):
        if isinstance(thing, kind):
            return door.proxy(class_name, thing)
    return thing


def _add_registration(name):
    kind = name.partition("Handle")[0]
    class_name = TARGET_CLASS.get(kind)
    if class_name is not None:

        def register(self, target, client_id=""):
            target = as_type(Behind(class_name), target, f"{name}(): argument 1", self._door.workspace.switches)
            self._register(name, target, client_id)

    elif kind == "Workspace":

        def register(self):
            self._register(name, None, "")

    else:

        def register(self, client_id):
            self._register(name, None, client_id)

    register.__name__ = name
    setattr(Py_ScriptObject, name, register)


def _add_handler(name):
    def ignore(self, *args):
        return None

    ignore.__name__ = name
    setattr(Py_ScriptObject, name, ignore)


for _name in REGISTRATIONS:
    _add_registration(_name)
for _name in HANDLERS:
    _add_handler(_name)
