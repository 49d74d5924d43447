"""Square brackets: img[x, y], img[t, l, b, r], img[x0, y0, z0, x1, y1, z1], img[] - read and written.

With one to three indices every pixel that is computed looks up its own place (or, left of `=` and `+=`, finds the place
it goes to); with four or six they cut out a part, which is a view and can be written into (script_reference 3.1, 3.4).
"""
import numpy as np

from offline_reference.virtual_dm.displays import ImageDisplay
from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import RGB, Image, converted
from offline_reference.virtual_dm.script.array_operators import ARRAY_OPERATORS
from offline_reference.virtual_dm.script.conversions import shown, to_number
from offline_reference.virtual_dm.script.image_expressions import (
    Grid,
    PixelExpression,
    as_array,
    assign,
    computable,
    evaluated,
    is_double,
    rgb_array,
    shape_of,
    store,
    without_bools,
)


class Lookup(PixelExpression):
    """img[x, y] with indices that may differ from pixel to pixel."""

    def __init__(self, image, indices, call):
        super().__init__(indices, call)
        self.image = image

    def evaluate(self, grid):
        indices = [without_bools(evaluated(index, grid)) for index in self.operands]
        return looked_up(self.image, indices, self.call)

    def is_one_pixel(self):
        return not any(isinstance(index, (Image, PixelExpression)) for index in self.operands)

    def fallback_shape(self):
        if self.is_one_pixel():
            return (1,) * self.image.n_dimensions
        return super().fallback_shape() or self.image.pixels.shape

    def is_double(self):
        return is_double(self.image)

    def needs_a_grid(self):
        return True


def looked_up(image, indices, call):
    """Pixels at these places: a number if every index is one, else an array that broadcasts like the indices."""
    places, inside = _places(image, indices, call)
    outside = inside is not True and not np.all(inside)
    found = computable(pixels_at(image.pixels, places))
    if outside and call.switches.outside_value == "zero":
        call.warn("a pixel outside the image is read: what DM gives there is not known, 0 is taken")
        found = np.where(inside, found, np.zeros((), found.dtype))
    return found if found.ndim else found.item() if found.dtype != RGB else found


def pixels_at(pixels, places):
    """pixels[places]; whole rows at a time for [icol, ...] over the width, where NumPy would gather pixel by pixel."""
    x, others = places[-1], places[:-1]
    rows_vary = others and any(place.size > 1 for place in others)
    if rows_vary and x.ndim and x.size == x.shape[-1] == pixels.shape[-1]:
        stay_in_row = all(place.ndim == 0 or place.shape[-1] == 1 for place in others)
        if stay_in_row and np.array_equal(x.ravel(), np.arange(x.size)):
            return pixels[tuple(place[..., 0] if place.ndim else place for place in others)]
    return pixels[tuple(places)]


def _places(image, indices, call):
    """NumPy indices (slowest axis first) clipped to the image, and where they were inside without that."""
    indices = _as_many_as_dimensions(image, indices)
    inside, places = True, []
    for index, size in zip(indices, image.sizes, strict=True):
        whole = whole_index(index, call)
        if whole.size and (whole.min() < 0 or whole.max() >= size):
            inside = inside & (whole >= 0) & (whole < size)
            whole = np.clip(whole, 0, size - 1)
        places.append(whole)
    return places[::-1], inside


def _as_many_as_dimensions(image, indices):
    """[x, y] of a 1D image needs y = 0; of a 3D image it means the first plane."""
    n = image.n_dimensions
    if len(indices) < n:
        return [*indices, *[0.0] * (n - len(indices))]
    for surplus in indices[n:]:
        if np.any(np.asarray(surplus) >= 1):
            raise DMError(f"This index has {len(indices)} numbers, but the image has only {n} dimension(s).")
    return indices[:n]


def whole_index(index, call):
    """A fractional index as DM may turn it into a pixel: cut off, or rounded."""
    index = np.asarray(index)
    if index.dtype.kind == "c":
        raise DMError("A complex number is no index.")
    rounded = np.floor(index + 0.5) if call.switches.index_rounding == "round" else np.trunc(index)
    if not np.isfinite(rounded).all():  # rare, and nan_to_num is slow
        rounded = np.nan_to_num(rounded, nan=-1, posinf=2**62, neginf=-(2**62))
    return rounded.astype(np.int64)


# -- parts that are views ---------------------------------------------------------------------------------------------


def indexed(target, indices, call):
    """The value of target[indices]: a view with 0, 4 or 6 indices, else a Lookup."""
    image = image_of(target)
    if len(indices) in (1, 2, 3):
        for index in indices:
            if not isinstance(index, (float, int, Image, PixelExpression)):
                raise DMError(f"A number is wanted as index, not {shown(index)}.")
        return Lookup(image, indices, call)
    return part(image, indices)


def image_of(value):
    if isinstance(value, PixelExpression):
        return value.to_image()
    if not isinstance(value, Image):
        raise DMError(f"Only images have pixels in square brackets, not {shown(value)}.")
    return value


def part(image, indices):
    """View of a rectangle, a box or the selection."""
    numbers = [to_number(index) for index in indices]
    if not numbers:
        selection = next((display.selection for display in image.displays if display.selection), None)
        return image if selection is None else image.rectangle(*selection)
    if len(numbers) == 4:
        return image.rectangle(*numbers)
    if len(numbers) == 6:
        return image.box(numbers[:3], numbers[3:])
    raise DMError(f"An image takes 0, 2, 3, 4 or 6 numbers in square brackets, not {len(numbers)}.")


def curve(target, index):
    """img{0} or display{"label"}: one curve of a line plot, as a view."""
    if isinstance(target, ImageDisplay):
        return _curve_of_display(target, index)
    image = image_of(target)
    if image.displays and len(image.displays[0].slices) > 1:
        return _curve_of_display(image.displays[0], index)
    number = int(to_number(index))
    if image.n_dimensions == 1 and number == 0:
        return image
    if image.n_dimensions < 2 or not 0 <= number < image.sizes[1]:
        raise DMError(f"The image has no curve {number}.")
    return image.rectangle(number, 0, number + 1, image.sizes[0])


def _curve_of_display(display, index):
    slices = display.slices
    if isinstance(index, str):
        found = next((one for one in slices if one.label == index), None)
    else:
        number = int(to_number(index))
        found = slices[number] if 0 <= number < len(slices) else None
    if found is None:
        raise DMError(f"The line plot has no curve {index!r}; it has {len(slices)}.")
    return found.image


# -- writing ----------------------------------------------------------------------------------------------------------


def assign_indexed(symbol, target, indices, value, call):
    """target[indices] = value, also += -= *= /=."""
    image = image_of(target)
    if len(indices) not in (1, 2, 3):
        change(symbol, part(image, indices), value, call)
        return
    shape = _shape_of_source(image, indices, value)
    grid = Grid(shape, call)
    call.refuse_large(shape)
    places = [without_bools(evaluated(index, grid)) for index in indices]
    source = computable(as_array(evaluated(value, grid)))
    scatter(symbol, image, places, source, call)


def _shape_of_source(image, indices, value):
    """The pixels of the right side are gone through; a number is one pixel, or as many as the indices prescribe."""
    shape = shape_of(value)
    if shape is None and isinstance(value, PixelExpression):
        shape = value.fallback_shape()
    if shape is None:
        shape = next((shape_of(index) for index in indices if shape_of(index) is not None), None)
    if shape is None and any(isinstance(index, PixelExpression) and index.needs_a_grid() for index in indices):
        shape = image.pixels.shape
    return shape or ()


def scatter(symbol, image, indices, source, call):
    """Send every pixel of source to its place in image; those that fall outside are dropped."""
    places, inside = _places(image, indices, call)
    if inside is not True:
        call.warn("a pixel outside the image is written: it is dropped")
    if symbol in ("+=", "-=") and source.dtype != RGB:
        _accumulate(image, places, inside, source if symbol == "+=" else -source)
        return
    places = np.broadcast_arrays(*places, np.broadcast_to(0, source.shape))[:-1]
    source = np.broadcast_to(source, places[0].shape)
    keep = np.broadcast_to(inside, source.shape)
    places = tuple(place[keep] for place in places)
    if symbol == "=":
        source = rgb_array(source) if image.is_rgb else source
        image.pixels[places] = converted(source[keep], image.pixels.dtype)
        return
    function = ARRAY_OPERATORS[symbol[0]]
    for place, number in zip(zip(*places, strict=True), source[keep], strict=True):
        image.pixels[place] = converted(np.asarray(function(image.pixels[place], number)), image.pixels.dtype)


def _accumulate(image, places, inside, source):
    """Add up, in double precision, all pixels that go to the same place.

    Axes along which no index changes are summed first, so that `p[icol, 0] += img` is one sum over rows.
    """
    n_axes = max([source.ndim, *(place.ndim for place in places)])
    places = [place.reshape((1,) * (n_axes - place.ndim) + place.shape) for place in places]
    inside = np.reshape(inside, (1,) * (n_axes - np.ndim(inside)) + np.shape(inside))
    full = np.broadcast_shapes(source.shape, inside.shape, *(place.shape for place in places))
    moving = np.broadcast_shapes(inside.shape, *(place.shape for place in places))
    still = tuple(axis for axis in range(n_axes) if moving[axis] == 1 and full[axis] > 1)
    kind = np.complex128 if source.dtype.kind == "c" else np.float64
    sums = np.broadcast_to(source, full).sum(axis=still, keepdims=True, dtype=kind)
    flat = np.ravel_multi_index(tuple(np.broadcast_arrays(*places)), image.pixels.shape)
    flat = np.broadcast_to(flat, sums.shape)
    keep = np.broadcast_to(inside, sums.shape)
    flat, sums = flat[keep], sums[keep]
    total = np.bincount(flat, sums.real, image.pixels.size)
    if kind is np.complex128:
        total = total + 1j * np.bincount(flat, sums.imag, image.pixels.size)
    store(image, computable(image.pixels) + total.reshape(image.pixels.shape))


def change(symbol, image, value, call):
    """image symbol value for a whole image or view: =, +=, -=, *=, /=."""
    if symbol == "=":
        assign(image, value, call)
        return
    grid = Grid(image.pixels.shape, call)
    function = ARRAY_OPERATORS[symbol[0]]
    result = function(image.pixels, evaluated(value, grid), out=image.pixels)
    if result is not image.pixels:
        store(image, as_array(result))
