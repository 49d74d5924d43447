"""Memory that an analysis takes beyond the data themselves, and a refusal before it runs out."""
import math

from offline_reference.numerics.factorize import refuse_n_components
from offline_reference.numerics.map_constraint import refuse_cutoff
from offline_reference.numerics.memory import refuse_if_too_large
from offline_reference.numerics.unfold import sizes_of

FIXED_BYTES = 40e6  # blocks in conversion
FACTOR_BYTES = 12 * 8  # copies of W and H in float64
BAND_BYTES = 26  # for each value of the data below the cut-off, at the peak of their making
USUAL_CUTOFF = 0.25  # cycles per scan pixel, where the data will decide


def bytes_needed(source, n_components, cutoff=0.0, copies=0):
    """Bytes for an NMF of a Source.

    cutoff [cycles per scan pixel] of maps: None = from the data, 0 = none; copies: how many more of the data are made.
    """
    n_v, n_u, n_y, n_x = sizes_of(source.pixels, source.order)
    n_components = refuse_n_components(n_components, (n_v * n_u, n_y * n_x))
    if cutoff:
        refuse_cutoff(cutoff)
    in_band = min(1.0, math.pi * (USUAL_CUTOFF if cutoff is None else cutoff) ** 2)  # of the unit square
    return FIXED_BYTES + FACTOR_BYTES * n_components * (n_v * n_u + n_y * n_x) \
        + BAND_BYTES * in_band * source.pixels.size + copies * source.pixels.nbytes


def refuse_if_no_room(source, n_components, cutoff=0.0, copies=0):
    """Raise RefusedError if the analysis would not fit; parameters as in `bytes_needed`."""
    refuse_if_too_large(bytes_needed(source, n_components, cutoff, copies), "the analysis of '{}'".format(source.name))
