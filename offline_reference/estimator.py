"""ConstrainedNMF: the method with scikit-learn's API, over `numerics.methods.nmf_constrained`.

scikit-learn has one scan position a row: its X is our X transposed, its W our H
transposed, its H (`components_`) our W transposed. That is translated here and nowhere else.
"""

import numpy as np
from scipy.optimize import nnls
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from offline_reference.numerics.data_matrix import DataMatrix
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.methods import nmf_constrained, poisson_weights
from offline_reference.numerics.metrics import mean_squared_error

USUAL_COMPONENTS = 4  # as many as `dm-nmf factorize` looks for
PROGRESS_EVERY = 20  # iterations between two printed lines
ROWS_AT_ONCE = 512  # that become float64 for a product, so that counts are never blown up as a whole


class ConstrainedNMF(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """NMF of 4D-STEM data with the constraints of Kimoto et al. (2025), for scikit-learn and HyperSpy.

    The constraint on diffractions needs to know where a detector pixel lies, and the
    constraint on maps where a scan position lies. X alone does not tell: give
    ``detector_shape`` and ``scan_shape``. A constraint whose shape is not given is off, and with neither this is
    plain nonnegative least squares, which fits any nonnegative table.

    Parameters
    ----------
    n_components : int, optional
        How many diffractions to look for; None for 4, or fewer if X has fewer rows or columns.
    init : "random" or None
        Start from random factors, the only start there is.
    tol : float
        Stop when 20 iterations lower the error by less than this part of it; 0 = never.
    max_iter : int
    random_state : int, RandomState or None
        An int is the ``--seed`` of `dm-nmf factorize`; None starts differently each time.
    verbose : int
        1 prints the mean squared error every 20 iterations.
    scan_shape : (n_y, n_x), optional
        Scan positions, in the order of the rows of X. [pixels]
    detector_shape : (n_v, n_u), optional
        Detector pixels, in the order of the columns of X. [pixels]
    cutoff : float, optional
        Highest frequency that a map may hold; None estimates it from X. [cycles per scan pixel]
    constrain_diffractions, constrain_maps : bool
        False switches a constraint off even though its shape is given.
    reference : "quantile" or "listing-s4"
        What a diffraction is compared with: a quantile of each ring, or Listing S4 to the letter.
    quantile, margin : float
        A dark peak lies below margin x quantile of its ring.
    centre : (v0, u0), optional
        Where the central disc is; None finds it in the mean diffraction. [pixels]
    central_radius : float, optional
        Pixels nearer to the centre are not filled; None takes it from the central disc. [pixels]
    mask : ndarray of bool, shape (n_v, n_u), optional
        True where the detector is sound.

    Attributes
    ----------
    components_ : ndarray, shape (n_components, n_uv)
        Diffractions, each of sum 1, the one with most counts first.
    n_components_ : int
    diffractions_ : ndarray, shape (n_components, n_v, n_u)
        The same as images; only with ``detector_shape``.
    maps_ : ndarray, shape (n_components, n_y, n_x)
        How much of each diffraction is where, what `fit_transform` returns; only with ``scan_shape``. [counts]
    reconstruction_err_ : float
        ||X - WH||, the Frobenius norm, as in scikit-learn. [counts]
    n_iter_ : int
    events_ : tuple of str
        What happened on the way: restarts of components, drift.
    settings_ : dict
        What was used, with the cut-off and centre that were found.
    pixel_weights_ : ndarray, shape (n_uv,)
        Weight of each detector pixel in least squares, 1 / variance of counts; 0 where ``mask`` is False.
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Only if X has column names.

    Examples
    --------
    HyperSpy unfolds a signal before it calls the estimator, so the estimator is told the shapes; `signal.data` has the
    axes y, x, v, u. HyperSpy decomposes no integers, so counts become float32 first, and its
    ``normalize_poissonian_noise`` stays off, for the method weighs counts itself::

        n_y, n_x, n_v, n_u = signal.data.shape
        nmf = ConstrainedNMF(4, scan_shape=(n_y, n_x), detector_shape=(n_v, n_u))
        signal.change_dtype("float32")
        signal.decomposition(algorithm=nmf, output_dimension=4)

    The estimator itself takes uint8 and uint16 as they are, at a quarter or half of that memory::

        nmf.fit(signal.data.reshape(n_y * n_x, n_v * n_u))

    `hyperspy_signals.factorize_signal` needs none of this: it takes the signal as it is, integers and lazy ones too,
    and gives calibrated signals back.

    With a navigation mask leave ``scan_shape`` out, and with a signal mask ``detector_shape``: HyperSpy passes on what
    is not masked, and a grid with holes is no grid. To leave out bad detector pixels with both constraints on, give
    ``mask`` to the estimator instead.
    """

    def __init__(
        self,
        n_components=None,
        *,
        init="random",
        tol=1e-7,
        max_iter=200,
        random_state=None,
        verbose=0,
        scan_shape=None,
        detector_shape=None,
        cutoff=None,
        constrain_diffractions=True,
        constrain_maps=True,
        reference="quantile",
        quantile=0.3,
        margin=1.0,
        centre=None,
        central_radius=None,
        mask=None,
    ):
        self.n_components = n_components
        self.init = init
        self.tol = tol
        self.max_iter = max_iter
        self.random_state = random_state
        self.verbose = verbose
        self.scan_shape = scan_shape
        self.detector_shape = detector_shape
        self.cutoff = cutoff
        self.constrain_diffractions = constrain_diffractions
        self.constrain_maps = constrain_maps
        self.reference = reference
        self.quantile = quantile
        self.margin = margin
        self.centre = centre
        self.central_radius = central_radius
        self.mask = mask

    def fit(self, X, y=None):
        """Find the diffractions in X (n_xy, n_uv), one scan position a row; y is not used."""
        self.fit_transform(X)
        return self

    def fit_transform(self, X, y=None):
        """Find the diffractions in X (n_xy, n_uv) and return how much of each is where, (n_xy, n_components)."""
        if self.init not in ("random", None):
            raise RefusedError("init={!r} is unknown: only init='random' is there.".format(self.init))
        X = validate_data(
            self, X, dtype="numeric", ensure_min_samples=2, ensure_min_features=2, ensure_non_negative=True
        )
        n_xy, n_uv = X.shape
        scan = _fitting_shape(self.scan_shape, n_xy, "scan_shape", "rows", "navigation")
        detector = _fitting_shape(self.detector_shape, n_uv, "detector_shape", "columns", "signal")

        factors = self._factorize(X, scan, detector)

        self.n_components_ = len(factors.diffractions)
        self.components_ = np.array(factors.diffractions, dtype=np.float64).reshape(-1, n_uv)
        self.n_iter_ = factors.n_iter
        self.events_ = factors.events
        self.settings_ = factors.settings
        self.pixel_weights_ = self._weights(X)
        if factors.settings["constrain_maps"]:
            amounts = np.array(factors.maps, dtype=np.float64).reshape(-1, n_xy).T
        else:  # then every row stands alone, and fit_transform is fit followed by transform to the last digit
            amounts = self._amounts(X)
        if detector:
            self.diffractions_ = self.components_.reshape(-1, *detector)
        if scan:
            self.maps_ = amounts.T.reshape(-1, *scan)
        self.reconstruction_err_ = float(np.sqrt(X.size * mean_squared_error(X.T, self.components_.T, amounts.T)))
        return amounts

    def transform(self, X):
        """How much of each diffraction is in X (n, n_uv): weighted nonnegative least squares, (n, n_components).

        Each row stands alone, so that any rows may be given: the map constraint is not applied here. `fit_transform`
        and `maps_` have it.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype="numeric", reset=False, ensure_non_negative=True)
        return self._amounts(X)

    def inverse_transform(self, X):
        """The counts that the amounts X (n, n_components) of the diffractions add up to, (n, n_uv)."""
        check_is_fitted(self)
        return np.asarray(X) @ self.components_

    @property
    def _n_features_out(self):  # get_feature_names_out counts by this
        return self.n_components_

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = True
        return tags

    def _factorize(self, X, scan, detector):
        """`nmf_constrained` of X as pixels; a constraint without its shape is off."""
        n_xy, n_uv = X.shape
        scan, detector = scan or (1, n_xy), detector or (1, n_uv)
        if X.flags.c_contiguous:
            pixels, order = X.reshape(scan + detector), "yxvu"
        else:  # a transposed file: again the very same memory
            pixels, order = X.T.reshape(detector + scan), "vuyx"
        return nmf_constrained(
            pixels,
            min(USUAL_COMPONENTS, n_xy, n_uv) if self.n_components is None else self.n_components,
            order=order,
            max_iter=self.max_iter,
            tol=self.tol,
            seed=_seed(self.random_state),
            progress=_print_progress if self.verbose else None,
            cutoff=self.cutoff,
            constrain_diffractions=bool(self.constrain_diffractions and self.detector_shape is not None),
            constrain_maps=bool(self.constrain_maps and self.scan_shape is not None),
            reference=self.reference,
            quantile=self.quantile,
            margin=self.margin,
            centre=self.centre,
            central_radius=self.central_radius,
            mask=self.mask,
        )

    def _weights(self, X):
        good = None if self.mask is None else np.ravel(self.mask)
        return poisson_weights(DataMatrix(X.T).sums()[0] / len(X), good)

    def _amounts(self, X):
        """For each row x of X the nonnegative h that minimizes sum(weights * (x - h @ components)^2).

        A QR decomposition turns the n_uv equations of a row into n_components, with no product of the components with
        themselves, which would square the condition number.
        """
        root = np.sqrt(self.pixel_weights_)
        Q, R = np.linalg.qr(root[:, None] * self.components_.T)
        Q *= root[:, None]
        blocks = (X[start : start + ROWS_AT_ONCE] @ Q for start in range(0, len(X), ROWS_AT_ONCE))
        return np.array([nnls(R, short)[0] for block in blocks for short in block])


def _fitting_shape(shape, n, name, lines, mask):
    """The shape as (int, int), None if not given; refused unless it has as many pixels as X has lines."""
    if shape is None:
        return None
    shape = tuple(int(size) for size in shape)
    if len(shape) != 2 or shape[0] * shape[1] != n:
        raise RefusedError(
            "{0}={1} does not fit X, which has {2} {3}: give two sizes whose product is {2}, slow axis first. "
            "With a {4} mask in HyperSpy leave {0} out, because the masked {3} are missing.".format(
                name, shape, n, lines, mask
            )
        )
    return shape


def _seed(random_state):
    """An int is itself a seed; anything else that scikit-learn takes draws one."""
    if isinstance(random_state, (int, np.integer)):
        return int(random_state)
    return int(check_random_state(random_state).randint(2**31 - 1))


def _print_progress(iteration, max_iter, mean_squared_error):
    if iteration % PROGRESS_EVERY == 0 or iteration == max_iter:
        print("iteration {} of {}: mean squared error {:.6g}".format(iteration, max_iter, mean_squared_error))
