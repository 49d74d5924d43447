"""Dark peaks without and with the constraint, and what the components leave over."""
from types import SimpleNamespace

import numpy as np
import pytest

from offline_reference import report
from offline_reference.numerics.methods import nmf_als, nmf_constrained
from offline_reference.report.evidence import evidence
from offline_reference.simulate import crystals_in_amorphous

from .conftest import make_dataset, make_factors


@pytest.fixture(scope="module")
def crystals():
    """Pixels of three crystals on amorphous material, and a dataset as `evidence` asks for it."""
    simulation = crystals_in_amorphous(scan=(20, 22), detector=(40, 36), dose=3000, seed=1)
    return simulation.pixels, SimpleNamespace(pixels=simulation.pixels, order="vuyx")


@pytest.fixture(scope="module")
def primitive(crystals):
    return nmf_als(crystals[0], 4, max_iter=60, seed=1)


def test_a_primitive_run_shows_what_the_constraint_would_fill(crystals, primitive):
    seen = evidence(crystals[1], primitive.diffractions, primitive.maps, primitive.settings)
    assert not seen.is_constrained and seen.primitive == ""
    np.testing.assert_array_equal(seen.without, primitive.diffractions)
    np.testing.assert_allclose(seen.filled, seen.without + seen.dark_peaks, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(seen.missing, seen.dark_peaks.sum((1, 2)), rtol=1e-9)  # diffractions sum to 1
    assert (seen.still_missing < seen.missing).all() and seen.missing.max() > 0.02


def test_a_constrained_run_is_set_against_least_squares_or_a_primitive_run(crystals, primitive):
    found = nmf_constrained(crystals[0], 4, max_iter=60, seed=1)
    alone = evidence(crystals[1], found.diffractions, found.maps, found.settings)
    assert alone.is_constrained
    np.testing.assert_array_equal(alone.filled, found.diffractions)
    turned = SimpleNamespace(name="als", diffractions=primitive.diffractions[[2, 0, 3, 1]], maps=primitive.maps)
    beside = evidence(crystals[1], found.diffractions, found.maps, found.settings, turned)
    assert beside.primitive == "als" and beside.missing.max() > beside.still_missing.max()
    assert sorted(map(tuple, beside.without[:, 20, 15:20])) == sorted(map(tuple, primitive.diffractions[:, 20, 15:20]))
    for one, other in zip(beside.without, found.diffractions):  # matched, whatever their order
        likeness = [np.corrcoef(one.ravel(), each.ravel())[0, 1] for each in found.diffractions]
        assert np.corrcoef(one.ravel(), other.ravel())[0, 1] == pytest.approx(max(likeness), abs=0.05)


def test_least_squares_for_the_same_maps_is_nearer_to_the_data_than_what_was_kept(crystals):
    pixels, dataset = crystals
    found = nmf_constrained(pixels, 4, max_iter=60, seed=1)
    seen = evidence(dataset, found.diffractions, found.maps, found.settings)

    def error(diffractions):
        return ((pixels - np.einsum("kvu,kyx->vuyx", diffractions, found.maps)) ** 2).mean()

    assert (seen.without >= 0).all() and error(seen.without) < error(found.diffractions)


def test_residuals_are_one_where_only_counting_noise_is_left(crystals, primitive):
    seen = evidence(crystals[1], primitive.diffractions, primitive.maps, {})
    assert seen.residual_diffraction.shape == (40, 36) and seen.residual_map.shape == (20, 22)
    assert np.median(seen.residual_map) == pytest.approx(1, abs=0.1)  # 1440 pixels a place, and 4 components fitted


@pytest.mark.parametrize("elsewhere", [False, True])
def test_data_in_parts_are_read_once_more_unless_other_computers_read_them(crystals, primitive, elsewhere):
    from offline_reference.numerics.data_matrix import DataMatrix
    from offline_reference.numerics.unfold import unfold

    parts = SimpleNamespace(as_matrix=lambda good: DataMatrix(unfold(crystals[0]), good))
    if elsewhere:
        parts.gather = None
    seen = evidence(SimpleNamespace(pixels=parts, order="vuyx"), primitive.diffractions, primitive.maps, {})
    assert (seen.residual_map is None) == elsewhere and seen.missing.shape == (4,)


@pytest.mark.parametrize("detector", [(5, 6), (1, 1), (2, 9), (9, 1)])
def test_a_detector_without_a_centre_or_without_rings_is_no_reason_to_lose_the_results(tmp_path, detector):
    dataset, factors = make_dataset(detector), make_factors(2, detector)
    factors.settings = {}
    seen = evidence(dataset, factors.diffractions, factors.maps, {})
    assert (seen is None) == (min(detector) == 1)
    assert seen is None or np.isfinite(seen.missing).all()
    report.write_results(tmp_path / "out", dataset, factors, {"method": "mu"})


def test_masked_pixels_are_in_no_dark_peak(crystals, primitive):
    mask = np.ones((40, 36), bool)
    mask[20:23, 18:30] = False
    diffractions = primitive.diffractions * mask
    seen = evidence(crystals[1], diffractions, primitive.maps, {"mask": mask})
    assert not seen.dark_peaks[:, ~mask].any()
