"""functions/rings.s against metrics.azimuthal_median."""
import numpy as np
import pytest

from offline_reference.numerics.metrics import azimuthal_median
from tests.agreement import dm

MEDIANS = "image medians := MakeRings(nU, nV, u0, v0).Medians(W)"
#: n_v, n_u and the centre (v, u); the second and the fourth have radii that end in a half
CASES = [((16, 16), (8, 8)), ((9, 9), (4.5, 4)), ((12, 17), (5.3, 9.8)), ((13, 10), (0.5, 9.0)), ((2, 5), (1, 2.5))]


def medians_by_both(detector, centre, dtype, switches=None):
    W = np.random.default_rng(0).uniform(-1, 1, (detector[0] * detector[1], 3)).astype(dtype)
    found = dm.run("functions/rings.s", MEDIANS, give="medians", switches=switches, W=W,
                   nU=detector[1], nV=detector[0], u0=centre[1], v0=centre[0])
    assert not found.workspace.warnings
    return found.medians, np.array([azimuthal_median(one.reshape(detector), centre).ravel() for one in W.T]).T


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-10), (np.float32, 1e-4)])
@pytest.mark.parametrize("detector, centre", CASES)
def test_medians_are_those_of_numerics(detector, centre, dtype, tolerance):
    found, expected = medians_by_both(detector, centre, dtype)
    assert found.dtype == dtype and np.allclose(found, expected, rtol=tolerance, atol=0)


@pytest.mark.parametrize("switches", dm.pixel_combinations(), ids=repr)
def test_no_switch_changes_a_median(switches):
    found, expected = medians_by_both((13, 10), (0.5, 9.0), np.float64, switches)
    assert np.allclose(found, expected, rtol=1e-10, atol=0)
