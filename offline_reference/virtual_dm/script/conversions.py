"""Which type a value has, and what it becomes where another type is wanted."""
import numpy as np

from offline_reference.virtual_dm.displays import ROI, Component, DocumentWindow, ImageDisplay, ImageDocument
from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.script.image_expressions import PixelExpression
from offline_reference.virtual_dm.tags import TagGroup
from offline_reference.virtual_dm.values import RGBNumber, ScriptObject

TYPE_OF_CLASS = {
    float: "number",
    int: "number",
    bool: "number",
    complex: "complexnumber",
    str: "string",
    RGBNumber: "rgbnumber",
    Image: "image",
    TagGroup: "taggroup",
    ScriptObject: "object",
    ROI: "roi",
    ImageDisplay: "imagedisplay",
    Component: "component",
    DocumentWindow: "documentwindow",
    ImageDocument: "imagedocument",
    type(None): "NULL",
}
UNINITIALISED = {"number": 0.0, "complexnumber": 0j, "string": "", "rgbnumber": RGBNumber(0.0, 0.0, 0.0)}
"""What a declared variable holds before anything is assigned (script_reference 1.3); handles hold nothing (None)."""

HANDLES = (TagGroup, ScriptObject, ROI, Component, DocumentWindow, ImageDocument)
SCALARS = (float, int, bool, complex, RGBNumber)
NOT_OBJECTS = (*SCALARS, str, Image, TagGroup, ROI, Component, DocumentWindow, ImageDocument)


def type_of(value):
    """DM's name for the type of a value."""
    if isinstance(value, PixelExpression):
        return "image expression"
    found = TYPE_OF_CLASS.get(type(value))
    if found is None:
        found = next((name for kind, name in TYPE_OF_CLASS.items() if isinstance(value, kind)), "object")
    return found


def shown(value):
    """A value's type with its article, for errors."""
    name = type_of(value)
    if name == "NULL":
        return "nothing yet (a variable without a value, or NULL)"
    return ("an " if name[0] in "aeiou" else "a ") + name


def to_number(value):
    """A float, where DM wants a number."""
    if isinstance(value, (float, int)):
        return float(value)
    if isinstance(value, PixelExpression):
        return to_number(value.scalar("a number"))
    if isinstance(value, (np.floating, np.integer, np.bool_)):
        return float(value)
    if isinstance(value, Image):
        raise DMError("A number is wanted here, not an image: take GetPixel, sum, mean, ... of it.")
    raise DMError(f"A number is wanted here, not {shown(value)}.")


def to_complex(value):
    if isinstance(value, (complex, float, int, np.number)):
        return complex(value)
    if isinstance(value, PixelExpression):
        return to_complex(value.scalar("a complex number"))
    raise DMError(f"A complex number is wanted here, not {shown(value)}.")


def to_rgb(value):
    if isinstance(value, RGBNumber):
        return value
    grey = to_number(value)
    return RGBNumber(grey, grey, grey)


def to_truth(value):
    """True or False of a condition: any number but zero is true, and so is a handle that is valid (SEEN 2 f)."""
    if isinstance(value, complex):
        return value != 0
    if value is None or isinstance(value, HANDLES):
        return value is not None
    return to_number(value) != 0


def to_text(value, digits=6):
    """A text, where DM wants a string: numbers become one (script_reference 1.9)."""
    if isinstance(value, str):
        return value
    if isinstance(value, PixelExpression):
        value = value.scalar("a text")
    if isinstance(value, (float, int, np.number)) and not isinstance(value, (complex, np.complexfloating)):
        return number_to_text(float(value), digits)
    if isinstance(value, complex):
        sign = "-" if value.imag < 0 else "+"
        return f"{number_to_text(value.real, digits)} {sign} {number_to_text(abs(value.imag), digits)} i"
    if isinstance(value, RGBNumber):
        return "(" + ", ".join(number_to_text(channel, digits) for channel in value[:3]) + ")"
    raise DMError(f"A text is wanted here, not {shown(value)}.")


def number_to_text(value, digits=6):
    """DM's automatic text of a number; whole numbers that a program counts with keep all their digits."""
    if value.is_integer() and abs(value) < max(1e6, 10.0**digits):
        return str(int(value))
    if value != value:
        return "nan"
    return f"{value:.{digits}g}"


def to_image(value):
    """An Image; an expression becomes a new one of the type that DM gives to expressions."""
    if isinstance(value, Image):
        return value
    if isinstance(value, PixelExpression):
        return value.to_image()
    if value is None:
        raise DMError("This image variable holds no image yet.")
    raise DMError(f"An image is wanted here, not {shown(value)}.")


def handle_converter(type_name):
    """A function that lets a handle of this type pass and refuses everything else."""
    classes = [kind for kind, name in TYPE_OF_CLASS.items() if name == type_name]

    def to_handle(value):
        if value is None or isinstance(value, tuple(classes)):
            return value
        if not classes and not isinstance(value, (*NOT_OBJECTS, PixelExpression)):
            return value
        if type_name == "object" and not isinstance(value, (*NOT_OBJECTS, PixelExpression)):
            return value
        raise DMError(f"A {type_name} is wanted here, not {shown(value)}.")

    return to_handle


def keep(value):
    """For parameters of any type: expressions become images, since they mean nothing without a grid."""
    return value.scalar_or_image() if isinstance(value, PixelExpression) else value


def optional_image(value):
    return None if value is None else to_image(value)


_HANDLES = {}


def converter(type_name, digits=6):
    """The function that turns a value into a canonical type, or refuses with a DMError."""
    if type_name == "string":
        return lambda value: to_text(value, digits)
    simple = {
        "number": to_number,
        "complexnumber": to_complex,
        "rgbnumber": to_rgb,
        "image": to_image,
        "any": keep,
    }.get(type_name)
    if simple is not None:
        return simple
    if type_name not in _HANDLES:
        _HANDLES[type_name] = handle_converter(type_name)
    return _HANDLES[type_name]
