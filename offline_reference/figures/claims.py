"""A number for each dataset: dots of many methods side by side, and curves with their spread."""
import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .curves import logarithmic
from .style import CLUSTER_COLOURS, LINE, MARK, STYLE

SPREAD = 0.28  # of dots across their row, so that equal values are all seen


@matplotlib.rc_context(STYLE)
def strips_figure(measures, limits=None):
    """One panel a measure, one row a method, one dot a dataset; the median as an upright line.

    Parameters
    ----------
    measures : dict
        Measure -> method -> values, one a dataset.
    limits : dict, optional
        Measure -> value at which a dotted line is drawn.

    Returns
    -------
    matplotlib.figure.Figure
    """
    most = max(map(len, measures.values()))
    figure = Figure(figsize=(max(6.6, 4.8 * len(measures)), 0.9 + 0.34 * most), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    for axes, (measure, methods) in zip(figure.subplots(1, len(measures), squeeze=False)[0], measures.items()):
        for row, values in enumerate(methods.values()):
            values = np.asarray(values, dtype=float)
            across = row + SPREAD * np.linspace(-1, 1, len(values)) if len(values) > 1 else [row]
            axes.plot(values, across, "o", ms=4, color=LINE, mec="white", mew=0.4)
            axes.plot([np.nanmedian(values)] * 2, [row - 0.4, row + 0.4], color="black", lw=1.6)
        if measure in (limits or {}):
            axes.axvline(limits[measure], color=MARK, lw=1, ls=":")
        axes.set(yticks=range(len(methods)), yticklabels=list(methods), ylim=(len(methods) - 0.5, -0.5),
                 xlabel=measure)
        low, high = axes.get_xlim()
        axes.set_xlim(min(low, 0), high)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
    return figure


@matplotlib.rc_context(STYLE)
def spread_figure(x, lines, xlabel, ylabel, marked=None, log=False):
    """Curves of several datasets: the median as a line, smallest to largest as a band.

    Parameters
    ----------
    x : ndarray, shape (m,)
    lines : dict
        Words -> values (n_datasets, m).
    xlabel, ylabel : str
    marked : float, optional
        A dotted line is drawn at this x.
    log : bool
        Logarithmic upwards.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = Figure(figsize=(6.6, 3.4), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    markers = "osD^v"
    for (words, values), colour, marker in zip(lines.items(), CLUSTER_COLOURS, markers):
        values = np.asarray(values, dtype=float)
        axes.fill_between(x, np.nanmin(values, axis=0), np.nanmax(values, axis=0), color=colour, alpha=0.18, lw=0)
        axes.plot(x, np.nanmedian(values, axis=0), color=colour, marker=marker, ms=4, lw=1.5, label=words)
    if marked is not None:
        axes.axvline(marked, color="0.5", lw=1, ls=":", zorder=0)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    if log:
        _from_what_shows(axes, lines)
        logarithmic(axes)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)
    return figure


def _from_what_shows(axes, lines):
    """Six decades at most: an excess of rounding alone would squeeze all the rest."""
    values = np.concatenate([np.ravel(one) for one in lines.values()])
    values = values[np.isfinite(values) & (values > 0)]
    if values.size:
        axes.set_ylim(max(values.min(), values.max() * 1e-6) / 1.3, values.max() * 1.3)
