"""Memory of an analysis, by the arrays that it makes."""
import math

import numpy as np
import pytest

from dm_python.bridge import Source
from dm_python.needs import BAND_BYTES, FACTOR_BYTES, bytes_needed
from offline_reference.numerics.errors import RefusedError

SOURCE = Source(np.zeros((5, 6, 7, 8), np.uint16), "vuyx", *[None] * 6)


def test_factors_band_and_copies_are_counted():
    plain = bytes_needed(SOURCE, 3)
    assert bytes_needed(SOURCE, 4) - plain == FACTOR_BYTES * (30 + 56)
    assert bytes_needed(SOURCE, 3, cutoff=0.2) - plain == pytest.approx(BAND_BYTES * math.pi * 0.04 * 1680)
    assert bytes_needed(SOURCE, 3, cutoff=None) - plain == pytest.approx(BAND_BYTES * math.pi / 16 * 1680)
    assert bytes_needed(SOURCE, 3, copies=2) - plain == 2 * 3360


@pytest.mark.parametrize("n_components, cutoff", [(0, 0.2), (31, 0.2), ("three", 0.2), (3, 0.6), (3, -1)])
def test_what_no_analysis_can_start_from_is_refused_here_too(n_components, cutoff):
    with pytest.raises(RefusedError):
        bytes_needed(SOURCE, n_components, cutoff)
