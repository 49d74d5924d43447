"""Image expressions: what `a * icol + warp(b, irow, icol)` is before somebody says how large the result shall be.

DM evaluates the right side of an assignment once for each pixel of the left side (script_reference 3.3). Here the
expression is kept as a small tree of operands and computed over a whole Grid at once, with NumPy. Operands are numbers,
images, or further expressions. Pixels of reals keep their precision, integers are computed as float64, comparisons give
zeros and ones.
"""
import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import RGB, Image, converted
from offline_reference.virtual_dm.values import RGBNumber


class Grid:
    """The pixels that are being computed.

    Parameters
    ----------
    shape : tuple
        NumPy's order: (.., height, width).
    call : registry.Call
        Passed to the functions inside the expression.
    """

    def __init__(self, shape, call):
        self.shape = shape
        self.call = call

    def index(self, dimension):
        """Index along DM's dimension 0, 1, 2, 3 as floats that broadcast over the grid."""
        if dimension >= len(self.shape):
            return 0.0
        along = [1] * len(self.shape)
        along[-1 - dimension] = -1
        return np.arange(self.size(dimension), dtype=np.float64).reshape(along)

    def size(self, dimension):
        return self.shape[-1 - dimension] if dimension < len(self.shape) else 1

    def from_centre(self):
        """x and y of each pixel counted from the centre (width/2, height/2) (script_reference 3.3)."""
        y = self.index(1) - self.size(1) / 2 if len(self.shape) > 1 else 0.0
        return self.index(0) - self.size(0) / 2, y


INTRINSICS = {
    "icol": lambda grid: grid.index(0),
    "icolumn": lambda grid: grid.index(0),
    "irow": lambda grid: grid.index(1),
    "iplane": lambda grid: grid.index(2),
    "iwidth": lambda grid: float(grid.size(0)),
    "iheight": lambda grid: float(grid.size(1)),
    "idepth": lambda grid: float(grid.size(2)),
    "iradius": lambda grid: np.hypot(*grid.from_centre()),
    "itheta": lambda grid: np.arctan2(*reversed(grid.from_centre())),
}
"""Names that stand for a number of the pixel being computed."""


class PixelExpression:
    """Base of the expressions.

    Attributes
    ----------
    operands : list
        Numbers, images and expressions it is computed from.
    call : registry.Call
    """

    def __init__(self, operands, call):
        self.operands = operands
        self.call = call

    def evaluate(self, grid):
        """A number, or an array that broadcasts over the grid."""
        raise NotImplementedError

    # -- size and type ----------------------------------------------------------------------------------------------

    def own_shape(self):
        """Shape that the images inside prescribe, or None."""
        for operand in self.operands:
            shape = shape_of(operand)
            if shape is not None:
                return shape
        return None

    def fallback_shape(self):
        """Shape to take where neither the target nor `own_shape` says one, or None."""
        for operand in self.operands:
            if isinstance(operand, PixelExpression):
                shape = operand.fallback_shape()
                if shape is not None:
                    return shape
        return None

    def is_double(self):
        """Whether an 8-byte real or 16-byte complex image takes part, so that the result has that precision too."""
        return any(is_double(operand) for operand in self.operands)

    def needs_a_grid(self):
        """Whether an image or one of icol, irow, .. is in it, so that it is no single number."""
        return any(
            isinstance(operand, Image) or (isinstance(operand, PixelExpression) and operand.needs_a_grid())
            for operand in self.operands
        )

    # -- results ----------------------------------------------------------------------------------------------------

    def pixels(self, shape=None):
        """The computed array over this shape, or over the expression's own."""
        shape = shape or self.own_shape() or self.fallback_shape()
        if shape is None:
            raise DMError(
                "Nothing in this expression says how large the image shall be: assign it to an image that exists, "
                "or wrap it in ExprSize(width, height, ...)."
            )
        self.call.refuse_large(shape)
        array = as_array(self.evaluate(Grid(shape, self.call)))
        return array if array.shape == shape else np.broadcast_to(array, shape)

    def scalar(self, wanted):
        """The value of an expression without images, such as `random() * 3`."""
        if self.needs_a_grid():
            raise DMError(
                f"{wanted.capitalize()} is wanted here, not an image expression: take GetPixel, sum, ... of it."
            )
        value = self.evaluate(Grid((), self.call))
        return value.item() if isinstance(value, (np.ndarray, np.generic)) else value

    def to_image(self):
        """A new image with the computed pixels."""
        return new_image(self.pixels(), self.is_double(), self.call, is_ours=type(self) is Operation)

    def scalar_or_image(self):
        return self.to_image() if self.needs_a_grid() else self.scalar("a number")


class Intrinsic(PixelExpression):
    """icol, irow, ..."""

    def __init__(self, name, call):
        super().__init__([], call)
        self.name = name

    def evaluate(self, grid):
        return INTRINSICS[self.name](grid)

    def needs_a_grid(self):
        return True


class Operation(PixelExpression):
    """An operator between operands; function takes their arrays and, if it is arithmetic, `out`."""

    def __init__(self, function, operands, call):
        super().__init__(operands, call)
        self.function = function

    def evaluate(self, grid, out=None):
        """The result is a new array, or `out` if that has the result's type and size."""
        values = [evaluated(operand, grid) for operand in self.operands]
        if not getattr(self.function, "takes_out", False):
            return _plain(self.function(*values))
        if out is None:
            return _plain(self.function(*values, out=self._scratch(values, grid.shape), must_match=True))
        return _plain(self.function(*values, out=out))

    def _scratch(self, values, shape):
        """An operand that is a result in between itself, to be overwritten: memory costs more time than arithmetic."""
        for operand, value in zip(self.operands, values, strict=True):
            if type(operand) is Operation and isinstance(value, np.ndarray) and value.shape == shape:
                return value
        return None


class Choice(PixelExpression):
    """condition ? a : b, pixel by pixel."""

    def evaluate(self, grid):
        condition, if_true, if_false = [evaluated(operand, grid) for operand in self.operands]
        if is_rgb(if_true) or is_rgb(if_false):
            if_true, if_false = rgb_array(if_true), rgb_array(if_false)
        if not isinstance(condition, np.ndarray):
            return if_true if condition else if_false
        return chosen(condition if condition.dtype.kind == "b" else condition != 0, if_true, if_false)


class FunctionCall(PixelExpression):
    """A built-in that is computed pixel by pixel.

    Parameters
    ----------
    function : registry.DMFunction
    arguments : list
        All arguments in their order; those at the places `per_pixel` are evaluated on the grid.
    """

    def __init__(self, function, arguments, per_pixel, call):
        super().__init__([arguments[place] for place in per_pixel], call)
        self.function = function
        self.arguments = arguments
        self.per_pixel = per_pixel

    def evaluate(self, grid):
        arguments = list(self.arguments)
        for place in self.per_pixel:
            arguments[place] = computable(evaluated(arguments[place], grid))
        try:
            return _plain(self.call.run_on_grid(self.function, arguments, grid.shape))
        except TypeError as error:
            if any(is_rgb(arguments[place]) for place in self.per_pixel):
                name = self.function.name
                raise DMError(f"{name} does not take colours: take red, green or blue of them.") from error
            raise

    def fallback_shape(self):
        shape = super().fallback_shape()
        if shape is not None:
            return shape
        wholes = [argument for argument in self.arguments if isinstance(argument, Image)]
        return wholes[0].pixels.shape if wholes else None

    def is_double(self):
        return any(is_double(argument) for argument in self.arguments)


class Sized(PixelExpression):
    """ExprSize(width, height, expression)."""

    def __init__(self, shape, expression, call):
        super().__init__([expression], call)
        self.shape = shape

    def own_shape(self):
        return self.shape

    def needs_a_grid(self):
        return True

    def evaluate(self, grid):
        refuse_other_shape(self.shape, grid)
        return evaluated(self.operands[0], grid)


WHOLE_NUMBERS_AS_LARGE = {4: np.int32, 8: np.int64}


def chosen(condition, if_true, if_false):
    """np.where, by bits if both sides are reals of one type: where the condition changes from pixel to pixel, NumPy's
    own way waits for a wrong guess of the processor at every other one and takes five times as long."""
    dtype = np.result_type(if_true, if_false)
    if dtype.kind != "f" or dtype.itemsize not in WHOLE_NUMBERS_AS_LARGE:
        return np.where(condition, if_true, if_false)
    bits = WHOLE_NUMBERS_AS_LARGE[dtype.itemsize]
    if_true, if_false = (np.asarray(value, dtype).view(bits) for value in (if_true, if_false))
    mask = condition.view(np.int8).astype(bits)
    np.negative(mask, out=mask)  # all bits where the condition holds
    different = np.bitwise_xor(if_true, if_false)
    fits = different.shape == np.broadcast_shapes(different.shape, mask.shape)
    different = np.bitwise_and(different, mask, out=different if fits else None)
    different ^= if_false
    return different.view(dtype)


# -- operands ---------------------------------------------------------------------------------------------------------


def shape_of(operand):
    """Shape that an operand prescribes, or None."""
    if isinstance(operand, Image):
        return operand.pixels.shape
    return operand.own_shape() if isinstance(operand, PixelExpression) else None


def is_double(operand):
    if isinstance(operand, Image):
        return operand.pixels.dtype in (np.float64, np.complex128)
    return isinstance(operand, PixelExpression) and operand.is_double()


def evaluated(operand, grid):
    """An operand's numbers over the grid."""
    if isinstance(operand, PixelExpression):
        return operand.evaluate(grid)
    if isinstance(operand, Image):
        pixels = operand.pixels
        if pixels.shape != grid.shape:
            refuse_other_shape(pixels.shape, grid)
            pixels = pixels.reshape(grid.shape)
        return pixels
    return operand


def refuse_other_shape(shape, grid):
    if shape == grid.shape:
        return
    if grid.call.switches.one_dimension == "same" and _without_last_ones(shape) == _without_last_ones(grid.shape):
        return
    raise DMError(f"The sizes do not match: {sizes_text(shape)} pixels here, {sizes_text(grid.shape)} there.")


def _without_last_ones(shape):
    """(1, 5) is (5,): trailing dimensions of one pixel, in DM's order, leave no trace."""
    first = next((axis for axis, size in enumerate(shape) if size != 1), len(shape) - 1)
    return shape[first:]


def sizes_text(shape):
    """NumPy's shape in DM's order, as text."""
    return " x ".join(str(size) for size in reversed(shape)) or "no"


def computable(values):
    """Numbers as functions want them: integers as float64, comparisons as 0 and 1, colours as they are."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iu":
        return values.astype(np.float64)
    return without_bools(values)


def _plain(value):
    """Single numbers as Python's own: NumPy's would turn a whole float32 image into float64."""
    return value.item() if isinstance(value, np.generic) else value


def without_bools(value):
    """0 and 1 instead of False and True, which NumPy adds differently."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "b":
        return value.astype(np.float32)
    return value


def as_array(value):
    return rgb_array(value) if isinstance(value, RGBNumber) else np.asarray(value)


def is_rgb(value):
    return isinstance(value, RGBNumber) or (isinstance(value, np.ndarray) and value.dtype == RGB)


def rgb_array(value):
    """Colours as an array of RGB pixels, from RGB pixels, one colour, or grey values."""
    if isinstance(value, RGBNumber):
        in_memory = (value.blue, value.green, value.red, value.alpha)
        return np.array(tuple(int(min(max(channel, 0), 255)) for channel in in_memory), RGB)
    return converted(np.asarray(value), RGB)


# -- results ----------------------------------------------------------------------------------------------------------


def new_image(array, double, call, is_ours=False):
    """A new image of an expression's result: real 4 bytes unless an operand had 8 (script_reference 2.4).

    ``is_ours`` says that nobody else holds the array, so that the image may live in it.
    """
    double = double or call.switches.expression_type == "double"
    if array.dtype.kind == "c":
        dtype = np.complex128 if double else np.complex64
    elif array.dtype == RGB:
        dtype = RGB
    else:
        dtype = np.float64 if double else np.float32
    if is_ours and array.dtype == dtype and array.flags.c_contiguous and array.flags.writeable:
        return Image(array)
    return Image(np.array(array, dtype, order="C"))


def assign(target, value, call):
    """target = value: the pixels change, the image and its type stay.

    Parameters
    ----------
    target : Image
        Also a view into another image.
    value : number, Image or PixelExpression
    """
    if type(value) is Operation:
        result = value.evaluate(Grid(target.pixels.shape, call), out=target.pixels)
        if result is not target.pixels:
            store(target, as_array(result))
    elif isinstance(value, PixelExpression):
        store(target, value.pixels(target.pixels.shape))
    elif isinstance(value, Image):
        if value.pixels.shape != target.pixels.shape:
            refuse_other_shape(value.pixels.shape, Grid(target.pixels.shape, call))
        store(target, value.pixels.reshape(target.pixels.shape))
    else:
        store(target, as_array(value))


def store(target, array):
    """Write an array into an image's pixels, converted to their type as DM does."""
    pixels = target.pixels
    if array.dtype == pixels.dtype or (array.dtype.kind in "fiub" and pixels.dtype.kind == "f"):
        pixels[...] = array
    elif array.dtype.kind in "fciub" and pixels.dtype.kind == "c":
        pixels[...] = array
    elif _fits_untouched(array, pixels.dtype):
        np.copyto(pixels, array, casting="unsafe")
    else:
        pixels[...] = converted(array, pixels.dtype)


def _fits_untouched(array, dtype):
    """Whether reals become these integers by truncation alone, with nothing that would wrap and no NaN."""
    if array.dtype.kind != "f" or dtype.kind not in "iu" or dtype.itemsize > 4:
        return False
    limits = np.iinfo(dtype)
    return bool(array.min() > limits.min - 1 and array.max() < limits.max + 1)
