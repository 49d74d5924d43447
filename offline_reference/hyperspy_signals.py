"""HyperSpy's signals in, HyperSpy's signals out; pyxem's too, for they are HyperSpy's.

factorize_signal   a signal -> diffractions and maps as calibrated signals
dataset_of         a signal -> files.Dataset, as if it had been read from a file: for reports, or to be written
signals_of         diffractions and maps -> signals with the axes of the signal that they came from

HyperSpy has the scan (navigation) before the detector (signal): our order "yxvu". A DM file that is scan fastest it
opens the wrong way round; the units of the axes tell, and such a signal is factorized as it is, without a copy.
"""
import warnings
from typing import NamedTuple

import hyperspy.api as hs
import numpy as np

from offline_reference import __version__, files
from offline_reference.files import axis_order, instrument
from offline_reference.files.dataset import calibrated
from offline_reference.lazy import LazyPixels
from offline_reference.numerics import methods
from offline_reference.numerics.checks import refuse_type
from offline_reference.numerics.cutoff import cutoff_of_probe
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.map_constraint import NYQUIST
from offline_reference.numerics.units import nanometres

METHODS = {"constrained": methods.nmf_constrained, "als": methods.nmf_als, "hals": methods.nmf_hals,
           "mu": methods.nmf_mu}


class SignalFactors(NamedTuple):
    """Diffractions and maps as HyperSpy signals, and the `numerics.methods.Factors` that they were made of."""

    diffractions: hs.signals.Signal2D
    maps: hs.signals.Signal2D
    factors: methods.Factors


def factorize_signal(signal, n_components=4, method="constrained", *, order=None, signal_mask=None, memory=None,
                     **settings):
    """Factorize a 4D-STEM signal; the signal itself is not changed.

    Parameters
    ----------
    signal : hyperspy Signal2D with two navigation axes
        Counts of any real type, integers too: no change_dtype is needed. A lazy signal is read in parts and never held
        in memory; if it fits there, `signal.compute()` first is quicker. Of pyxem: ElectronDiffraction2D.
    n_components : int
        How many diffractions to look for.
    method : "constrained", "als", "hals" or "mu"
    order : "vuyx" or "yxvu", optional
        Of ``signal.data``, where neither the units of its axes nor their navigation flags are right.
    signal_mask : ndarray of bool or signal, shape (n_v, n_u), optional
        True where a detector pixel is left out, as in HyperSpy and pyxem (`numerics` has it the other way round).
        Method "constrained" only.
    memory : float, optional
        How much a lazy signal may use [byte]; a quarter of what is free by default.
    settings
        Of the method, see `numerics.methods`: seed, max_iter, cutoff, centre, progress, ... The cut-off of the maps
        is 2 alpha / lambda where the signal's metadata have beam energy and convergence angle and its scan axes a
        length; else it is estimated from the data.

    Returns
    -------
    SignalFactors
        ``diffractions`` (component | u, v), each of sum 1 and of the signal's own type; ``maps`` (component | x, y)
        [counts]; ``factors``. Components count from 1. The axes are those of the signal; metadata carry the
        microscope over, and ``metadata.dm_nmf`` says what was done.

    Raises
    ------
    RefusedError
        On what is no signal of two scan and two detector axes, and on counts that no factorization should start from.

    Examples
    --------
    ::

        signal = hs.load("scan.hspy", lazy=True)
        diffractions, maps, factors = factorize_signal(signal, 4)
        hs.plot.plot_images(maps, scalebar="all")
        maps.save("maps.hspy")
    """
    if method not in METHODS:
        raise RefusedError("the method {!r} is unknown: choose one of {}.".format(method, ", ".join(METHODS)))
    dataset, origin = dataset_of(signal, order), {}
    for sentence in dataset.warnings:
        warnings.warn(sentence, stacklevel=2)
    if "mask" in settings:
        raise RefusedError("a signal has its mask in HyperSpy's words: give signal_mask, True where a detector pixel "
                           "is left out, instead of mask.")
    if method == "constrained":
        of_probe, origin = _cutoff_of_probe(dataset, settings)
        settings.update(of_probe)
    if signal_mask is not None:
        settings["mask"] = _sound(signal_mask, dataset)
    pixels = LazyPixels(dataset.pixels, dataset.order, memory) if signal._lazy else dataset.pixels
    factors = METHODS[method](pixels, n_components, order=dataset.order, **settings)
    factors.settings.update(origin)
    return signals_of(factors, signal, order)


def dataset_of(signal, order=None):
    """A signal as `files.read_4d` would give it: pixels (the signal's own memory), axis order, calibrated axes.

    Parameters
    ----------
    signal, order : see `factorize_signal`

    Returns
    -------
    files.Dataset
        The pixels of a lazy signal are its Dask array.

    Raises
    ------
    RefusedError
        If it is no signal with two navigation and two signal axes, its values are no real numbers, or ``order``
        contradicts the units of its axes.
    """
    decided, reason, remarks = _order_of(signal, order)
    axes = dict(zip(decided, _calibrated_axes(signal)))
    named = {name: files.Axis(name, axis.size, axis.scale, axis.offset, axis.units) for name, axis in axes.items()}
    about = instrument.facts(signal.metadata.as_dictionary(), signal.original_metadata.as_dictionary(), {})
    pixels, stored = _as_stored(signal.data, decided)
    return files.Dataset(pixels, stored, reason, named, _name_of(signal), _title_of(signal), about, remarks)


def signals_of(factors, signal, order=None):
    """Diffractions and maps as signals that have the axes, the microscope and the type of ``signal``.

    Parameters
    ----------
    factors : numerics.methods.Factors
        Of this signal's data.
    signal, order : see `factorize_signal`

    Returns
    -------
    SignalFactors
    """
    decided, _, _ = _order_of(signal, order)
    axes = dict(zip(decided, _axes_of(signal)))
    diffractions = _stack(factors.diffractions, axes, "vu", "diffractions", signal)
    maps = _stack(factors.maps, axes, "yx", "maps", signal)
    signal_type = signal.metadata.get_item("Signal.signal_type", "")
    if signal_type:  # pyxem's electron_diffraction: its methods are then there for the components, too
        diffractions.set_signal_type(signal_type)
    for one in (diffractions, maps):
        one.metadata.add_dictionary({"dm_nmf": _note(factors, signal)})
    return SignalFactors(diffractions, maps, factors)


def _order_of(signal, asked):
    """Order of signal.data, the reason, and remarks: by the units of its axes, else as asked, else as HyperSpy shows
    it. A DM tag does not count, for it stays as it was when a signal is transposed."""
    _refuse_unless_4d(signal)
    axes = _calibrated_axes(signal)
    order, reason, remarks = axis_order.decide(axis_order.from_units([axis.units for axis in axes]), asked,
                                               _name_of(signal), "order=", "correct the units of its axes")
    if order is None:
        shown = axis_order.from_flags([axis.navigate for axis in _axes_of(signal)])
        order, reason, remarks = axis_order.decide(shown, None, _name_of(signal))
        if not signal._lazy:
            remarks += axis_order.warn_if_unlikely(order, signal.data)
    remarks += ["the axis '{}' has uneven steps and counts as uncalibrated.".format(axis.name)
                for axis in _axes_of(signal) if not axis.is_uniform]
    return order, reason, remarks


def _refuse_unless_4d(signal):
    if not isinstance(signal, hs.signals.BaseSignal):
        raise RefusedError("a HyperSpy signal is needed and this is {}: for an array call nmf_constrained of "
                           "offline_reference.numerics.methods.".format(type(signal).__name__))
    shown = signal.axes_manager.navigation_dimension, signal.axes_manager.signal_dimension
    if shown == (2, 2):
        return refuse_type(signal.data.dtype)
    if sum(shown) == 4:
        advice = "Tell HyperSpy which are which: signal.transpose(signal_axes=2) if the last two are the detector."
    elif shown == (1, 2):
        advice = ("If these are the patterns of a scan one after another, fold them: hs.signals.Signal2D("
                  "signal.data.reshape(n_y, n_x, n_v, n_u)).")
    else:
        advice = "Choose one 4D-STEM scan of it, for instance with signal.inav."
    raise RefusedError("{} has {} navigation and {} signal dimensions, and a factorization needs two of the scan "
                       "(navigation) and two of the detector (signal). {}".format(signal, *shown, advice))


def _axes_of(signal):
    """HyperSpy's own axes, slowest first as in signal.data; its manager lists them fastest first."""
    return (*signal.axes_manager.navigation_axes[::-1], *signal.axes_manager.signal_axes[::-1])


def _calibrated_axes(signal):
    return [calibrated(str(axis.name), axis.size, getattr(axis, "scale", None), getattr(axis, "offset", None),
                       _units_of(axis)) for axis in _axes_of(signal)]


def _units_of(axis):
    return axis.units if isinstance(axis.units, str) else ""  # HyperSpy's <undefined> is an object


def _title_of(signal):
    return signal.metadata.get_item("General.title", "")


def _name_of(signal):
    return _title_of(signal) or "signal"


def _as_stored(data, order):
    """Pixels in the order in which they lie in memory, and that order: a transposed signal is not copied."""
    if not isinstance(data, np.ndarray):
        return data, order
    other = data.transpose(2, 3, 0, 1)
    if other.flags.c_contiguous and not data.flags.c_contiguous:
        data, order = other, order[2:] + order[:2]
    return np.ascontiguousarray(data, dtype=data.dtype.newbyteorder("=")), order


def _cutoff_of_probe(dataset, settings):
    """The cut-off that follows from the microscope and why, or two empty dictionaries where it is given or unknown."""
    voltage, convergence = (dataset.instrument.get(name) for name in ("voltage_kv", "convergence_mrad"))
    lengths = [nanometres(dataset.axes[name].units) for name in "yx"]
    unasked = "cutoff" in settings or not settings.get("constrain_maps", True)
    if unasked or not (voltage and convergence and all(lengths)):
        return {}, {}
    step = max(abs(dataset.axes[name].scale) * length for name, length in zip("yx", lengths))
    cutoff = cutoff_of_probe(voltage, convergence) * step
    origin = "2 alpha / lambda of {:g} mrad and {:g} kV, scan step {:.3g} nm".format(convergence, voltage, step)
    if cutoff >= NYQUIST:
        return {"constrain_maps": False}, {"cutoff_origin": "none needed: beyond what the scan holds is " + origin}
    return {"cutoff": cutoff}, {"cutoff_origin": origin}


def _sound(signal_mask, dataset):
    """numerics' mask, True where a detector pixel is good."""
    masked = np.asarray(signal_mask.data if isinstance(signal_mask, hs.signals.BaseSignal) else signal_mask)
    if masked.dtype != bool or masked.shape != dataset.sizes[:2]:
        raise RefusedError("the signal mask has shape {} and type {}, but the detector (n_v, n_u) has {}: give True "
                           "for pixels to leave out, in that shape.".format(masked.shape, masked.dtype,
                                                                           dataset.sizes[:2]))
    return ~masked


def _stack(images, axes, plane, what, signal):
    """Images (n, height, width) as a signal with the navigation axis `component` and the axes of ``plane``."""
    component = {"name": "component", "size": len(images), "offset": 1, "scale": 1, "units": "", "navigate": True}
    calibrations = []
    for name in plane:
        axis = {**axes[name].get_axis_dictionary(), "navigate": False}
        calibrations.append({**axis, "name": axis["name"] or name, "units": axis["units"] or ""})
    quantity = {"diffractions": "Intensity", "maps": "Counts"}[what]
    title = "{} of {}".format(what, _title_of(signal)) if _title_of(signal) else what
    about = {"General": {"title": title}, "Signal": {"quantity": quantity}}
    microscope = signal.metadata.get_item("Acquisition_instrument")
    if microscope is not None:
        about["Acquisition_instrument"] = microscope.as_dictionary()
    return hs.signals.Signal2D(np.array(images), axes=[component, *calibrations], metadata=about)


def _note(factors, signal):
    """What was done, so that the file explains itself in five years."""
    return {"version": __version__, "data": _title_of(signal), "settings": dict(factors.settings),
            "mean_squared_error": float(factors.mean_squared_error), "n_iter": int(factors.n_iter),
            "stopped": factors.stopped, "events": list(factors.events)}
