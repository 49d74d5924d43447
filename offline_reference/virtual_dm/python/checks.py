"""Arguments are checked as DM's generated (SWIG) layer checks them, and DM's things travel as proxies.

A method is written with plain annotations; ``checked`` enforces them:

    @checked
    def SetDimensionScale(self, dimension: int, scale: float):

float takes int and float, int takes no float, str takes only str; IMAGE, TAG_GROUP ... take a proxy of that class
and hand the method the thing behind it. NumPy scalars other than np.float64
are refused unless the switch ``numpy_scalars`` says so: nobody has seen DM take one.
"""
import functools
import inspect
from typing import NamedTuple

import numpy as np

LONG = (-(2**31), 2**31 - 1)


class Behind(NamedTuple):
    """Annotation of a parameter that takes a proxy: its class."""

    class_name: str


IMAGE = Behind("Py_Image")
TAG_GROUP = Behind("Py_TagGroup")
DOCUMENT = Behind("Py_ImageDocument")
COMPONENT = Behind("Py_Component")
DISPLAY = Behind("Py_ImageDisplay")
ROI = Behind("Py_ROI")


class Proxy:
    """What a script holds instead of the thing itself: a new one at each call, never equal to another.

    ``_door`` is the module's link to a workspace, ``_thing`` the image, display, tag group ... behind it.
    """

    _door = None

    def __init__(self, thing):
        self._thing = thing

    def __repr__(self):
        name = type(self).__name__
        return f"<DigitalMicrograph.{name}; proxy of <Swig Object of type '{name} *' at 0x{id(self._thing):016X}> >"

    @property
    def _workspace(self):
        return self._door.workspace

    @property
    def _switches(self):
        return self._door.workspace.switches


class Door:
    """One module over one workspace: makes proxies of the module's own classes."""

    def __init__(self, workspace):
        self.workspace = workspace
        self.classes = {}

    def proxy(self, class_name, thing):
        """A new proxy, or None of None."""
        if thing is None:
            return None
        made = Proxy.__new__(self.classes[class_name])
        made._thing = thing
        return made


def checked(function):
    """Enforce the annotations of a method or module function; its first parameter is left alone."""
    signature = inspect.signature(function)
    parameters = list(signature.parameters.values())[1:]
    needs_check = [p for p in parameters if p.annotation is not inspect.Parameter.empty]

    @functools.wraps(function)
    def call(self, *args, **kwargs):
        try:
            bound = signature.bind(self, *args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{function.__name__}(): {error}") from None
        door = self if isinstance(self, Door) else self._door
        for parameter in needs_check:
            if parameter.name in bound.arguments:
                value = bound.arguments[parameter.name]
                where = f"{function.__name__}(): argument {parameter.name!r}"
                bound.arguments[parameter.name] = as_type(parameter.annotation, value, where, door.workspace.switches)
        return function(*bound.args, **bound.kwargs)

    return call


def as_type(wanted, value, where, switches):
    """The value as a parameter of that type receives it.

    Raises
    ------
    TypeError, OverflowError
        As SWIG does: "SetName(): argument 'name' must be str, not int".
    """
    if isinstance(wanted, Behind):
        return _behind_proxy(wanted.class_name, value, where)
    if isinstance(value, np.generic) and not isinstance(value, float | str):
        value = _numpy_scalar(value, where, switches)
    if wanted is float and isinstance(value, int | float):
        return float(value)
    if wanted is int and isinstance(value, int):
        return in_range(int(value), LONG, where)
    if wanted is bool and isinstance(value, int):
        return bool(value)
    if wanted is str and isinstance(value, str):
        return str(value)
    raise TypeError(f"{where} must be {wanted.__name__}, not {type(value).__name__}")


def in_range(number, limits, where):
    """The number, or OverflowError if DM's integer cannot hold it."""
    if not limits[0] <= number <= limits[1]:
        raise OverflowError(f"{where} must lie between {limits[0]} and {limits[1]}, but is {number}")
    return number


def _behind_proxy(class_name, value, where):
    names = [cls.__name__ for cls in type(value).__mro__]
    if not isinstance(value, Proxy) or class_name not in names:
        raise TypeError(f"{where} must be a {class_name}, not {type(value).__name__}")
    return value._thing


def _numpy_scalar(value, where, switches):
    if switches.numpy_scalars == "refused":
        raise TypeError(
            f"{where} is a NumPy {type(value).__name__}, which DM's type check is not known to take: "
            "write float(...), int(...) or bool(...) around it (or set the switch numpy_scalars=taken)"
        )
    return value.item()


def unit_text(text, switches):
    """Units as a getter gives them: bytes for non-ASCII text if the switch says so."""
    if switches.unit_strings == "bytes" and not text.isascii():
        return text.encode("latin-1", "replace")
    return text
