"""Simulated data are what they say: sums, counts, statistics, sizes, faults, band and lattices."""
import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from offline_reference.numerics.cutoff import cutoff_of_probe
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.map_constraint import out_of_band
from offline_reference.numerics.metrics import azimuthal_median
from offline_reference.numerics.unfold import H_from_maps, W_from_diffractions, sizes_of, unfold
from offline_reference.simulate import crystals_in_amorphous, electron_wavelength_nm, rotated_precipitates

SCAN, DETECTOR = (14, 17), (32, 38)
KINDS = (crystals_in_amorphous, rotated_precipitates)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def kind(request):
    return request.param


def small(kind=crystals_in_amorphous, **settings):
    return kind(**{"scan": SCAN, "detector": DETECTOR, "seed": 5, **settings})


def expected_counts(simulation):
    return W_from_diffractions(simulation.diffractions) @ H_from_maps(simulation.maps)


def test_sizes_need_not_be_square(kind):
    simulation = small(kind)
    n_k = len(simulation.spots)
    assert simulation.pixels.shape == DETECTOR + SCAN
    assert simulation.diffractions.shape == (n_k,) + DETECTOR
    assert simulation.maps.shape == (n_k,) + SCAN
    assert simulation.mask.shape == DETECTOR and simulation.mask.all()


def test_there_is_one_amorphous_component_and_the_crystals_asked_for():
    assert len(small(n_crystals=5).diffractions) == 6
    assert len(small(n_crystals=0).diffractions) == 1
    precipitates = small(rotated_precipitates, n_crystals=2, n_copies=3)
    assert precipitates.labels == (0, 1, 1, 1, 2, 2, 2)
    assert len(precipitates.spots[0]) == 0 and all(len(spots) for spots in precipitates.spots[1:])


def test_diffractions_sum_to_one_and_nothing_is_negative(kind):
    simulation = small(kind)
    assert np.allclose(simulation.diffractions.sum(axis=(1, 2)), 1, rtol=1e-12)
    assert simulation.diffractions.min() >= 0 and simulation.maps.min() >= 0
    assert simulation.maps.max(axis=(1, 2)).min() > 0  # every component is seen somewhere


@pytest.mark.parametrize("dose", [100, 1e4])
def test_the_dose_is_the_mean_number_of_electrons_in_a_pattern(kind, dose):
    simulation = small(kind, dose=dose)
    assert simulation.maps.sum(axis=0).mean() == pytest.approx(dose, rel=1e-12)
    n_patterns = SCAN[0] * SCAN[1]
    scatter = np.sqrt(dose / n_patterns)  # of the mean of so many Poisson numbers
    assert simulation.pixels.sum() / n_patterns == pytest.approx(dose, abs=5 * scatter)


def test_counts_scatter_as_poisson_numbers_about_the_truth(kind):
    """Where at least 5 are expected, (count - expected)^2 / expected averages to 1, and the deviations to 0."""
    simulation = small(kind)
    expected = expected_counts(simulation)
    enough = expected > 5
    deviation = ((unfold(simulation.pixels) - expected) / np.sqrt(expected))[enough]
    n = enough.sum()
    assert n > 1e5
    assert (deviation ** 2).mean() == pytest.approx(1, abs=5 * np.sqrt(2.2 / n))
    assert deviation.mean() == pytest.approx(0, abs=5 / np.sqrt(n))
    assert np.all(simulation.pixels == np.round(simulation.pixels))


def test_the_same_seed_gives_the_same_data_and_another_seed_others(kind):
    first, again, other = (small(kind, seed=seed) for seed in (5, 5, 6))
    assert np.array_equal(first.pixels, again.pixels)
    assert np.array_equal(first.diffractions, again.diffractions) and np.array_equal(first.maps, again.maps)
    assert not np.array_equal(first.pixels, other.pixels)
    assert not np.allclose(first.diffractions, other.diffractions)
    assert not np.allclose(first.maps, other.maps)


def test_both_orders_hold_the_same_counts_each_in_its_own_memory(kind):
    classic, swapped = (small(kind, order=order) for order in ("vuyx", "yxvu"))
    assert swapped.pixels.shape == SCAN + DETECTOR
    assert swapped.order == "yxvu" and sizes_of(swapped.pixels, "yxvu") == DETECTOR + SCAN
    assert np.array_equal(unfold(classic.pixels, "vuyx"), unfold(swapped.pixels, "yxvu"))
    assert classic.pixels.flags.c_contiguous and swapped.pixels.flags.c_contiguous


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32, np.float32, np.float64])
def test_every_type_holds_the_same_counts(dtype):
    simulation = small(dose=1000, dtype=dtype)
    assert simulation.pixels.dtype == dtype
    assert np.array_equal(simulation.pixels, small(dose=1000, dtype=np.int64).pixels)


def test_counts_beyond_the_type_are_refused_and_never_wrapped(kind):
    with pytest.raises(RefusedError, match=r"a pixel counts \d+ electrons and uint8 ends at 255: lower the dose of "
                                           "100000, or choose a larger data type"):
        small(kind, dose=1e5, dtype=np.uint8)


@pytest.mark.parametrize("seed", range(4))
def test_the_maps_end_at_the_probes_cutoff(seed):
    """The cosine transform of the window adds less than 1e-3 at its edges; at half the cut-off there is much more."""
    simulation = small(scan=(40, 46), seed=seed)
    H = H_from_maps(simulation.maps)
    assert out_of_band(H, (40, 46), simulation.cutoff).max() < 1e-3
    assert out_of_band(H, (40, 46), 0.5 * simulation.cutoff).min() > 3e-3


def test_a_lower_cutoff_gives_smoother_maps():
    fine, coarse = (small(scan=(40, 46), cutoff=cutoff) for cutoff in (0.3, 0.1))
    assert out_of_band(H_from_maps(coarse.maps), (40, 46), 0.1).max() < 5e-3
    assert out_of_band(H_from_maps(fine.maps), (40, 46), 0.1).min() > 5e-3


def test_maps_overlap():
    maps = small(scan=(40, 46)).maps
    assert ((maps > 0.1 * maps.max(axis=(1, 2), keepdims=True)).sum(axis=0) >= 2).mean() > 0.05


def test_crystals_have_friedel_pairs_of_discs_inside_the_detector():
    simulation = small()
    for spots in simulation.spots[1:]:
        opposite = np.column_stack([2 * np.array(simulation.centre) - spots[:, :2], spots[:, 2]])
        distance = np.abs(spots[:, None] - opposite).max(axis=2)
        assert distance.min(axis=1).max() < 1e-9
        assert spots[:, :2].min() >= 0 and (spots[:, :2].max(axis=0) <= np.array(DETECTOR) - 1).all()
        assert spots[:, 2].max() == 1 and spots[:, 2].min() > 0


def test_discs_stand_at_their_places_and_share_the_central_one():
    simulation = small(detector=(64, 70))
    for diffraction, spots in zip(simulation.diffractions, simulation.spots, strict=True):
        assert diffraction[32, 35] == diffraction.max()
        background = azimuthal_median(diffraction)
        for v, u, strength in spots[spots[:, 2] > 0.3] if len(spots) else []:
            at = int(round(v)), int(round(u))
            assert diffraction[at] > 1.5 * np.median(background[background > 0]), strength


def test_discs_are_as_wide_as_asked_for():
    wide = small(detector=(64, 70), disc_radius=5.0)
    assert wide.disc_radius == 5.0
    bright = wide.diffractions[0] > 0.5 * wide.diffractions[0].max()
    assert np.sqrt(bright.sum() / np.pi) == pytest.approx(5.0, abs=0.5)


def test_a_tilt_moves_disc_halo_and_lattice_together():
    straight, tilted = small(), small(centre_shift=(2.0, -3.0))
    assert tilted.centre == (18.0, 16.0)
    assert np.unravel_index(tilted.diffractions[0].argmax(), DETECTOR) == (18, 16)
    assert np.unravel_index(straight.diffractions[0].argmax(), DETECTOR) == (16, 19)
    for spots in tilted.spots[1:]:
        assert np.allclose(spots[:, :2].mean(axis=0), tilted.centre, rtol=0, atol=1e-9)


def test_dead_and_hot_pixels_are_exactly_those_of_the_mask():
    simulation = small(dead_pixels=4, hot_pixels=3)
    X, bad = unfold(simulation.pixels), ~simulation.mask.ravel()
    assert bad.sum() == 7
    dead = ~X.any(axis=1)
    assert dead.sum() == 4 and bad[dead].all()
    hot = X[bad & ~dead]
    assert np.allclose(hot.mean(axis=1), 500, rtol=0.02)  # a twentieth of the dose of 1e4
    expected = expected_counts(simulation)[~bad]
    assert np.abs((X[~bad] - expected) / np.sqrt(expected + 1)).max() < 8  # good pixels hold the truth's counts


def test_a_beam_stop_shades_the_central_disc_and_a_bar_to_the_edge():
    simulation = small(beam_stop=True)
    bad, X = ~simulation.mask, unfold(simulation.pixels)
    assert np.array_equal(bad.ravel(), ~X.any(axis=1))
    v, u = np.indices(DETECTOR)
    assert bad[np.hypot(v - 16, u - 19) < simulation.disc_radius + 1].all()
    assert bad[16:, 19].all()
    assert not bad[:14].any() and bad.mean() < 0.1


def test_faults_come_together():
    simulation = small(beam_stop=True, dead_pixels=4, hot_pixels=3)
    assert np.count_nonzero(~simulation.mask) >= np.count_nonzero(~small(beam_stop=True).mask) + 1
    assert np.count_nonzero(~simulation.mask) <= np.count_nonzero(~small(beam_stop=True).mask) + 7


def test_rotated_copies_are_turned_lattices_of_one_crystal():
    simulation = small(rotated_precipitates, n_crystals=2, n_copies=3)
    centre = np.array(simulation.centre)
    for crystal in (1, 2):
        copies = [k for k, label in enumerate(simulation.labels) if label == crystal]
        first = simulation.spots[copies[0]]
        for k in copies[1:]:
            turn = simulation.angles[k] - simulation.angles[copies[0]]
            v, u = (first[:, :2] - centre).T
            turned = np.column_stack([np.cos(turn) * v - np.sin(turn) * u, np.sin(turn) * v + np.cos(turn) * u])
            assert np.allclose(simulation.spots[k][:, :2], centre + turned, rtol=0, atol=1e-9)
            assert np.array_equal(simulation.spots[k][:, 2], first[:, 2])
    assert not np.allclose(np.sort(simulation.spots[1][:, 2])[-5:], np.sort(simulation.spots[4][:, 2])[-5:])


def test_the_images_of_rotated_copies_are_turned_images():
    """Turned by bilinear interpolation, which blurs discs with an edge of one pixel: hence 0.97 and not 1."""
    simulation = small(rotated_precipitates, detector=(64, 70), n_crystals=1, n_copies=2)
    turn = simulation.angles[2] - simulation.angles[1]
    v, u = (index - at for index, at in zip(np.indices((64, 70)), simulation.centre, strict=True))
    places = [np.cos(turn) * v + np.sin(turn) * u + 32, -np.sin(turn) * v + np.cos(turn) * u + 35]
    turned = map_coordinates(simulation.diffractions[1], places, order=1)
    ring = (np.hypot(v, u) > 5) & (np.hypot(v, u) < 28)
    copies = [one - azimuthal_median(one) for one in (simulation.diffractions[2], turned, simulation.diffractions[1])]
    copy, turned, original = (one[ring] for one in copies)
    cosine = [copy @ other / np.linalg.norm(copy) / np.linalg.norm(other) for other in (turned, original)]
    assert cosine[0] > 0.97
    assert cosine[1] < 0.8


def test_the_matrix_between_precipitates_is_everywhere():
    simulation = small(rotated_precipitates)
    assert np.ptp(simulation.maps[0]) == 0 and simulation.maps[0, 0, 0] > 0


def test_the_steps_of_scan_and_detector_fit_the_probe():
    """2 alpha / lambda ends the maps, and alpha / lambda is the radius of the discs."""
    simulation = small()
    assert simulation.cutoff / simulation.scan_step_nm == pytest.approx(
        cutoff_of_probe(simulation.voltage_kv, simulation.convergence_mrad), rel=1e-9)
    assert 2 * simulation.disc_radius * simulation.detector_step_per_nm == pytest.approx(
        cutoff_of_probe(simulation.voltage_kv, simulation.convergence_mrad), rel=1e-9)


def test_the_wavelength_is_the_textbooks():
    """Williams and Carter, Transmission Electron Microscopy, Table 1.2: relativistic, in pm."""
    for voltage_kv, picometres in ((100, 3.70), (200, 2.51), (300, 1.97)):
        assert 1e3 * electron_wavelength_nm(voltage_kv) == pytest.approx(picometres, abs=0.006)


def test_the_settings_are_kept_with_the_data(kind):
    settings = small(kind, dose=777, seed=3).settings
    assert settings["kind"] == kind.__name__ and settings["dose"] == 777 and settings["seed"] == 3


def test_an_unknown_order_is_refused(kind):
    with pytest.raises(RefusedError, match="axis order 'xyuv' is unknown: choose one of vuyx or yxvu"):
        small(kind, order="xyuv")


@pytest.mark.parametrize("cutoff", [0, 0.6])
def test_a_cutoff_beyond_nyquist_is_refused(kind, cutoff):
    with pytest.raises(RefusedError, match=r"is not between 0 and 0.5 cycles per scan pixel \(Nyquist\)"):
        small(kind, cutoff=cutoff)


@pytest.mark.parametrize("sizes", [{"detector": (4, 9)}, {"scan": (1, 9)}])
def test_sizes_that_are_too_small_are_refused(kind, sizes):
    with pytest.raises(RefusedError, match="are too small to simulate: use at least 5 x 5 and 2 x 2"):
        small(kind, **sizes)


@pytest.mark.parametrize("detector", [(5, 5), (6, 5)])
def test_the_smallest_sizes_allowed_work(kind, detector):
    simulation = small(kind, detector=detector, scan=(2, 3))
    assert np.allclose(simulation.diffractions.sum(axis=(1, 2)), 1)


@pytest.mark.parametrize("settings", [
    {"dose": -1}, {"dose": float("nan")}, {"n_crystals": -1}, {"dead_pixels": 10 ** 6}, {"dead_pixels": -1},
    {"disc_radius": -1.0}, {"centre_shift": (40.0, 0.0)}, {"dtype": bool}, {"dtype": complex},
])
def test_settings_without_a_meaning_are_refused(settings):
    with pytest.raises(RefusedError):
        small(**settings)
