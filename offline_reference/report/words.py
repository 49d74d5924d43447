"""What was done, in plain English, for a microscopist."""
from offline_reference.figures import readable_number, readable_units

METHODS = {
    "mu": "nonnegative matrix factorization (NMF) with multiplicative updates",
    "als": "nonnegative matrix factorization (NMF) by alternating least squares",
    "hals": "nonnegative matrix factorization (NMF) by coordinate-wise least squares (HALS)",
    "sklearn": "nonnegative matrix factorization (NMF) as scikit-learn does it",
    "constrained": "nonnegative matrix factorization (NMF) with physical constraints (Kimoto et al., 2025)",
}
STOPPED = {
    "converged": "because further iterations changed nothing that matters",
    "max_iter": "at the number of iterations that was set",
    "cancelled": "because you stopped it; the best result so far was kept",
}
LABELS = {
    "n_components": "components",
    "max_iter": "most iterations",
    "tol": "tolerance",
    "order": "axis order",
    "cutoff": "cut-off (cycles per scan pixel)",
    "cutoff_origin": "cut-off, how known",
    "centre": "centre of the diffractions, v and u (pixels)",
    "centre_origin": "centre, how known",
    "central_radius": "radius without diffraction constraint (pixels)",
    "constrain_diffractions": "diffraction constraint",
    "constrain_maps": "map constraint",
    "reference": "background reference",
    "margin": "part of the background kept up",
    "mask": "detector pixels used",
    "most": "most components tried",
    "starts": "starts for each number",
    "solver": "iterations on",
    "residuals": "residuals shown",
    "kind": "similarity",
    "linkage": "linkage of the tree",
    "n_clusters": "clusters",
    "height": "cut at distance",
    "cut_origin": "cut, why there",
    "inner_radius": "radius of what is left out (pixels)",
    "inner_radius_origin": "that radius, how known",
    "outer_radius": "outer radius (pixels)",
    "mirror": "mirror images count as alike",
    "voltage_kv": "voltage (kV)",
    "convergence_mrad": "convergence semi-angle (mrad)",
    "camera_length_mm": "camera length (mm)",
}


def what_was_done(record):
    """Sentences from a record of one factorization: data, method, constraints, how it ended."""
    parameters = record["parameters"]
    sentences = [
        "{} were split into {}, {}a diffraction and a map of where it occurs, by {}".format(
            data_in_words(record), _count(record["n_components"], "component"),
            "" if record["n_components"] == 1 else "each ",
            METHODS.get(record["method"], record["method"]),
        )
    ]
    if record["method"] == "constrained":
        sentences += _constraints(parameters)
    sentences.append(
        "No diffraction and no map is negative. Each diffraction sums to 1, so that a map counts electrons (or "
        "whatever the detector counts); components are sorted by their total"
    )
    sentences.append(
        "The run made {}{} and ended {}. It kept iteration {}, with a mean squared error of {} counts² a pixel".format(
            _count(record["n_iter"], "iteration"), _from_seed(record.get("seed")),
            STOPPED.get(record["stopped"], "({})".format(record["stopped"])),
            record["best_iter"], number(record["mean_squared_error"]),
        )
    )
    return " ".join(sentence + "." for sentence in sentences)


def data_in_words(record):
    """"64 × 48 scan positions with diffractions of 80 × 72 pixels each (uint16)"."""
    axes = record["axes"]
    return "{} × {} scan positions with diffractions of {} × {} pixels each ({})".format(
        axes["y"]["size"], axes["x"]["size"], axes["v"]["size"], axes["u"]["size"], record["input"]["dtype"])


def error_in_words(record):
    """What the error curve shows, for those who cannot see it."""
    history = [value for value in record["mse_history"] if value is not None]
    if not history:
        return "No error history was recorded."
    told = "Mean squared error: {} at the first iteration, {} at the last ({}); iteration {} was kept.".format(
        number(history[0]), number(history[-1]), len(record["mse_history"]), record["best_iter"])
    final = number(record["mean_squared_error"])
    kept = record["mse_history"][record["best_iter"] - 1] if record["best_iter"] else None
    return told if number(kept) == final else told + " A last fit of the maps made it {}.".format(final)


def variance_in_words(record):
    """What the shares of principal components are shares of."""
    return "variance" if record["parameters"].get("centred", True) else "squared counts"


def step_in_words(axis):
    """"0.42 nm a pixel, 27 nm in all", or "not calibrated"."""
    if not axis["units"] or not axis["scale"]:
        return "{} pixels, not calibrated".format(axis["size"])
    units = readable_units(axis["units"])
    return "{0} pixels of {1:.4g} {3}, {2:.4g} {3} in all".format(
        axis["size"], axis["scale"], axis["scale"] * axis["size"], units)


def number(value, digits=4):
    """A number of a record, which may be None where it was not finite."""
    return "not known" if value is None else readable_number(value, digits)


def label(name):
    """A setting's name as a table shows it."""
    return LABELS.get(name, name.replace("_", " "))


def measure(value):
    """A measured number, or whatever else stands in its place."""
    return number(value) if isinstance(value, float) else setting(value)


def setting(value):
    """Any plain value as a table shows it."""
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "{:.6g}".format(value)
    if isinstance(value, list):
        return ", ".join(map(setting, value))
    if isinstance(value, dict):
        return "; ".join("{}: {}".format(key, setting(item)) for key, item in value.items())
    return str(value)


def _constraints(parameters):
    if parameters.get("constrain_diffractions", True):
        yield (
            "Where NMF alone would dig dark holes into a diffraction (at the places of another component's spots), "
            "each diffraction was not allowed to fall below its own background, taken as the same all around the centre"
        )
    cutoff = parameters.get("cutoff")
    if cutoff is not None and parameters.get("constrain_maps", True):
        origin = parameters.get("cutoff_origin")
        yield "Maps hold no detail that the probe cannot resolve, nothing beyond {:.3g} cycles per scan pixel{}".format(
            cutoff, " ({})".format(origin) if origin else "")


def _from_seed(seed):
    return "" if seed is None else " from seed {}".format(seed)


def _count(n, what):
    return "{} {}{}".format(n, what, "" if n == 1 else "s")
