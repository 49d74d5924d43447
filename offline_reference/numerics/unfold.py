"""4D pixels <-> matrix X, and factors <-> images.

A 4D dataset holds one diffraction (v, u) for each scan position (y, x). It is
stored in one of two orders, both without a copy:

    "vuyx"   (n_v, n_u, n_y, n_x)   scan fastest: DM's (x, y, u, v); X is the same memory
    "yxvu"   (n_y, n_x, n_v, n_u)   detector fastest: X transposed is the same memory

    X   (n_uv, n_xy)   one diffraction a column
    W   (n_uv, n_k)    component diffractions, one a column
    H   (n_k,  n_xy)   component maps, one a row
"""

from .errors import RefusedError

ORDERS = ("vuyx", "yxvu")


def sizes_of(pixels, order="vuyx"):
    """Return (n_v, n_u, n_y, n_x) of 4D pixels stored in ``order``.

    Raises
    ------
    RefusedError
        If the order is unknown or the pixels are not 4D.
    """
    if order not in ORDERS:
        raise RefusedError("the axis order {!r} is unknown: choose one of {}.".format(order, " or ".join(ORDERS)))
    shape = tuple(pixels.shape)
    if len(shape) != 4:
        raise RefusedError(
            "the data have {} dimensions, shape {}, and an analysis needs 4: two of the scan and two of the "
            "detector. Choose the 4D dataset.".format(len(shape), shape)
        )
    return shape if order == "vuyx" else shape[2:] + shape[:2]


def unfold(pixels, order="vuyx"):
    """View 4D pixels as the matrix X, one diffraction a column.

    Parameters
    ----------
    pixels : ndarray, 4D
        Counts, of any real type, C-ordered.
    order : "vuyx" or "yxvu"
        Which axes vary slowest first.

    Returns
    -------
    X : ndarray, shape (n_uv, n_xy)
        The same memory (C-ordered input is never copied). [counts]
    """
    n_v, n_u, n_y, n_x = sizes_of(pixels, order)
    if order == "vuyx":
        return pixels.reshape(n_v * n_u, n_y * n_x)
    return pixels.reshape(n_y * n_x, n_v * n_u).T


def refold(X, sizes, order="vuyx"):
    """Undo `unfold`: X (n_uv, n_xy) to 4D pixels; ``sizes`` is (n_v, n_u, n_y, n_x)."""
    n_v, n_u, n_y, n_x = sizes
    if order == "vuyx":
        return X.reshape(n_v, n_u, n_y, n_x)
    return X.T.reshape(n_y, n_x, n_v, n_u)


def diffractions_from_W(W, detector):
    """Columns of W (n_uv, n_k) as images (n_k, n_v, n_u); ``detector`` is (n_v, n_u).

    Listing S3 refolds to (n_k, n_u, n_v), which is right only on a square detector.
    """
    n_v, n_u = detector
    return W.T.reshape(W.shape[1], n_v, n_u)


def W_from_diffractions(diffractions):
    """Images (n_k, n_v, n_u) as columns of W (n_uv, n_k)."""
    return diffractions.reshape(diffractions.shape[0], -1).T


def maps_from_H(H, scan):
    """Rows of H (n_k, n_xy) as images (n_k, n_y, n_x); ``scan`` is (n_y, n_x)."""
    n_y, n_x = scan
    return H.reshape(H.shape[0], n_y, n_x)


def H_from_maps(maps):
    """Images (n_k, n_y, n_x) as rows of H (n_k, n_xy)."""
    return maps.reshape(maps.shape[0], -1)
