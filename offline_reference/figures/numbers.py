"""How many components: errors, noise, stability and artefacts against their number; residuals."""
import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .curves import logarithmic
from .sheet import Panel, sheet
from .style import MARK, SIGNED_COLOURS, STYLE

#: colour and marker of each measure of agreement: not those of the methods
AGREEMENT = (("black", "o"), ("#CC79A7", "s"), ("#56B4E9", "^"))
#: how each method is drawn: name, colour, marker, line
LOOKS = {
    "pca": ("PCA, the floor", "0.35", "", "--"),
    "als": ("ALS", "#0072B2", "o", "-"),
    "mu": ("MU", "#D55E00", "s", "-"),
    "hals": ("HALS", "#009E73", "^", "-"),
    "constrained": ("constrained", "#009E73", "D", "-"),
}
IN_SCREE = 20  # components that a scree plot shows


@matplotlib.rc_context(STYLE)
def numbers_figure(numbers, errors, strengths, suggested=None, stability=None, artefacts=None):
    """Everything that speaks for one number of components or another, six panels.

    Parameters
    ----------
    numbers : ndarray of int, shape (m,)
        n_k, increasing.
    errors : dict
        Method ("pca", "als", "mu", "constrained") -> mean squared errors (m,) [counts squared], nan where there are
        none.
    strengths : ndarray
        Principal components in units of the largest that noise gives, largest first. [-]
    suggested : int, optional
        A dotted line is drawn there.
    stability : dict, optional
        Words for a measure -> values (m,), 1 = all starts agree.
    artefacts : dict, optional
        "dark peaks" and "out of band": each method -> values (m,). [-]

    Returns
    -------
    matplotlib.figure.Figure
    """
    numbers, artefacts = np.asarray(numbers), artefacts or {}
    figure = Figure(figsize=(9.6, 5.2), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    whole, excess, scree, agreement, dark, outside = figure.subplots(2, 3).ravel()
    for method, values in errors.items():
        _draw(whole, numbers, values, method)
        if method != "pca" and "pca" in errors:
            _draw(excess, numbers, 100 * (np.asarray(values) / errors["pca"] - 1), method)
    whole.set(ylabel="mean squared error (counts²)", title="a   error")
    excess.set(ylabel="above PCA (%)", title="b   excess over the floor")
    _draw_scree(scree, strengths, suggested)
    for (words, values), (colour, marker) in zip((stability or {}).items(), AGREEMENT):
        agreement.plot(numbers, values, color=colour, marker=marker, ms=4, lw=1.3, label=words)
    agreement.set(ylabel="1 = the same", title="d   agreement of starts", ylim=(0, 1.05))
    for axes, measure, title in ((dark, "dark peaks", "e   dark peaks in diffractions"),
                                 (outside, "out of band", "f   detail beyond the probe in maps")):
        for method, values in artefacts.get(measure, {}).items():
            _draw(axes, numbers, 100 * np.asarray(values), method)
        axes.set(title=title, ylabel="part of intensity (%)" if measure == "dark peaks" else "part of power (%)")
        axes.set_ylim(bottom=0)
    for axes in (whole, excess, agreement, dark, outside):
        axes.set(xlabel="number of components", xlim=(numbers[0] - 0.4, numbers[-1] + 0.4))
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        if suggested:
            axes.axvline(suggested, color="0.5", lw=1, ls=":", zorder=0)
    for axes in (whole, excess, scree, agreement, dark, outside):
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_title(axes.get_title(), loc="left", size=9.5, weight="bold")
        axes.set_title("")
        if not axes.lines and not axes.collections:
            axes.text(0.5, 0.5, "not made", transform=axes.transAxes, ha="center", color="0.5")
    whole.legend(frameon=False, fontsize=8)  # for all panels: methods look the same in each
    if stability:
        agreement.legend(frameon=False, fontsize=8)
    return figure


@matplotlib.rc_context(STYLE)
def residuals_figure(diffraction, image, diffraction_axes=None, map_axes=None, *, title=""):
    """Residual diffraction and residual map in units of counting noise: white 1, red more, blue less.

    Parameters
    ----------
    diffraction : ndarray, shape (n_v, n_u)
    image : ndarray, shape (n_y, n_x)
        Squared residuals over expected counts. [-]
    diffraction_axes, map_axes : pair of axes, optional
    title : str
    """
    row = [Panel(diffraction, residual_norm(diffraction), SIGNED_COLOURS, diffraction_axes, "on the detector"),
           Panel(image, residual_norm(image), SIGNED_COLOURS, map_axes, "on the scan")]
    note = ("Squared residuals over expected counts: white is 1, as counting noise alone gives; red is more, so "
            "something is missing there; blue is less, so noise was fitted.")
    return sheet([row], 3.0, title=title, note=note)


def residual_norm(image):
    """Symmetric about 1 on a logarithmic scale, at least from 1/1.5 to 1.5: noise stays pale."""
    values = image[np.isfinite(image) & (image > 0)]
    largest = np.percentile(np.abs(np.log(values)), 99.5) if values.size else 0
    factor = float(np.exp(max(largest, np.log(1.5))))
    return LogNorm(1 / factor, factor, clip=True)


def _draw(axes, numbers, values, method):
    name, colour, marker, line = LOOKS[method]
    axes.plot(numbers, values, color=colour, marker=marker, ls=line, ms=4, lw=1.3, label=name)


def _draw_scree(axes, strengths, suggested):
    strengths = np.asarray(strengths)[:IN_SCREE]
    place = np.arange(1, len(strengths) + 1)
    above = place <= suggested if suggested else np.zeros(len(strengths), bool)
    axes.plot(place, strengths, color="0.6", lw=1, zorder=1)
    for some, colour in ((above, MARK), (~above, "0.35")):
        axes.plot(place[some], strengths[some], color=colour, ls="", marker="o", ms=4)
    axes.axhline(1, color="0.35", lw=1, ls="--")
    axes.annotate("largest of pure noise", (place[-1], 1), (0, 3), textcoords="offset points", ha="right", size=8,
                  color="0.35")
    axes.set(xlabel="principal component", ylabel="strength over noise", title="c   above counting noise")
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    if (strengths > 0).all():
        logarithmic(axes)
