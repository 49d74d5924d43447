"""Memory and time that a run will take, from the sizes of its arrays and a short trial of this computer.

tests/cli/test_estimate.py holds the memory to the peak of real runs.
"""
import math
import time
from dataclasses import dataclass

from .progress import duration
from .threads import one_thread

FIXED_BYTES = 40e6  # blocks in conversion, and what the program itself takes
FACTOR_BYTES = 12 * 8  # copies of W and H in float64
BAND_BYTES = 26  # for each value of the data below the cut-off, at the peak of their making
COMPRESSED_COPIES = 5  # of Q and B, while they are made
SKLEARN_COPIES = 3  # the data as floats, their model, and the difference
USUAL_CUTOFF = 0.25  # cycles per scan pixel, where the data will decide
ITERATIONS = {"constrained": 200}  # of the other methods: 500
PASSES_TO_PREPARE = 12  # constrained: sums, spectrum and band of the data
TRIAL_VALUES = 2**21


@dataclass(frozen=True)
class Need:
    """What a run takes: bytes beyond what is in memory already, and about how many seconds."""

    n_bytes: float
    seconds: float
    otherwise: str = ""

    def __str__(self):
        from offline_reference.numerics.memory import available_bytes, in_words

        free = available_bytes()
        room = "" if free is None else " ({} are free)".format(in_words(free))
        return "about {} of memory{}, roughly {}".format(in_words(self.n_bytes), room, duration(max(1, self.seconds)))

    def refuse_if_no_room(self):
        """Raise RefusedError if there is not so much memory."""
        from offline_reference.numerics.memory import refuse_if_too_large

        refuse_if_too_large(self.n_bytes, "this factorization", self.otherwise)


def of_run(dataset, n_components, method, cutoff=None, constrain_maps=True, max_iter=None, **other_options):
    """Estimate what `method` will need for a Dataset; the options are those of the method."""
    in_band = band_fraction(cutoff) if method == "constrained" and constrain_maps else None
    n_iter = max_iter or ITERATIONS.get(method, 500)
    return Need(_bytes(dataset, n_components, method, in_band), _seconds(dataset, n_components, in_band, n_iter),
                "" if _is_read_in_parts(dataset) or method == "sklearn" else "read the data in parts (--memory 2GB)")


def band_fraction(cutoff):
    """Part of the data below a cut-off: the quarter circle of radius 2 `cutoff` in the unit square."""
    return min(1.0, math.pi * (USUAL_CUTOFF if cutoff is None else cutoff) ** 2)


def _is_read_in_parts(dataset):
    return hasattr(dataset.pixels, "as_matrix")


def _bytes(dataset, n_components, method, in_band):
    import numpy as np

    from offline_reference.numerics.fast.compressed_matrix import rank_for

    n_v, n_u, n_y, n_x = dataset.sizes
    needed = FIXED_BYTES + FACTOR_BYTES * n_components * (n_v * n_u + n_y * n_x)
    if _is_read_in_parts(dataset):
        if method == "hals":
            needed += COMPRESSED_COPIES * 8 * rank_for(n_components) * (n_v * n_u + n_y * n_x)
        return needed + dataset.pixels.memory
    if isinstance(dataset.pixels, np.memmap):  # not in memory yet, and to be read again in each iteration
        needed += dataset.pixels.nbytes
    if in_band is not None:
        needed += BAND_BYTES * in_band * dataset.pixels.size
    if method == "sklearn":
        needed += SKLEARN_COPIES * (8 if dataset.pixels.dtype == np.float64 else 4) * dataset.pixels.size
    return needed


def _seconds(dataset, n_components, in_band, n_iter):
    """Two products of the data with a factor are what an iteration consists of; a few rows are tried."""
    import numpy as np

    from offline_reference.numerics.data_matrix import DataMatrix
    from offline_reference.numerics.unfold import unfold

    n_v, n_u, n_y, n_x = dataset.sizes
    n_fast = n_y * n_x if dataset.order == "vuyx" else n_v * n_u
    n_rows = max(1, TRIAL_VALUES // n_fast)
    if _is_read_in_parts(dataset):
        rows = dataset.pixels.rows(0, min(n_rows, dataset.pixels.n_rows))
    else:
        X = unfold(dataset.pixels, dataset.order)
        rows = (X if dataset.order == "vuyx" else X.T)[:n_rows]
    sample = rows if dataset.order == "vuyx" else rows.T
    whole = dataset.pixels.size / sample.size
    with one_thread():
        of_data = _time_of_products(DataMatrix(sample), n_components) * whole
        of_band = 0 if in_band is None else _time_of_products(np.ones(sample.shape), n_components) * whole * in_band
    if in_band is None:
        return n_iter * of_data
    return PASSES_TO_PREPARE * of_data + n_iter * of_band


def _time_of_products(X, n_components):
    import numpy as np

    W, H = np.ones((X.shape[0], n_components)), np.ones((n_components, X.shape[1]))
    best = math.inf
    for _ in range(2):  # the first also reads the file and starts threads
        start = time.perf_counter()
        X @ H.T
        W.T @ X
        best = min(best, time.perf_counter() - start)
    return best
