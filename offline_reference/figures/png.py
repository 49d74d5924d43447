"""PNG bytes: of a figure, and of one image alone, small enough for an HTML page."""
import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

import matplotlib
import numpy as np
from matplotlib.colors import LogNorm

WIDEST = 3200  # pixels of a figure
FEWER_LEVELS = (256, 128, 64)
PALETTE = 256  # entries, always: so the palette has one place and one length in every file
BEND, LARGEST_BEND = 10.0, 1e6  # of the scale of levels


def to_png(figure, dpi=None):
    """A figure as the bytes of a PNG file: by default 200 dots an inch, but at most 3200 across.

    Carries no date, so the same figure gives the same bytes.
    """
    buffer = BytesIO()
    dpi = dpi or min(200, WIDEST / figure.get_figwidth())
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


@dataclass(frozen=True)
class Levels:
    """Which value each level of an image stands for: fine steps near zero, and of one percentage far from it.

        value = top ((1 + bend)^t - 1) / bend,   t = level / (n - 1), from 0 to 1

    or, of a signed image, t from -1 to 1 and the same for both signs.
    """

    top: float
    bend: float
    n: int
    signed: bool = False

    def values(self):
        """The value of each level, shape (n,)."""
        t = np.linspace(-1 if self.signed else 0, 1, self.n)
        return np.sign(t) * self.top * np.expm1(np.abs(t) * np.log1p(self.bend)) / self.bend

    def of(self, image):
        """The nearest level of each pixel, as bytes."""
        strength = np.clip(np.abs(image) / self.top, 0, 1)
        t = np.sign(image) * np.log1p(self.bend * strength) / np.log1p(self.bend)
        t = (t + 1) / 2 if self.signed else np.maximum(t, 0)
        return np.rint(t * (self.n - 1)).astype(np.uint8)


@dataclass(frozen=True)
class Packed:
    """An image in a small PNG: its bytes, what its levels mean, and how many (rows, columns) of them there are.

    The PNG has a palette of 256 colours in bytes 33 to 813. It holds all values of the image; which colour a value
    takes is said by the palette alone, so that another contrast is another palette.
    """

    png: bytes
    levels: Levels
    shape: tuple


def panel_png(image, norm, colours, max_bytes=None):
    """One image as a PNG with a palette, a pixel of the image to a pixel of the file, no larger than max_bytes.

    Noise does not compress: where 256 levels would take too much, fewer are used, and at last fewer pixels.

    Parameters
    ----------
    image : ndarray, shape (rows, columns)
    norm : matplotlib.colors.Normalize
        See `contrast`: how the image looks. Values beyond its limits are kept.
    colours : str
        A colormap of matplotlib.
    max_bytes : int, optional

    Returns
    -------
    Packed
    """
    image = np.asarray(image, dtype=float)
    while True:
        for n in FEWER_LEVELS:
            levels = _levels(image, norm, n)
            png = _with_palette(levels.of(image), _palette(norm(levels.values()), colours))
            if max_bytes is None or len(png) <= max_bytes or max(image.shape) < 16:
                return Packed(png, levels, image.shape)
        image = _halved(image)


def colour_bar_png(colours):
    """All colours of a colormap from left to right, one row high."""
    ramp = np.arange(PALETTE, dtype=np.uint8)[np.newaxis]
    return _with_palette(ramp, _palette(np.linspace(0, 1, PALETTE), colours))


def colour_table(colours):
    """The 256 colours of a colormap, as 768 bytes red, green, blue."""
    return _palette(np.linspace(0, 1, PALETTE), colours)


def _levels(image, norm, n):
    """Levels that reach all of an image, and are fine enough where its contrast is logarithmic."""
    signed = bool((image < 0).any())
    top = float(np.max(np.abs(image), initial=0.0)) or 1.0
    bend = BEND
    if isinstance(norm, LogNorm):
        bend = float(np.clip(top / norm.vmin, BEND, LARGEST_BEND))
    elif signed:
        bend = BEND ** 2
    return Levels(top, bend, n - 1 if signed else n, signed)  # an odd number: one of them is zero


def _palette(shades, colours):
    """Colours of shades 0 ... 1 as bytes, black behind the last."""
    table = matplotlib.colormaps[colours](np.clip(np.ma.filled(shades, 0), 0, 1), bytes=True)[:, :3]
    return table.tobytes().ljust(3 * PALETTE, b"\0")


def _halved(image):
    """Means over 2 x 2 pixels, or over two pixels of an image that is one row or column."""
    rows, columns = (2 if n > 1 else 1 for n in image.shape)
    n_rows, n_columns = image.shape[0] // rows, image.shape[1] // columns
    return image[: n_rows * rows, : n_columns * columns].reshape(n_rows, rows, n_columns, columns).mean((1, 3))


def _with_palette(levels, palette):
    """PNG of colour type 3, 8 bits; of three ways to predict a pixel the one that compresses best."""
    ways = (levels, _differences(levels, 1), _differences(levels, 0))  # filter types 0, 1 (left), 2 (above)
    lines = min((_lines(kind, rows) for kind, rows in enumerate(ways)), key=lambda one: len(zlib.compress(one, 1)))
    header = struct.pack(">IIBBBBB", levels.shape[1], levels.shape[0], 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _differences(levels, axis):
    return np.diff(levels, axis=axis, prepend=np.uint8(0))  # modulo 256, as PNG wants it


def _lines(kind, rows):
    """Every line of a PNG begins with the number of its filter."""
    return np.pad(rows, ((0, 0), (1, 0)), constant_values=kind).tobytes()


def _chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
