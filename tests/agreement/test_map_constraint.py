"""dm_scripts/functions/map_constraint.s against numerics/map_constraint.py."""
import numpy as np
import pytest

from offline_reference.numerics.map_constraint import Band, low_pass_nonnegative, out_of_band
from offline_reference.virtual_dm.script.errors import ScriptError
from tests.agreement import dm

LIBRARY = "functions/map_constraint.s"
#: n_y, n_x and cut-off: wide, high, all of a direction inside the band, a single line
BANDS = [((7, 8), 0.2), ((12, 9), 0.31), ((5, 11), 0.5), ((1, 16), 0.25)]


def maps(scan, n_k=3, dtype=np.float64):
    """Rows of H (n_k, n_xy); some values are negative, so that the clip has work."""
    return np.random.default_rng(0).normal(0.3, 1, (n_k, scan[0] * scan[1])).astype(dtype)


def both(code, scan, cutoff, H, **options):
    """Run code with H, nX, nY, limit and band; what it gives, and numerics' band."""
    found = dm.run(LIBRARY, f"object band = MakeBand(nX, nY, limit)\n{code}", H=H, nX=scan[1], nY=scan[0],
                   limit=cutoff, **options)
    return found, Band(scan, cutoff)


class TestDouble:
    """1e-10: what double precision leaves of sums over a map."""

    @pytest.mark.parametrize("scan, cutoff", BANDS)
    def test_coefficients_are_numerics_one_by_one(self, scan, cutoff):
        found, band = both("image low := band.Coefficients(H)\nnumber n = band.Count()", scan, cutoff, maps(scan),
                           give="low n", switches=dm.double())
        assert found.n == band.n
        assert np.allclose(found.low, band.coefficients(maps(scan)), rtol=0, atol=1e-10)

    @pytest.mark.parametrize("scan, cutoff", BANDS)
    def test_maps_of_coefficients_are_numerics(self, scan, cutoff):
        coefficients = np.random.default_rng(1).normal(0, 1, (3, Band(scan, cutoff).n))
        found, band = both("image rows := band.Maps(H)", scan, cutoff, coefficients, give="rows", switches=dm.double())
        assert np.allclose(found.rows, band.maps(coefficients), rtol=0, atol=1e-10)

    @pytest.mark.parametrize("scan, cutoff", BANDS)
    def test_low_pass_is_numerics(self, scan, cutoff):
        found, band = both("image rows := band.LowPass(H)", scan, cutoff, maps(scan), give="rows",
                           switches=dm.double())
        assert np.allclose(found.rows, band.low_pass(maps(scan)), rtol=0, atol=1e-10)

    @pytest.mark.parametrize("rounds", [0, 1, 2, 7])
    def test_the_closest_nonnegative_rows_are_numerics(self, rounds):
        """Two rounds already need Dykstra's correction: without it they differ by a tenth."""
        scan = (7, 8)
        found, band = both(f"image rows := LowPassNonnegative(H, band, {rounds})", scan, 0.2, maps(scan), give="rows",
                           switches=dm.double())
        assert np.allclose(found.rows, low_pass_nonnegative(maps(scan), band, rounds), rtol=0, atol=1e-10)

    @pytest.mark.parametrize("scan, cutoff", BANDS)
    def test_power_beyond_the_band_is_numerics(self, scan, cutoff):
        found, _ = both("image part := OutOfBand(H, nX, nY, limit)", scan, cutoff, maps(scan), give="part",
                        switches=dm.double())
        assert np.allclose(found.part.ravel(), out_of_band(maps(scan), scan, cutoff), rtol=0, atol=1e-10)

    def test_a_flat_map_has_no_power_beyond_the_band(self):
        H = np.stack([np.full(56, 3.0), np.zeros(56)])
        found, _ = both("image part := OutOfBand(H, nX, nY, limit)", (7, 8), 0.2, H, give="part")
        assert (found.part == 0).all()


@pytest.mark.parametrize("switches", dm.pixel_combinations(["one_dimension"]), ids=str)
def test_single_precision_agrees_whatever_dm_does_where_it_is_not_known(switches):
    """1e-4 of the largest: seven digits, summed over a map."""
    scan, cutoff, H = (7, 8), 0.2, maps((7, 8), dtype=np.float32)
    found, band = both("image low := band.Coefficients(H)\nimage rows := LowPassNonnegative(H, band, 5)\n"
                       "image part := OutOfBand(H, nX, nY, limit)", scan, cutoff, H, give="low rows part",
                       switches=switches)
    H = H.astype(np.float64)
    for name, expected in (("low", band.coefficients(H)), ("rows", low_pass_nonnegative(H, band, 5)),
                           ("part", out_of_band(H, scan, cutoff)[:, None])):
        assert np.allclose(getattr(found, name), expected, rtol=0, atol=1e-4 * abs(expected).max()), name
    assert not found.workspace.warnings


def test_the_input_is_not_changed():
    found, _ = both("image kept := RealImage(\"\", 8, 56, 3)\nkept = H\nimage rows := LowPassNonnegative(H, band, 3)\n"
                    "number change = sum(abs(H - kept))", (7, 8), 0.2, maps((7, 8)), give="change")
    assert found.change == 0


@pytest.mark.parametrize("cutoff", [0, -0.1, 0.51, float("nan")])
def test_a_cutoff_that_no_scan_can_have_is_refused(cutoff):
    text = "0 / 0" if np.isnan(cutoff) else cutoff
    with pytest.raises(ScriptError, match="cycles per scan pixel"):
        dm.run(LIBRARY, f"object band = MakeBand(8, 7, {text})")
