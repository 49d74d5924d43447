"""Example data are what their docstring says, and NMF finds their truth again."""
import numpy as np
import pytest
from scipy.stats import poisson

from offline_reference.numerics import example_data
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.example_data import poisson_counts, simulate, true_diffractions
from offline_reference.numerics.methods import nmf_constrained
from offline_reference.numerics.metrics import map_correlation, match_components, spot_similarity
from offline_reference.numerics.random_start import uniform_random
from offline_reference.numerics.unfold import H_from_maps, W_from_diffractions, unfold
from offline_reference.simulate import electron_wavelength_nm

SMALL = {"scan": (9, 11), "detector": (20, 17)}


def test_both_orders_hold_the_same_counts():
    slow, fast = (simulate(order=order, **SMALL).pixels for order in ("vuyx", "yxvu"))
    assert slow.shape == (20, 17, 9, 11) and slow.dtype == np.uint16
    assert np.array_equal(slow, fast.transpose(2, 3, 0, 1))


def test_same_seed_same_data_and_another_seed_others():
    one, again, other = (simulate(seed=seed, **SMALL) for seed in (4, 4, 5))
    assert np.array_equal(one.pixels, again.pixels)
    assert not np.array_equal(one.maps, other.maps) and not np.array_equal(one.diffractions, other.diffractions)


@pytest.mark.parametrize("n_crystals", [1, 3, 6])
def test_diffractions_sum_to_one_and_the_film_is_evenly_thick(n_crystals):
    data = simulate(n_crystals=n_crystals, dose=700, **SMALL)
    assert data.diffractions.shape == (n_crystals + 1, 20, 17) and data.maps.shape == (n_crystals + 1, 9, 11)
    np.testing.assert_allclose(data.diffractions.sum(axis=(1, 2)), 1, rtol=1e-12)
    np.testing.assert_allclose(data.maps.sum(axis=0), 700, rtol=1e-12)
    assert data.maps[1:].sum(axis=0).max() == pytest.approx(0.95 * 700)
    assert data.diffractions.min() > 0 and data.maps.min() >= 0


def test_counts_scatter_about_the_truth_as_poisson_counts_do():
    data = simulate(seed=1)
    rate = W_from_diffractions(data.diffractions) @ H_from_maps(data.maps)
    deviation = (unfold(data.pixels) - rate) / np.sqrt(rate)
    assert abs(deviation.mean()) < 4 / np.sqrt(rate.size)
    assert abs(deviation.var() - 1) < 0.01
    assert abs(np.mean(deviation[:, 1:] * deviation[:, :-1])) < 4 / np.sqrt(rate.size)  # neighbours know nothing


@pytest.mark.parametrize("rate", [0.0, 0.01, 1.0, 30.0, 480.0])
def test_inversion_gives_the_poisson_quantile(rate):
    """scipy's quantile function is the outside authority; both end where the running sum passes the number."""
    numbers = uniform_random(3000, seed=8)
    expected = poisson.ppf(numbers, rate) if rate else np.zeros(3000)
    assert np.array_equal(poisson_counts(np.full(3000, rate), numbers), expected)


def test_inversion_ends_even_at_the_largest_number_below_one():
    counts = poisson_counts(np.array([[5.0, 200.0]]), np.full((1, 2), np.nextafter(1, 0)))
    assert (counts < 500).all()


def test_maps_hold_nothing_beyond_the_cutoff():
    """A scan so wide that its grains are far from both ends, where cutting would add frequencies."""
    scan = (40, 4000)
    spectrum = np.abs(np.fft.rfft(example_data.true_maps(scan, 1, (0.2, 0.3))[1].sum(axis=0)))
    frequency, limit = np.fft.rfftfreq(4000), example_data.cutoff_of(scan) / np.sqrt(2)  # along one axis
    assert limit < 0.5 / np.sqrt(2)
    assert spectrum[frequency > limit].max() < 1e-5 * spectrum[0]
    assert spectrum[(frequency > 0.6 * limit) & (frequency < 0.7 * limit)].max() > 1e-3 * spectrum[0]


def test_crystals_of_one_lattice_are_turned_copies():
    """Turned by 90 degrees a diffraction on a square detector is the same numbers transposed and mirrored."""
    one, turned = true_diffractions((33, 33), [1, 1], [17.0, 107.0])
    # the centre, 16.5, lies between pixels, so the mirror image of pixel i is 33 - i: row and column 0 have none
    np.testing.assert_allclose(turned[1:, 1:], one[1:, :0:-1].T, rtol=1e-9)


def test_an_angle_turns_the_strongest_disc_from_the_v_axis_towards_the_u_axis():
    pattern = true_diffractions((80, 70), [1], [30.0])[0]
    v, u = np.indices(pattern.shape)
    pattern = np.where(np.hypot(v - 40, u - 35) < 6, 0, pattern)
    strongest = np.unravel_index(pattern.argmax(), pattern.shape)
    offset = np.array(strongest) - (40, 35)
    expected = 0.20 * 70 * np.array([np.cos(np.radians(30)), np.sin(np.radians(30))])
    assert min(np.hypot(*(offset - expected)), np.hypot(*(offset + expected))) < 3  # inside a disc of radius 3.15


def test_lattices_differ_and_labels_say_which():
    data = simulate(n_crystals=4)
    assert data.labels.tolist() == [0, 1, 1, 2, 1]
    assert np.allclose(np.diff(data.angles[1:]), 34)


def test_cutoff_is_never_beyond_nyquist():
    assert simulate(**SMALL).cutoff == example_data.cutoff_of((9, 11)) == 0.5
    assert example_data.cutoff_of((44, 100)) == pytest.approx(2 ** 0.5 / 10)


def test_the_default_data_are_those_that_dm_script_makes():
    """1056020 stands in the agreement test, too: the two sides cannot drift alike."""
    assert simulate().pixels.sum() == 1056020


def test_calibration_is_that_of_a_probe_with_this_cutoff_and_these_discs():
    data, axes = simulate(**SMALL), example_data.calibration(**SMALL)
    radius = 1.5e-3 / electron_wavelength_nm(200.0)  # [1/nm]
    assert data.cutoff / axes["x"][1] == pytest.approx(2 * radius, rel=1e-5)
    assert 0.045 * 17 * axes["u"][1] == pytest.approx(radius, rel=1e-5)
    for axis, centre in (("v", 10), ("u", 8.5)):
        assert axes[axis][0] + centre * axes[axis][1] == pytest.approx(0)
    assert axes["y"] == axes["x"] and axes["x"][0] == 0 and (axes["x"][2], axes["v"][2]) == ("nm", "1/nm")


@pytest.mark.parametrize("seed", range(5))
def test_constrained_nmf_finds_discs_and_maps(seed):
    data = simulate(seed=seed)
    found = nmf_constrained(data.pixels, 4, seed=seed)
    match = match_components(data.diffractions, found.diffractions)
    for k in range(4):
        # measured on 6 seeds: at least 0.9960, 0.9982; the amorphous map 0.977
        assert map_correlation(data.maps[k], found.maps[match[k]]) > (0.995 if k else 0.97)
        assert k == 0 or spot_similarity(data.diffractions[k], found.diffractions[match[k]],
                                         central_radius=data.central_radius) > 0.99
    np.testing.assert_allclose(found.settings["centre"], data.centre, atol=0.05)


@pytest.mark.parametrize("settings, words", [
    ({"scan": (7, 9)}, "scan of 7 x 9"), ({"detector": (9, 8.5)}, "detector of 9 x 8.5"),
    ({"n_crystals": 0}, "0 crystals"), ({"n_crystals": 7}, "7 crystals"), ({"n_crystals": 2.5}, "2.5 crystals"),
    ({"dose": 0}, "dose of 0"), ({"dose": np.nan}, "dose of nan"), ({"seed": -1}, "seed -1"),
    ({"order": "xyuv"}, "order 'xyuv'"), ({"dose": 1e6}, "choose a dose of at most"),
])
def test_settings_that_cannot_be_are_refused(settings, words):
    with pytest.raises(RefusedError, match=words):
        simulate(**{**SMALL, **settings})


def test_the_dose_that_a_refusal_offers_is_accepted():
    with pytest.raises(RefusedError) as refusal:
        simulate(dose=1e6, **SMALL)
    offered = float(str(refusal.value).rsplit(" ", 1)[1].rstrip("."))
    assert simulate(dose=offered, **SMALL).pixels.max() > 300
