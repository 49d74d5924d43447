"""Curves: mean squared error against iteration, scree of PCA."""
import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from .style import LINE, MARK, STYLE

ROUNDING = 1e-6  # %


@matplotlib.rc_context(STYLE)
def error_figure(mse_history, best_iter=None, pca_floor=None):
    """Mean squared error against iteration, and how far each iteration still is above the lowest.

    Parameters
    ----------
    mse_history : ndarray, shape (n_iter,)
        [counts squared]
    best_iter : int, optional
        The iteration that was kept, counted from 1.
    pca_floor : float, optional
        What no product of this rank can be below. [counts squared]
    """
    history = np.asarray(mse_history, dtype=float)
    history = np.where(np.isfinite(history), history, np.nan)  # a curve has a gap there, an axis could not
    iteration = np.arange(1, len(history) + 1)
    figure, (whole, excess) = _two_axes("iteration")
    line = {"color": LINE, "lw": 1.5, "marker": "o", "ms": 3 if len(history) < 30 else 0}
    whole.plot(iteration, history, **line)
    whole.set_ylabel("mean squared error (counts²)")
    excess.set_ylabel("above the lowest (%)")
    lowest = np.nanmin(history) if np.isfinite(history).any() else 0
    if lowest > 0:
        if np.nanmax(history) > 10 * lowest:
            _logarithmic(whole)
        above = 100 * (history / lowest - 1)
        excess.plot(iteration[above > 0], above[above > 0], **line)
        if (above > 0).any():
            _logarithmic(excess)
            # the first iterations are far off and tell nothing, and far below is rounding
            excess.set_ylim(max(excess.get_ylim()[0], ROUNDING), max(min(100, 2 * np.nanmax(above)), 10 * ROUNDING))
    if pca_floor is not None:
        whole.axhline(pca_floor, color="0.4", lw=1, ls="--", label="PCA, the lowest possible")
        whole.legend(frameon=False, fontsize=8)
    if best_iter:
        for axes in (whole, excess):
            axes.axvline(best_iter, color=MARK, lw=1, ls=":")
        excess.annotate(
            "kept: {}".format(best_iter), (best_iter, 0.95), xycoords=("data", "axes fraction"),
            xytext=(-4 if best_iter > len(history) / 2 else 4, 0), textcoords="offset points",
            ha="right" if best_iter > len(history) / 2 else "left", va="top", color=MARK, size=8,
        )
    return figure


@matplotlib.rc_context(STYLE)
def scree_figure(variance_ratio, n_used=None, variance="variance"):
    """Scree plot: share of the variance in each principal component, and their running total.

    Parameters
    ----------
    variance_ratio : ndarray, shape (n,)
        Parts of the total variance, largest first. [-]
    n_used : int, optional
        A line is drawn behind that component.
    variance : str
        What the ratios are parts of.
    """
    percent = 100 * np.asarray(variance_ratio, dtype=float)
    number = np.arange(1, len(percent) + 1)
    figure, (each, running) = _two_axes("principal component")
    dots = {"color": LINE, "lw": 1, "marker": "o", "ms": 4}
    each.plot(number, np.where(percent > 0, percent, np.nan), **dots)
    if (percent > 0).any():
        _logarithmic(each)
    each.set_ylabel("{} (%)".format(variance))
    running.plot(number, np.cumsum(percent), **dots)
    running.set(ylabel="running total (%)")
    for axes in (each, running):
        if n_used and n_used < len(percent):
            axes.axvline(n_used + 0.5, color=MARK, lw=1, ls=":")
    return figure


def _two_axes(xlabel):
    """Side by side, without the upper and right spine, whole numbers below."""
    figure = Figure(figsize=(6.6, 2.7), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    pair = figure.subplots(1, 2)
    for axes in pair:
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_xlabel(xlabel)
        axes.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 5, 10], integer=True))
    return figure, pair


def _logarithmic(axes):
    """Logarithmic with plain numbers, 0.01 and not 10 to the -2; within one decade 2, 3 and 5 as well."""
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: "{:g}".format(value)))
    between = FuncFormatter(lambda value, _: "{:g}".format(value) if "{:e}".format(value)[0] in "235" else "")
    axes.yaxis.set_minor_formatter(between if high / low < 10 else NullFormatter())
