"""DM command: primitive NMF (Supplement S1) of a 4D image, shown as two stacks.

In DM's Python window:

    from dm_python import nmf_primitive
    factors = nmf_primitive.main(n_components=4, method="als")
    factors.maps.shape, factors.mean_squared_error
"""
from dm_python import bridge
from dm_python.good_pixels import good_alone, on_whole_detector
from dm_python.needs import refuse_if_no_room
from dm_python.showing import ask_and_run, refuse_show, say_start, show_factors
from offline_reference.numerics import methods
from offline_reference.numerics.errors import RefusedError

METHODS = {"als": methods.nmf_als, "mu": methods.nmf_mu, "hals": methods.nmf_hals}
FIELDS = [
    ("n_components", "Components", 4),
    ("method", "Method", list(METHODS)),
    ("max_iter", "Iterations", 500),
    ("tol", "Tolerance (0: make all iterations)", 0.0),
    ("seed", "Seed", 0),
]


def main(n_components=4, method="als", max_iter=500, tol=0.0, seed=0, image=None, order=None, roi=True, binning=1,
         mask=None, dtype=None, show=True):
    """Factorize a 4D image without constraints (Supplement S1).

    Parameters
    ----------
    n_components : int
    method : "als", "mu" or "hals"
        Alternating least squares, multiplicative updates (Listings S2 and S1), or one component at a time.
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
        Bad pixels are in no product and no error; in the result they hold 0.
    show : bool, "stacks", "film roll" or "stacks and film roll"

    Returns
    -------
    numerics.methods.Factors
        diffractions (n_k, n_v, n_u), each of sum 1; maps (n_k, n_y, n_x) in counts, the largest total first;
        mean_squared_error [counts^2]; n_iter, stopped, events, settings; images: the DM images that were shown.

    Raises
    ------
    bridge.RefusedError
        With what was met and what to do: no such image, no counts, too little memory, settings that make no sense.
    """
    if method not in METHODS:
        raise RefusedError("there is no method {!r}: choose one of {}.".format(method, ", ".join(METHODS)))
    refuse_show(show)
    source = bridge.four_d(image, order, roi, binning, mask, dtype)
    refuse_if_no_room(source, n_components, copies=int(source.mask is not None))
    name = "NMF ({})".format(method.upper())
    say_start(source, name, n_components)
    with bridge.progress(name) as progress:
        factors = METHODS[method](
            good_alone(source.pixels, source.order, source.mask), n_components, source.order, max_iter=max_iter,
            tol=tol, seed=seed, progress=progress.report, cancelled=progress.cancelled)
    factors.diffractions = on_whole_detector(factors.diffractions, source.mask)
    factors.images = show_factors(source, factors, name, show)
    return factors


def from_menu():
    """Ask for the settings, then run on the front image."""
    return ask_and_run("nmf_primitive", "Primitive NMF", FIELDS, main)
