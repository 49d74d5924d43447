"""The cut-off of the map constraint: from the user's words, else the microscope's settings, else left to the data.

Numerics wants cycles per scan pixel. On a calibrated scan of step s [nm], f [1/nm] is f * s
cycles per scan pixel, and the probe passes nothing beyond f_max = 2 alpha / lambda, alpha being
the convergence semi-angle and lambda the relativistic wavelength.
"""
import re
from dataclasses import dataclass

from offline_reference.numerics.cutoff import cutoff_of_probe
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.units import nanometres

NYQUIST = 0.5  # cycles per scan pixel
CYCLES_PER_PIXEL = ("", "/px", "1/px", "1/pixel", "cycles/px", "cycles/pixel", "cycles per pixel",
                    "cycles per scan pixel")


@dataclass(frozen=True)
class Cutoff:
    """What the map constraint is to use, and why.

    Attributes
    ----------
    value : float or None
        Cycles per scan pixel; None leaves the estimate to numerics.
    constrain_maps : bool
        False where the scan is too coarse to hold anything beyond the cut-off.
    reason : str
        One sentence for the user and for result.json.
    """

    value: float | None
    constrain_maps: bool
    reason: str


def decide(text, axes, instrument):
    """Choose the cut-off.

    Parameters
    ----------
    text : str or None
        What the user wrote after --cutoff: "0.2" [cycles per scan pixel] or "2.1 1/nm".
    axes : dict of files.Axis
        Keys "y" and "x" are read for the scan step.
    instrument : dict
        "voltage_kv" and "convergence_mrad" where known.

    Raises
    ------
    RefusedError
        If the text is no cut-off, lies beyond Nyquist, or needs a calibration that is missing.
    """
    if text is not None:
        return _from_words(text, axes)
    voltage, convergence = instrument.get("voltage_kv"), instrument.get("convergence_mrad")
    step = scan_step_nm(axes)
    if voltage and convergence and step:
        return _from_microscope(voltage, convergence, step)
    unknown = [what for what, value in (("the voltage (--voltage)", voltage), ("the scan step in nm", step),
                                        ("the convergence angle (--convergence)", convergence)) if not value]
    return Cutoff(None, True, "estimated from the data, because FILE does not say " + ", ".join(unknown))


def scan_step_nm(axes):
    """The coarser of the two scan steps, or None where the scan has no length units. [nm]"""
    steps = [_step_nm(axes[name]) for name in ("y", "x")]
    return None if None in steps else max(steps)


def _step_nm(axis):
    unit = nanometres(axis.units)
    return None if unit is None or axis.scale == 0 else abs(axis.scale) * unit


def _from_words(text, axes):
    match = re.fullmatch(r"\s*([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*(.*?)\s*", text)
    try:
        number, unit = float(match.group(1)), match.group(2)
    except (AttributeError, ValueError):
        raise RefusedError("the cut-off {!r} is no number: write for instance --cutoff 0.2 (cycles per scan pixel) or "
                           "--cutoff \"2.1 1/nm\".".format(text)) from None
    if unit.lower() in CYCLES_PER_PIXEL:
        value, words = number, "{:g} cycles per scan pixel, as given".format(number)
    else:
        step = _step_in_units_of(unit, text, axes)
        value = number * step
        words = "{:g} {}, as given; the scan step makes that {:.4g} cycles per scan pixel".format(number, unit, value)
    if not value > 0:
        raise RefusedError("the cut-off {} is not above 0, and every map would be constant: choose one between 0 "
                           "and {} cycles per scan pixel.".format(text.strip(), NYQUIST))
    if value > NYQUIST:
        raise RefusedError("the cut-off {} is {:.4g} cycles per scan pixel, and a scan holds no frequency beyond {} "
                           "(Nyquist): choose a smaller one, or --no-map-constraint if the probe is finer than the "
                           "scan step.".format(text.strip(), value, NYQUIST))
    return Cutoff(value, True, words)


def _step_in_units_of(unit, text, axes):
    """Scan step in the length that the user's reciprocal unit is of."""
    match = re.fullmatch(r"(?:1\s*/\s*|/\s*)(.+)|(.+?)\s*\^?\(?-1\)?", unit.lower())
    length = nanometres(match.group(1) or match.group(2)) if match else None
    if length is None:
        raise RefusedError("the unit of the cut-off {!r} is unknown: use 1/nm, 1/A, or a bare number for cycles per "
                           "scan pixel.".format(text))
    step = scan_step_nm(axes)
    if step is None:
        raise RefusedError("the cut-off {!r} needs the scan step, and the scan of this file is not calibrated: give "
                           "it in cycles per scan pixel, a bare number up to {}.".format(text, NYQUIST))
    return step / length


def _from_microscope(voltage_kv, convergence_mrad, step_nm):
    f_max = cutoff_of_probe(voltage_kv, convergence_mrad)
    value = f_max * step_nm
    source = "2 alpha / lambda = {:.3g} 1/nm from {:g} kV and {:g} mrad".format(f_max, voltage_kv, convergence_mrad)
    if value >= NYQUIST:
        return Cutoff(None, False, "none needed: the probe passes up to {}, and the scan step of {:.3g} nm holds no "
                      "frequency beyond {:.3g} 1/nm".format(source, step_nm, NYQUIST / step_nm))
    return Cutoff(value, True, "{:.4g} cycles per scan pixel: {}, scan step {:.3g} nm".format(value, source, step_nm))
