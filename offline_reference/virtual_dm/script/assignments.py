"""What a variable holds after =, :=, += and the like, and what a declaration gives it."""
import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.script import indexing
from offline_reference.virtual_dm.script.conversions import shown, to_image
from offline_reference.virtual_dm.script.image_expressions import PixelExpression
from offline_reference.virtual_dm.script.operators import binary


def assignment(operator, type_name, type_word, program):
    """A function of a variable's old value and the new one that gives what the variable holds afterwards."""
    if type_name == "image":
        return _bind_image(type_word, program) if operator == ":=" else _change_image(operator, type_word, program)
    convert = program.converter(type_name)
    if operator in ("=", ":="):
        return lambda old, new: convert(new)
    symbol = operator[0]
    return lambda old, new: convert(binary(symbol, old, new, program.call))


def _bind_image(type_word, program):
    """a := b makes a another name for the image b (script_reference 2.3)."""
    return lambda old, new: None if new is None else to_image(new)


def _change_image(operator, type_word, program):
    def run(old, new):
        if old is None:
            if operator != "=":
                raise DMError(f"This image variable holds no image yet, so {operator} has nothing to change.")
            return copied(new, type_word, program.call)
        if not isinstance(new, (Image, PixelExpression, float, complex, tuple)):
            raise DMError(f"The pixels of an image cannot become {shown(new)}.")
        indexing.change(operator, old, new, program.call)
        return old

    return run


def copied(value, type_word, call):
    """The new image that `image a = value` makes: pixels alone, no calibration (script_reference 2.3)."""
    if value is None:
        raise DMError("The image on the right side is not valid (yet).")
    if isinstance(value, Image):
        image = Image(np.array(value.pixels, order="C"))
    elif isinstance(value, PixelExpression):
        image = value.to_image()
    else:
        raise DMError(f"A new image cannot be made of {shown(value)} alone: nothing says how large it shall be.")
    return in_declared_type(image, type_word, call)


def in_declared_type(image, type_word, call):
    """A compleximage made of reals becomes complex; a realimage cannot be made of complex numbers."""
    word = type_word.lower()
    if word == "compleximage" and not image.is_complex:
        image.change_type(13 if image.pixels.dtype.itemsize == 8 else 3)
    if word == "realimage" and image.is_complex:
        raise DMError("A realimage cannot hold complex numbers: take real, modulus, ... of them.")
    return image
