"""What every NMF command does before and after: its common questions, its windows, its lines in Results."""
from dm_python import bridge, pictures
from offline_reference.numerics.errors import RefusedError

SHOW = ["stacks", "film roll", "stacks and film roll"]

#: questions about the input, at the end of a command's dialog; answers are named as the parameters of `bridge.four_d`
INPUT_FIELDS = [
    ("roi", "Region drawn on (name or ID of a map or diffraction; empty: this image)", ""),
    ("binning", "Detector binning", 1),
    ("mask", "Mask of the detector, 0 = bad (name or ID of an image; empty: none)", ""),
    ("show", "Show", SHOW),
]


def ask_and_run(command, title, fields, main, input_fields=INPUT_FIELDS):
    """Ask, then run ``main`` with the answers; None if the user cancels."""
    image = bridge.id_of_4d_image()  # no image, no questions; and another may come to the front while a dialog is open
    answers = bridge.ask(command, title, list(fields) + input_fields)
    if answers is None:
        return None
    answers["roi"] = answers["roi"].strip() or True
    answers["mask"] = answers["mask"].strip() or None
    return main(image=image, **answers)


def refuse_show(show):
    """Raise RefusedError unless ``show`` is a bool or one of SHOW: before the analysis, not after it."""
    if not isinstance(show, bool) and show not in SHOW:
        raise RefusedError("show = {!r} is not known: choose True, False or one of {}.".format(
            show, ", ".join(repr(one) for one in SHOW)))


def say_start(source, method, n_components):
    for warning in source.warnings:
        print("{}: {}.".format(method, warning))
    print("{}: {} components of '{}', {} {}, {}.".format(
        method, n_components, source.name, " x ".join(str(size) for size in source.pixels.shape[::-1]),
        source.pixels.dtype, source.order))


def show_factors(source, factors, method, show=True):
    """Windows of the diffractions and maps, and lines in Results.

    Parameters
    ----------
    source : bridge.Source
    factors : numerics.methods.Factors
    method : str
        Begins the names of the windows.
    show : bool, or one of SHOW
        True: stacks. False: no window.

    Returns
    -------
    tuple of DM images
    """
    for event in factors.events:
        print("{}: {}".format(method, event))
    print("{}: {} iterations ({}), mean squared error {:.6g}.".format(
        method, factors.n_iter, factors.stopped, factors.mean_squared_error))
    show = SHOW[0] if show is True else show
    note = dict(factors.settings, **{
        "Method": method, "Iterations": factors.n_iter, "Iteration kept": factors.best_iter,
        "Stopped": factors.stopped, "Mean squared error": factors.mean_squared_error,
        "Events": list(factors.events)})
    images = ()
    if show in (SHOW[0], SHOW[2]):
        images = (bridge.show_maps(source, factors.maps, "{}: maps of {}".format(method, source.name), note),
                  bridge.show_diffractions(source, factors.diffractions,
                                           "{}: diffractions of {}".format(method, source.name), note))
    if show in (SHOW[1], SHOW[2]):
        roll = pictures.film_roll(factors.diffractions, factors.maps, source.calibration["u"][1:],
                                  source.calibration["x"][1:])
        images += (bridge.show_image(roll, "{}: film roll of {}".format(method, source.name), note=note),)
    return images
