"""Curves: mean squared error against iteration, scree of PCA."""
import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from .style import LINE, MARK, STYLE

ROUNDING = 1e-6  # differences of errors below it are not real [%]


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
    figure, (whole, excess) = _two_axes("iteration")
    _draw_errors(whole, history, pca_floor)
    _draw_excess(excess, history)
    if best_iter:
        whole.axvline(best_iter, color=MARK, lw=1, ls=":")
        excess.axvline(best_iter, color=MARK, lw=1, ls=":")
        _write_beside_line(excess, "kept: {}".format(best_iter), best_iter, at_left=best_iter > len(history) / 2)
    return figure


def _draw_errors(axes, history, pca_floor):
    axes.plot(np.arange(1, len(history) + 1), history, **_line(history))
    axes.set_ylabel("mean squared error (counts²)")
    if _lowest(history) > 0 and np.nanmax(history) > 10 * _lowest(history):
        logarithmic(axes)
    if pca_floor is not None:
        axes.axhline(pca_floor, color="0.4", lw=1, ls="--", label="PCA, the lowest possible")
        axes.legend(frameon=False, fontsize=8)


def _draw_excess(axes, history):
    """How far above the lowest, from 100 % down: the first iterations are far off and tell nothing."""
    axes.set_ylabel("above the lowest (%)")
    if not _lowest(history) > 0:
        return
    above = 100 * (history / _lowest(history) - 1)
    shown = above > 0  # the lowest itself has no place on a logarithmic axis
    axes.plot(np.flatnonzero(shown) + 1, above[shown], **_line(history))
    if shown.any():
        logarithmic(axes)
        axes.set_ylim(max(axes.get_ylim()[0], ROUNDING), max(min(100, 2 * np.nanmax(above)), 10 * ROUNDING))


def _lowest(history):
    return np.nanmin(history) if np.isfinite(history).any() else 0.0


def _line(history):
    return {"color": LINE, "lw": 1.5, "marker": "o", "ms": 3 if len(history) < 30 else 0}


def _write_beside_line(axes, text, x, at_left):
    axes.annotate(
        text, (x, 0.95), xycoords=("data", "axes fraction"), xytext=(-4 if at_left else 4, 0),
        textcoords="offset points", ha="right" if at_left else "left", va="top", color=MARK, size=8,
    )


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
        logarithmic(each)
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
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], integer=True))
    return figure, pair


def logarithmic(axes):
    """Logarithmic with plain numbers, 0.01 and not 10 to the -2; within one decade 2, 3 and 5 as well."""
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: "{:g}".format(value)))
    between = FuncFormatter(lambda value, _: "{:g}".format(value) if "{:e}".format(value)[0] in "235" else "")
    axes.yaxis.set_minor_formatter(between if high / low < 10 else NullFormatter())
