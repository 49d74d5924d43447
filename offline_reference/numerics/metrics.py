"""How good a factorization is: squared error, floor, and comparison with a known truth.

mean_squared_error    ||X - W H||^2 / (n_uv n_xy), in float64
pca_floor             the least any W H of rank n_k can reach
match_components      which found component is which true one (Hungarian method)
spot_similarity       are the Bragg discs right?
map_correlation       are the maps right?
hole_index            dark holes where another component has its discs
out_of_band           what a map holds beyond the probe's resolution
azimuthal_median      the background that the measures subtract
"""

import numpy as np

from .data_matrix import DataMatrix
from .errors import RefusedError
from .map_constraint import out_of_band  # noqa: F401 - a measure too: offered here with the others
from .polar import default_centre, radius_of_pixels

#: the identity loses digits when the fit is this close; then the residual is summed itself
CLOSE_FIT = 1e-6
#: radius that belongs to the central disc, as a part of the smaller detector side
CENTRAL_PART = 3.5 / 64


def mean_squared_error(X, W, H):
    """||X - W H||^2 / (n_uv n_xy), accumulated in float64 without forming W H.

    Parameters
    ----------
    X : ndarray (n_uv, n_xy) of any real type, or DataMatrix
    W : ndarray, shape (n_uv, n_k)
    H : ndarray, shape (n_k, n_xy)

    Returns
    -------
    float [counts^2]

    Notes
    -----
    ||X||^2 - 2 <X Ht, W> + <Wt W, H Ht>, a block of X at a time. The three terms
    cancel when the fit is close; below 1e-6 of ||X||^2 the residual itself is
    summed, also block by block.
    """
    data = X if isinstance(X, DataMatrix) else DataMatrix(X)
    W, H = np.asarray(W, dtype=np.float64), np.asarray(H, dtype=np.float64)
    error = data.squared_error(W, H)
    if error < CLOSE_FIT * data.sum_of_squares():
        error = data.residual_sum_of_squares(W, H)
    return error / data.size


def pca_floor(X, n_k, centred=False):
    """Mean squared error of the best W H of rank n_k, signs allowed (Eckart and Young).

    Supplement S4 compares the NMF algorithms with it (Fig. S2). ``centred``
    subtracts the mean diffraction first, as PCA programs do.
    """
    X = np.asarray(X, dtype=np.float64)
    if centred:
        X = X - X.mean(axis=1, keepdims=True)
    gram = X.T @ X if X.shape[0] > X.shape[1] else X @ X.T
    eigenvalues = np.linalg.eigvalsh(gram)[::-1]
    return float(np.clip(eigenvalues[n_k:], 0, None).sum() / X.size)


def match_components(true_diffractions, found_diffractions, similarity=None):
    """Which found diffraction belongs to each true one, every found one used once at most.

    Parameters
    ----------
    true_diffractions : ndarray, shape (n_true, n_v, n_u)
    found_diffractions : ndarray, shape (n_found, n_v, n_u), n_found >= n_true
    similarity : ndarray, shape (n_true, n_found), optional
        What to maximize in total; by default the cosine plus the cosine of the discs
        alone (azimuthal medians subtracted), both without the central disc that all share.

    Returns
    -------
    ndarray of int, shape (n_true,)
    """
    if similarity is None:
        whole, discs = zip(*(_outside_centre(stack) for stack in (true_diffractions, found_diffractions)))
        # what little an amorphous pattern holds beside its rings is noise and must not decide: it counts as it is small
        norms = [np.maximum(np.linalg.norm(b, axis=1), 0.1 * np.linalg.norm(a, axis=1)) for a, b in zip(whole, discs)]
        norms = [np.where(norm > 0, norm, 1) for norm in norms]
        similarity = cosines(*whole) + discs[0] @ discs[1].T / np.outer(*norms)
    return hungarian(-similarity)


def cosines(A, B):
    """Cosine of every row of A with every row of B; 0 where a row is zero."""
    norm_a, norm_b = np.linalg.norm(A, axis=1), np.linalg.norm(B, axis=1)
    return (A @ B.T) / np.where(norm_a > 0, norm_a, 1)[:, None] / np.where(norm_b > 0, norm_b, 1)


def hungarian(cost):
    """Assign each row a column of its own so that the total cost is least (Kuhn 1955, by shortest paths).

    Parameters
    ----------
    cost : ndarray, shape (n_rows, n_columns), n_columns >= n_rows

    Returns
    -------
    ndarray of int, shape (n_rows,)
        scipy.optimize.linear_sum_assignment gives the same, but a GMS has no SciPy.
    """
    cost = np.asarray(cost, dtype=np.float64)
    n_rows, n_columns = cost.shape
    if n_rows > n_columns:
        raise RefusedError("{} components cannot each be matched with one of {}: find at least as many as there "
                           "are.".format(n_rows, n_columns))
    if not np.isfinite(cost).all():
        raise RefusedError("components with NaN or infinite values cannot be matched: check the diffractions.")
    row_price, column_price = np.zeros(n_rows), np.zeros(n_columns)
    row_of = np.full(n_columns, -1)
    for row in range(n_rows):
        shortest = np.full(n_columns, np.inf)
        came_from = np.full(n_columns, -1)
        done = np.zeros(n_columns, dtype=bool)
        current, column, length = row, -1, 0.0
        while current != -1:  # walk until a free column is reached
            path = length + cost[current] - row_price[current] - column_price
            better = ~done & (path < shortest)
            shortest[better], came_from[better] = path[better], column
            column = int(np.argmin(np.where(done, np.inf, shortest)))
            length, done[column] = shortest[column], True
            current = row_of[column]
        visited = np.flatnonzero(done)
        row_price[row] += length
        for j in visited:
            column_price[j] -= length - shortest[j]
            if row_of[j] != -1:
                row_price[row_of[j]] += length - shortest[j]
        while column != -1:  # turn the path over
            previous = came_from[column]
            row_of[column] = row if previous == -1 else row_of[previous]
            column = previous
    assigned = np.empty(n_rows, dtype=int)
    assigned[row_of[row_of >= 0]] = np.flatnonzero(row_of >= 0)
    return assigned


def azimuthal_median(diffraction, centre=None):
    """Median of a diffraction (n_v, n_u) over the ring of pixels of the same rounded radius, as an image."""
    ring = np.round(radius_of_pixels(diffraction.shape, centre)).astype(int)
    profile = np.array([np.median(diffraction[ring == r]) if (ring == r).any() else 0 for r in range(ring.max() + 1)])
    return profile[ring]


def spot_similarity(true_diffraction, found_diffraction, centre=None, central_radius=None):
    """Cosine of two diffractions after subtraction of each one's azimuthal median: 1 = the same Bragg discs.

    Pixels between ``central_radius`` (3.5/64 of the smaller side by default) and
    the inscribed circle.
    """
    shape = true_diffraction.shape
    centre = default_centre(shape) if centre is None else centre
    radius = radius_of_pixels(shape, centre)
    inner = CENTRAL_PART * min(shape) if central_radius is None else central_radius
    used = (radius >= inner) & (radius <= min(shape) / 2)
    spots = [(pattern - azimuthal_median(pattern, centre))[used]
             for pattern in (true_diffraction, found_diffraction)]
    return float(cosines(spots[0][None], spots[1][None])[0, 0])


def map_correlation(true_map, found_map):
    """Pearson correlation of two maps; 0 if one is flat."""
    a, b = (one.ravel() - one.mean() for one in (true_map, found_map))
    return float(cosines(a[None], b[None])[0, 0])


def hole_index(true_diffractions, found_diffractions, spots, disc_radius, centre=None):
    """How dark the holes are that NMF digs where another component has its Bragg discs.

    A site of component k is where another true component has a strong disc
    (> 25 % of its strongest) and k has none within 2.6 disc radii. There the
    depth is max(0, (azimuthal median of the found k - mean of the found k over
    the disc) / azimuthal median of the true k). A true set measures 0 but for noise.

    Parameters
    ----------
    true_diffractions, found_diffractions : ndarray, shape (n_k, n_v, n_u)
        Matched: found[k] belongs to true[k]; each of sum 1.
    spots : sequence of ndarray, one (n, 3) for each component
        v, u [pixel], relative strength.
    disc_radius : float [pixel]

    Returns
    -------
    float
        Mean depth over all sites of all components; nan if there is no site.
    """
    depths = []
    for k, (true, found) in enumerate(zip(true_diffractions, found_diffractions)):
        true_median, found_median = azimuthal_median(true, centre), azimuthal_median(found, centre)
        for v, u in _sites(k, spots, disc_radius):
            disc = np.hypot(*(index - at for index, at in zip(np.indices(found.shape), (v, u)))) <= disc_radius
            depth = (found_median[disc].mean() - found[disc].mean()) / true_median[disc].mean()
            depths.append(max(0.0, depth))
    return float(np.mean(depths)) if depths else float("nan")


def _sites(k, spots, disc_radius):
    """Strong discs of the other components that are clear of all discs of component k."""
    own = spots[k]
    for other, theirs in enumerate(spots):
        if other == k:
            continue
        for v, u, strength in theirs:
            clear = not len(own) or np.hypot(own[:, 0] - v, own[:, 1] - u).min() > 2.6 * disc_radius
            if strength > 0.25 and clear:
                yield v, u


def _outside_centre(stack):
    """Patterns (n, n_v, n_u) outside the central disc and inside the inscribed circle, and the same without rings."""
    stack = np.asarray(stack, dtype=np.float64)
    shape = stack.shape[1:]
    radius = radius_of_pixels(shape)
    used = (radius >= CENTRAL_PART * min(shape)) & (radius <= min(shape) / 2)
    return stack[:, used], np.array([(one - azimuthal_median(one))[used] for one in stack])
