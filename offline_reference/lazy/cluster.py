"""The same blocks on many computers (Dask): workers open the file themselves and send partial sums alone.

    with started(n_workers=4) as client:                      # or connected("tcp://head:8786")
        pixels = ClusterPixels("scan.dm4", dataset.pixels, dataset.order, client)
        factors = nmf_constrained(pixels, 4, order=dataset.order)

One product is one round: the factor goes to all workers, each block comes back as its rows of the result, or as a
partial sum of (n_fast x n_k) numbers that is added up in a tree on the workers. X itself never travels.

How long a terabyte takes, from measured tasks, is in `estimate_seconds`.
"""

import functools
from contextlib import contextmanager

import numpy as np

from offline_reference import files
from offline_reference.numerics.errors import RefusedError

from .matrix import LazyMatrix
from .pixels import Facts, LazyPixels, MappedFile, facts_of_block

#: a worker that dies takes its share of a round with it; the round is made again so many times
TRIES = 4


@contextmanager
def started(n_workers, memory=None):
    """A client of workers on this computer, one thread each; they end with the block."""
    distributed = _distributed()
    with distributed.LocalCluster(n_workers=n_workers, threads_per_worker=1, dashboard_address=":0",
                                  memory_limit=0 if memory is None else int(memory)) as cluster, \
            distributed.Client(cluster) as client:
        yield client


@contextmanager
def connected(address, seconds=20):
    """A client of a scheduler that runs already."""
    distributed = _distributed()
    try:
        client = distributed.Client(address, timeout=seconds)
    except (OSError, ValueError) as error:
        raise RefusedError("no scheduler answers at '{}' ({}): start one with 'dask scheduler', and workers with 'dask "
                           "worker {}'.".format(address, str(error).split("\n")[0] or type(error).__name__,
                                                address)) from error
    with client:
        yield client


def _distributed():
    try:
        import distributed
    except ImportError as error:
        raise RefusedError("several computers or processes need the package 'distributed', which is not installed: pip "
                           "install \"dm-nmf[cluster]\", or leave --workers and --scheduler out.") from error
    return distributed


class ClusterPixels(LazyPixels):
    """4D data of a file that all workers can open.

    Parameters
    ----------
    path : str
        As the workers see it.
    array, order, memory, scratch : see `LazyPixels`
        memory is that of one worker.
    client : distributed.Client
    """

    def __init__(self, path, array, order, client, memory=None, scratch=None):
        super().__init__(array, order, memory, scratch)
        self.client = client
        at_once, n_rows = self.rows_at_once, self.n_rows
        # four blocks a worker at least, so that none waits long for the last one
        at_once = min(at_once, max(1, n_rows // (4 * max(1, len(client.scheduler_info()["workers"])))))
        if not isinstance(self.array, MappedFile):
            unit = self.shape[1]
            at_once = max(unit, at_once // unit * unit)
        self.places = [(start, min(start + at_once, n_rows)) for start in range(0, n_rows, at_once)]
        self.source = Source(str(path), self.array if isinstance(self.array, MappedFile) else None, order, self.n_fast)

    def facts(self):
        """Sums, squares and extremes, from one reading on the workers."""
        if self._facts is None:
            parts = self.gather([(facts_of_rows, self.source, place) for place in self.places])
            self._facts = Facts(parts, self.order == "vuyx")
        return self._facts

    def as_matrix(self, good=None):
        """X, whose products are made on the workers."""
        return ClusterMatrix(self, good)

    def gather(self, tasks, add=False):
        """Results of (function, *arguments), or their sum; made again if workers die meanwhile."""
        distributed = _distributed()
        for attempt in range(TRIES):
            try:
                return self._round(tasks, add)
            except (distributed.scheduler.KilledWorker, distributed.client.FutureCancelledError,
                    distributed.CommClosedError):
                if attempt == TRIES - 1:
                    raise
        return None

    def _round(self, tasks, add):
        futures = [self.client.submit(function, *arguments, pure=False, retries=TRIES)
                   for function, *arguments in tasks]
        while add and len(futures) > 1:  # always in the same order, so that the same run gives the same bits
            futures = [self.client.submit(np.add, *pair, pure=False, retries=TRIES) if len(pair) == 2 else pair[0]
                       for pair in (futures[i:i + 2] for i in range(0, len(futures), 2))]
        return self.client.gather(futures[0]) if add else self.client.gather(futures)


class Source:
    """What a worker must know to read rows."""

    def __init__(self, path, mapped, order, n_fast):
        self.path, self.mapped, self.order, self.n_fast = path, mapped, order, n_fast

    def rows(self, start, stop):
        """Rows of the data as stored."""
        if self.mapped is not None:
            return self.mapped.rows(start, stop, self.n_fast)
        return _opened(self.path, self.order).rows(start, stop)


@functools.lru_cache(maxsize=4)
def _opened(path, order):
    """A chunked file, opened once in each process."""
    dataset = files.read_4d(path, order=order, in_parts=True)
    return LazyPixels(dataset.pixels, dataset.order, memory=1e12)


class ClusterMatrix(LazyMatrix):
    """X (n_uv, n_xy) whose blocks live with the workers."""

    def __matmul__(self, right):
        return self._added(_rows_transposed_times, right) if self._transposed else self._joined(right)

    def __rmatmul__(self, left):
        product = (self._joined(left.T) if self._transposed else self._added(_rows_transposed_times, left.T)).T
        self._last_product = (left, product)
        return product

    def power(self, directions):
        """As `DataMatrix.power`, in one round."""
        return self._added(_power, np.asarray(directions, dtype=self.dtype), whole=True)

    def renew_rows(self, renew, other):
        """Two rounds here: the rule for new rows stays with the caller."""
        target = (self @ other) if not self._transposed else (other.T @ self).T
        factor = renew(slice(0, len(target)), target)
        if self._transposed:
            product = self @ factor
            self._last_right_product = (factor.T, product)
        else:
            factor.T @ self  # remembered
        return factor

    def columns(self, indices):
        """Some diffractions, X[:, indices]."""
        if self._transposed:
            return super().columns(indices)
        return np.concatenate(self.pixels.gather([(_columns, self._block(place), list(map(int, indices)))
                                                  for place in self.pixels.places]))

    def sums(self):
        """Total of each row and each column."""
        if self._good is None:
            return super().sums()
        ones_uv, ones_xy = np.ones((1, self.shape[0])), np.ones((self.shape[1], 1))
        return (self @ ones_xy)[:, 0], (ones_uv @ self)[0]

    def sum_of_squares(self):
        """||X||^2 of the good pixels."""
        if self._squares is None:
            self._squares = self.weighted_sum_of_squares(np.ones(self.shape[0]))
        return self._squares

    def weighted_sum_of_squares(self, weights, of_columns=None):
        """sum of weights (n_uv,) x X^2 over all scan positions, which may have weights too."""
        if not self._transposed or of_columns is not None:
            return super().weighted_sum_of_squares(weights, of_columns)
        return float(self._added(_weighted_squares, weights, whole=True))

    def residual_sum_of_squares(self, W, H):
        """||X - W H||^2, the literal sum."""
        slow, fast = (H.T, W.T) if self._transposed else (W, H)
        return float(self.pixels.gather([(_residual, self._block(place), slow[slice(*place)], fast)
                                         for place in self.pixels.places], add=True))

    def band_coefficients(self, band):
        """None: too large to be in one place. `BandMatrix` low-passes each product instead."""
        return None

    def _block(self, place):
        good = self._good
        if good is not None and not self._transposed:
            good = good[slice(*place), None]
        return Block(self.pixels.source, place, good, self.dtype)

    def _joined(self, right):
        """stored rows @ right."""
        right = np.asarray(right, dtype=self.dtype)
        return np.concatenate(self.pixels.gather([(_rows_times, self._block(place), right)
                                                  for place in self.pixels.places]))

    def _added(self, function, left, whole=False):
        """A sum over blocks of what a function makes of a block and its rows of `left` (or all of it)."""
        left = np.asarray(left, dtype=self.dtype)
        return self.pixels.gather([(function, self._block(place), left if whole else left[slice(*place)])
                                   for place in self.pixels.places], add=True)


class Block:
    """Some rows of X as stored, read where they are needed."""

    def __init__(self, source, place, good, dtype):
        self.source, self.place, self.good, self.dtype = source, place, good, dtype

    def read(self):
        """The rows in the type of the products, bad pixels 0."""
        rows = self.source.rows(*self.place).astype(self.dtype)
        return rows if self.good is None else rows * self.good


def facts_of_rows(source, place):
    """`facts_of_block` of rows that are read here."""
    return facts_of_block(source.rows(*place))


def _rows_times(block, right):
    return block.read() @ right


def _rows_transposed_times(block, left):
    return block.read().T @ left


def _power(block, directions):
    rows = block.read()
    return rows.T @ (rows @ directions)


def _columns(block, indices):
    return block.read()[:, indices]


def _weighted_squares(block, weights):
    return float(((block.read() ** 2) @ weights).sum())


def _residual(block, slow, fast):
    return float(np.sum((block.read().astype(np.float64) - slow @ fast) ** 2))


def estimate_seconds(n_bytes, n_workers, seconds_per_gigabyte, rounds, n_partial, bytes_per_second=1e8):
    """How long a run takes on a cluster, from measured tasks.

    Parameters
    ----------
    n_bytes : float
        Data as stored.
    n_workers : int
    seconds_per_gigabyte : float
        Of one task on one worker: reading, conversion and product of a gigabyte as stored.
    rounds : int
        Readings of all data: passes + 2 and the exact iterations for primitive, 2 an iteration for constrained.
    n_partial : float
        Numbers of a partial sum, n_fast x n_k or n_fast x r; log2(workers) of them follow each other in the tree.
    bytes_per_second : float
        Of the network between two workers.
    """
    work = n_bytes / 1e9 * seconds_per_gigabyte / n_workers
    tree = np.ceil(np.log2(max(2, n_workers))) * 8 * n_partial / bytes_per_second
    return rounds * (work + tree)

