"""What reading gives: calibrated axes, a 4D dataset, or any image of a file."""
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from offline_reference.numerics.unfold import sizes_of
from offline_reference.numerics.units import plainly

NO_UNITS = {"<undefined>", "None", "px", "pixel", "pixels", "1/px"}


@dataclass(frozen=True)
class Axis:
    """One calibrated axis: position = offset + scale * index.

    Attributes
    ----------
    name : str
        "x", "y" (scan) or "u", "v" (detector) in a `Dataset`; what the file says in an `Image`.
    size : int
        [pixel]
    scale, offset : float
        Step, and position of pixel 0. [units]
    units : str
        "" where the axis is not calibrated; positions are pixels then.
    """

    name: str
    size: int
    scale: float = 1.0
    offset: float = 0.0
    units: str = ""


def calibrated(name, size, scale, offset, units):
    """An Axis from what a file says; a step that is missing, zero or no number leaves it uncalibrated."""
    try:
        scale, offset = float(scale), float(offset or 0)
    except (TypeError, ValueError):
        return Axis(name, size)
    if scale == 0 or not np.isfinite([scale, offset]).all():
        return Axis(name, size)
    units = plainly(units)
    return Axis(name, size, scale, offset + 0.0, "" if units in NO_UNITS else units)  # + 0.0 makes -0.0 plain


@dataclass
class Dataset:
    """4D-STEM data as a file stores them.

    Attributes
    ----------
    pixels : ndarray, 4D in ``order``
        In the file's own type; it may be a read-only map of the file. [counts]
    order : "vuyx" or "yxvu"
        Which axes vary slowest first.
    order_reason : str
        How that was decided, in one sentence.
    axes : dict of Axis
        Under the keys "v", "u", "y", "x".
    path, title : str
        Where the data come from, and what the file calls them.
    instrument : dict
        What is known of "voltage_kv" [kV], "convergence_mrad" [mrad], "camera_length_mm" [mm].
    warnings : list of str
        What a user should know before she trusts the result.
    """

    pixels: np.ndarray
    order: str
    order_reason: str
    axes: dict
    path: str
    title: str = ""
    instrument: dict = field(default_factory=dict)
    warnings: list = field(default_factory=list)

    @property
    def sizes(self):
        """(n_v, n_u, n_y, n_x)."""
        return sizes_of(self.pixels, self.order)


class Image(NamedTuple):
    """Any image of a file: 1D to 4D pixels, an Axis for each, slowest first, and the file's own tags."""

    pixels: np.ndarray
    axes: list
    title: str
    metadata: dict


def uncalibrated(pixels, order):
    """Axes in pixels for 4D data that come without calibration."""
    return {name: Axis(name, size) for name, size in zip(order, pixels.shape)}
