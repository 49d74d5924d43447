"""Kinds of spectra, backgrounds of spectra and spectrum images."""

import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.statistics import real_values


def _marker(signal):
    def run(call, img):
        img.tags.set("Meta Data:Signal", "string", signal)
        kind = "Spectrum" if img.n_dimensions == 1 or img.sizes[1] == 1 else "Spectrum image"
        img.tags.set("Meta Data:Format", "string", kind)
        return img

    return run


for _name, _signal in (("EELS", "EELS"), ("EDS", "X-ray")):
    dm_function(f"image SpectrumConvertTo{_name}(image img)", "SEEN 2 f", "only the tags under Meta Data are set")(
        _marker(_signal)
    )


def energy_dimension(img):
    """DM dimension along which the energy runs: the last one, or x where the others hold one pixel (INF)."""
    last = img.n_dimensions - 1
    return last if img.sizes[last] > 1 else 0


@dm_function(
    "image EELSSubtractPowerLawBackground(image img, number start, number end)",
    "SEEN 1 f",
    "limits in units of energy; straight line through the logarithms; negative counts are kept",
)
def subtract_power_law(call, img, start, end):
    """Spectra less A E^-r, fitted to each between two energies."""
    dimension = energy_dimension(img)
    axis = img.n_dimensions - 1 - dimension
    spectra = np.moveaxis(real_values(img), axis, -1)
    calibration = img.calibrations[dimension]
    energies = (np.arange(spectra.shape[-1]) - calibration.origin) * calibration.scale
    background = power_law(spectra, energies, (energies >= start) & (energies <= end) & (energies > 0))
    signal = img.clone()
    signal.replace_pixels(np.ascontiguousarray(np.moveaxis(spectra - background, -1, axis)).astype(np.float32))
    return signal


def power_law(spectra, energies, window):
    """A E^-r fitted to the last axis within a window; the spectrum itself where the energy is not positive."""
    if window.sum() < 2:
        raise DMError("The background window holds fewer than two channels of positive energy.")
    logs = np.log(np.clip(spectra[..., window], 1e-12, None))
    x = np.log(energies[window])
    spread = x - x.mean()
    slope = (logs * spread).sum(axis=-1, keepdims=True) / (spread**2).sum()
    offset = logs.mean(axis=-1, keepdims=True) - slope * x.mean()
    positive = energies > 0
    fitted = np.exp(offset + slope * np.log(np.where(positive, energies, 1.0)))
    return np.where(positive, fitted, spectra)
