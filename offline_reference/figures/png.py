"""PNG bytes: of a figure, and of one image alone, small enough for an HTML page."""
import struct
import zlib
from io import BytesIO

import matplotlib
import numpy as np

WIDEST = 3200  # pixels of a figure
FEWER_COLOURS = (256, 128, 64, 32)


def to_png(figure, dpi=None):
    """A figure as the bytes of a PNG file: by default 200 dots an inch, but at most 3200 across.

    Carries no date, so the same figure gives the same bytes.
    """
    buffer = BytesIO()
    dpi = dpi or min(200, WIDEST / figure.get_figwidth())
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def panel_png(image, norm, colours, max_bytes=None):
    """One image as a PNG with a palette, a pixel of the image to a pixel of the file, no larger than max_bytes.

    Noise does not compress: where 256 colours would take too much, fewer are used, and at last fewer pixels.

    Parameters
    ----------
    image : ndarray, shape (rows, columns)
    norm : matplotlib.colors.Normalize
        See `contrast`.
    colours : str
        A colormap of matplotlib.
    max_bytes : int, optional

    Returns
    -------
    bytes
    """
    image = np.asarray(image, dtype=float)
    while True:
        shades = np.clip(np.ma.filled(norm(image), 0), 0, 1)
        for n_colours in FEWER_COLOURS:
            png = _with_palette(shades, colours, n_colours)
            if max_bytes is None or len(png) <= max_bytes or max(image.shape) < 16:
                return png
        image = _halved(image)


def colour_bar_png(colours):
    """All colours of a colormap from left to right, one row high."""
    return _with_palette(np.linspace(0, 1, 256)[np.newaxis], colours, 256)


def _halved(image):
    """Means over 2 x 2 pixels, or over two pixels of an image that is one row or column."""
    rows, columns = (2 if n > 1 else 1 for n in image.shape)
    n_rows, n_columns = image.shape[0] // rows, image.shape[1] // columns
    return image[: n_rows * rows, : n_columns * columns].reshape(n_rows, rows, n_columns, columns).mean((1, 3))


def _with_palette(shades, colours, n_colours):
    """PNG of colour type 3, 8 bits; of three ways to predict a pixel the one that compresses best."""
    palette = matplotlib.colormaps[colours](np.linspace(0, 1, n_colours), bytes=True)[:, :3]
    indices = np.rint(shades * (n_colours - 1)).astype(np.uint8)
    ways = (indices, _differences(indices, 1), _differences(indices, 0))  # filter types 0, 1 (left), 2 (above)
    pixels = min((zlib.compress(_lines(kind, rows)) for kind, rows in enumerate(ways)), key=len)
    header = struct.pack(">IIBBBBB", indices.shape[1], indices.shape[0], 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", palette.tobytes()), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _differences(indices, axis):
    return np.diff(indices, axis=axis, prepend=np.uint8(0))  # modulo 256, as PNG wants it


def _lines(kind, rows):
    """Every line of a PNG begins with the number of its filter."""
    return np.pad(rows, ((0, 0), (1, 0)), constant_values=kind).tobytes()


def _chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
