"""Cut-off of maps from what is known of the microscope, in cycles per scan pixel."""
from offline_reference.numerics.cutoff import cutoff_of_probe
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.map_constraint import NYQUIST

LENGTHS_IN_NM = {"nm": 1.0, "A": 0.1, "pm": 1e-3, "um": 1e3, "mm": 1e6, "m": 1e9}


def cutoff_for(source, cutoff=None, voltage_kv=None, convergence_mrad=None):
    """The cut-off to use and where it comes from.

    As given; else 2 alpha / lambda, if voltage, convergence semi-angle alpha (both as given, else from the image's
    tags) and the scan step are known; else None, and `numerics.methods.nmf_constrained` estimates it from the data.

    Returns
    -------
    (float or None, str or None)
        [cycles per scan pixel], and the reason where it is the probe.
    """
    if cutoff is not None:
        return cutoff, None
    for what, value in (("voltage", voltage_kv), ("convergence semi-angle", convergence_mrad)):
        if value is not None and not 0 < value < float("inf"):
            raise RefusedError("a {} of {} has no meaning: give a positive number, or none to take that of the image's "
                               "tags.".format(what, value))
    voltage_kv = voltage_kv or source.instrument.get("voltage_kv")
    convergence_mrad = convergence_mrad or source.instrument.get("convergence_mrad")
    step = scan_step_nm(source.calibration)
    if not (voltage_kv and convergence_mrad and step):
        return None, None
    return min(NYQUIST, cutoff_of_probe(voltage_kv, convergence_mrad) * step), \
        "from {:g} kV, {:g} mrad and a scan step of {:.4g} nm".format(voltage_kv, convergence_mrad, step)


def scan_step_nm(calibration):
    """The coarser of the two scan steps, or None where the scan has no units of length. [nm]"""
    steps = [abs(scale) * LENGTHS_IN_NM.get(units, 0.0) for _, scale, units in (calibration["y"], calibration["x"])]
    return max(steps) if all(steps) else None
