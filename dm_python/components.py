"""DM command: mean squared error of PCA, ALS and MU against the number of components (Supplement S4, Fig. S2).

In DM's Python window:

    from dm_python import components
    curve = components.main(largest=8)
    curve.errors["als"], curve.suggested, curve.reason
"""
from collections import namedtuple

import numpy as np

from dm_python import bridge
from dm_python.good_pixels import good_alone
from dm_python.needs import refuse_if_no_room
from dm_python.showing import INPUT_FIELDS, ask_and_run, say_start
from offline_reference.numerics.components import error_curve, suggest_n_components
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.pca import refuse_if_gram_too_large

FIELDS = [
    ("largest", "Largest number to try", 8),
    ("max_iter", "Iterations of ALS and MU", 500),
    ("seed", "Seed", 0),
]

ErrorCurve = namedtuple("ErrorCurve", "numbers errors suggested reason images")
ErrorCurve.__doc__ = """Mean squared error against the number of components.

numbers (m,): 1, 2, ...; errors: dict from method to an array (m,), nan where a run was cancelled [counts^2]
suggested: number of components, or None where the data do not decide; reason: why, in words
images: the DM image of the curves, empty if nothing was shown
"""


def main(largest=8, methods=("pca", "als", "mu"), max_iter=500, seed=0, image=None, order=None, roi=True, binning=1,
         mask=None, show=True):
    """Factorize a 4D image with 1, 2, ... components by each method (Supplement S4, Fig. S2).

    Parameters
    ----------
    largest : int
        Largest number of components to try.
    methods : sequence of "pca", "als", "mu", "hals"
        PCA is the least error that any factors of that number can reach.
    max_iter, seed : int
        Of each NMF run.
    image, order, roi, binning, mask
        What is analysed: the front image (or one by its name or ID), in the axis order that its tags or units tell (or
        "vuyx", scan fastest, or "yxvu"), inside its rectangular ROI, binned by so many by so many detector pixels,
        without the pixels that are 0 in a mask. More in help(bridge.four_d).
    show : bool
        Open the curves as a line plot.

    Returns
    -------
    ErrorCurve
        numbers 1, 2, ...; errors, by method [counts^2]; the suggested number, or None, and the reason.

    Raises
    ------
    bridge.RefusedError
        With what was met and what to do: no such image, no counts, too little memory, settings that make no sense.
    """
    if largest < 1:
        raise RefusedError("a largest number of {} components leaves nothing to try: give 1 or more.".format(largest))
    source = bridge.four_d(image, order, roi, binning, mask)
    refuse_if_no_room(source, largest)
    refuse_if_gram_too_large((source.pixels[0, 0].size, source.pixels[:, :, 0, 0].size), int(largest))
    say_start(source, "Mean squared errors", "1 to {}".format(largest))
    pixels = good_alone(source.pixels, source.order, source.mask)
    with bridge.progress("Mean squared errors") as progress:
        curve = error_curve(pixels, range(1, int(largest) + 1), source.order, methods, max_iter, seed,
                            progress.report, progress.cancelled, solver="auto")  # on one compression, if X is large
    suggested, reason = suggest_n_components(curve)
    _say(curve)
    print("Suggested number of components: {} ({})".format("none" if suggested is None else suggested, reason))
    note = {"Method": ", ".join(methods), "Iterations": max_iter, "Seed": seed, "Suggested": suggested or "none"}
    images = _show(source, curve, note) if show else ()
    return ErrorCurve(curve.numbers, curve.errors, suggested, reason, images)


def from_menu():
    """Ask for the settings, then run on the front image."""
    return ask_and_run("components", "Number of components", FIELDS, main, INPUT_FIELDS[:-1])  # always shown


def _say(curve):
    """The numbers as a small table in Results."""
    print("n_k  " + "  ".join("{:>12}".format(method.upper()) for method in curve.errors))
    for place, number in enumerate(curve.numbers):
        print("{:>3}  {}".format(number, "  ".join("{:>12.6g}".format(e[place]) for e in curve.errors.values())))


def _show(source, curve, note):
    """One line plot of what was finished: a run that was cancelled has no error to show."""
    begun = {method: errors for method, errors in curve.errors.items() if np.isfinite(errors[0])}
    if not begun:
        return ()
    length = min(int(np.isfinite(errors).sum()) for errors in begun.values())
    curves = {"MSE of " + method.upper(): errors[:length] for method, errors in begun.items()}
    return (bridge.show_curve(curve.numbers[0], 1, "", curves, "Mean squared errors of " + source.name, note),)
