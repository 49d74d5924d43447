"""DM command: NMF with the paper's two constraints of a 4D image, shown as two stacks.

In DM's Python window:

    from dm_python import nmf_constrained
    factors = nmf_constrained.main(n_components=4)
    factors.settings["cutoff"], factors.settings["centre"]
"""
from dm_python import bridge
from dm_python.cropping import working_position
from dm_python.needs import refuse_if_no_room
from dm_python.probe import cutoff_for
from dm_python.showing import ask_and_run, refuse_show, say_start, show_factors
from offline_reference.numerics import methods

NAME = "Constrained NMF"
FIELDS = [
    ("n_components", "Components", 4),
    ("constrain_diffractions", "Diffractions without dark peaks", True),
    ("constrain_maps", "Maps limited to the resolution of the probe", True),
    ("cutoff", "Cut-off of maps [cycles per scan pixel] (0: from the probe, else from the data)", 0.0),
    ("voltage_kv", "Voltage [kV] (0: as in the tags)", 0.0),
    ("convergence_mrad", "Convergence semi-angle [mrad] (0: as in the tags)", 0.0),
    ("reference", "Reference of a diffraction", ["quantile", "listing-s4"]),
    ("quantile", "Quantile", 0.3),
    ("margin", "Margin", 1.0),
    ("central_radius", "Radius of the central disc [detector pixels] (0: found)", 0.0),
    ("step", "Step", ["als", "hals", "mu"]),
    ("max_iter", "Iterations", 200),
    ("tol", "Tolerance (0: make all iterations)", 1e-6),
    ("seed", "Seed", 0),
]


def main(n_components=4, cutoff=None, constrain_diffractions=True, constrain_maps=True, reference="quantile",
         quantile=0.3, margin=1.0, centre=None, central_radius=None, voltage_kv=None,
         convergence_mrad=None, step="als", max_iter=200, tol=1e-6, seed=0, image=None, order=None, roi=True, binning=1,
         mask=None, dtype=None, show=True):
    """Factorize a 4D image with constraints on diffractions and maps (Kimoto et al. 2025, Methods and Supplement S3).

    Parameters
    ----------
    n_components : int
    cutoff : float, optional
        Highest frequency of a map, up to 0.5. [cycles per scan pixel] By default what the probe passes (2 alpha /
        lambda), if voltage, convergence and scan step are known; else it is estimated from the data.
    constrain_diffractions, constrain_maps : bool
        Fill dark peaks of diffractions; limit maps to the cut-off.
    reference : "quantile" or "listing-s4"
        A diffraction may not fall below ``margin`` x the ``quantile`` of its ring; or below the rotational average
        without outliers of Listing S4.
    quantile, margin : float
        0.5 is the median; lower ones look between the discs of a crowded ring. [-]
    voltage_kv, convergence_mrad : float, optional
        Of the probe, alpha is the semi-angle; by default as in the image's tags. [kV], [mrad]
    centre : (float, float), optional
        v, u of the diffraction's centre on the image as DM shows it, whole and not binned; found by default. [pixel]
    central_radius : float, optional
        Inside it, dark peaks are left alone; in the same pixels, found by default. [pixel]
    step : "als", "hals" or "mu"
        What one iteration does before the constraints.
    max_iter : int
        Most iterations to make.
    tol : float
        Stop when 20 iterations change the error by less than this part of it; 0 = never.
    seed : int
        Of the random start: the same seed, the same result.
    image, order, roi, binning, mask, dtype
        What is analysed: the front image (or one by its name or ID), in the axis order that its tags or units tell (or
        "vuyx", scan fastest, or "yxvu"), inside its rectangular ROI, binned by so many by so many detector pixels,
        without the pixels that are 0 in a mask. More in help(bridge.four_d).
    show : bool, "stacks", "film roll" or "stacks and film roll"

    Returns
    -------
    numerics.methods.Factors
        diffractions (n_k, n_v, n_u), each of sum 1; maps (n_k, n_y, n_x) in counts, the largest total first;
        mean_squared_error [counts^2]; n_iter, stopped, events; settings, which also hold the cut-off, centre and
        radius that were used, in pixels that were analysed, after a ROI and binning; images: the DM images that were
        shown.

    Raises
    ------
    bridge.RefusedError
        With what was met and what to do: no such image, no counts, too little memory, settings that make no sense.
    """
    source = bridge.four_d(image, order, roi, binning, mask, dtype)
    refuse_show(show)
    cutoff, reason = cutoff_for(source, cutoff, voltage_kv, convergence_mrad)
    refuse_if_no_room(source, n_components, cutoff if constrain_maps else 0.0)
    say_start(source, NAME, n_components)
    with bridge.progress(NAME) as progress:
        factors = methods.nmf_constrained(
            source.pixels, n_components, source.order, cutoff, constrain_diffractions, constrain_maps, reference,
            quantile, margin, None if centre is None else working_position(centre, source),
            None if central_radius is None else central_radius / source.binning, source.mask, step, max_iter, tol,
            seed, progress.report, progress.cancelled)
    if reason and constrain_maps:
        factors.settings["cutoff_origin"] = reason
    _say_what_was_used(factors.settings)
    factors.images = show_factors(source, factors, NAME, show)
    return factors


def _say_what_was_used(settings):
    if settings["constrain_maps"]:
        print("{}: maps up to {:.4g} cycles per scan pixel ({}).".format(
            NAME, settings["cutoff"], settings["cutoff_origin"]))
    if settings["constrain_diffractions"]:
        print("{}: centre of diffractions (v, u) = ({:.2f}, {:.2f}) ({}); dark peaks are left within {:.3g} detector "
              "pixels of it.".format(NAME, *settings["centre"], settings["centre_origin"], settings["central_radius"]))


def from_menu():
    """Ask for the settings, then run on the front image."""
    return ask_and_run("nmf_constrained", NAME, FIELDS, _with_answers)


def _with_answers(**answers):
    """In a dialog 0 stands for: not given."""
    for key in ("cutoff", "central_radius", "voltage_kv", "convergence_mrad"):
        answers[key] = answers[key] or None
    return main(**answers)
