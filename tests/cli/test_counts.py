"""Which detector pixels are silent: dead or shaded, and not merely where nothing arrives."""
import numpy as np

from offline_reference import files
from offline_reference.cli import counts
from offline_reference.simulate import crystals_in_amorphous


def silent(simulation):
    axes = dict.fromkeys("vuyx")
    dataset = files.Dataset(simulation.pixels, simulation.order, "", axes, "")
    return counts.silent_pixels(files.describe(dataset))


def test_a_sound_detector_has_none_even_where_hardly_anything_arrives():
    simulation = crystals_in_amorphous(scan=(6, 7), detector=(40, 44), n_crystals=1, dose=50, seed=2)
    assert (files.describe(files.Dataset(simulation.pixels, "vuyx", "", {}, "")).dead).any()  # corners
    assert not silent(simulation).any()


def test_dead_pixels_are_silent_where_others_count():
    simulation = crystals_in_amorphous(scan=(10, 12), detector=(40, 44), dead_pixels=30, seed=1)
    found = silent(simulation)
    assert not (found & simulation.mask).any()  # nothing sound is given up
    v, u = np.indices(found.shape)
    inside = np.hypot(v - 20, u - 22) < 18
    assert np.array_equal(found[inside], ~simulation.mask[inside])


def test_the_shade_of_a_beam_stop_is_silent_though_it_covers_whole_rings():
    simulation = crystals_in_amorphous(scan=(10, 12), detector=(40, 44), beam_stop=True, seed=1)
    found = silent(simulation)
    assert found[20, 22]
    assert np.array_equal(found[12:36], ~simulation.mask[12:36])


def test_both_axis_orders_find_the_same():
    first, second = (crystals_in_amorphous(scan=(6, 7), detector=(30, 34), dead_pixels=9, order=order)
                     for order in ("vuyx", "yxvu"))
    assert np.array_equal(silent(first), silent(second)) and silent(first).any()


def test_a_direct_beam_as_small_as_a_pixel_is_not_hot():
    simulation = crystals_in_amorphous(scan=(6, 7), detector=(14, 16), n_crystals=1, seed=3)  # discs of 0.6 pixel
    contents = files.describe(files.Dataset(simulation.pixels, "vuyx", "", {}, ""))
    assert contents.hot[7, 8] and not counts.hot_pixels(contents)[7, 8]
    simulation.pixels[2, 3] = 9000
    contents = files.describe(files.Dataset(simulation.pixels, "vuyx", "", {}, ""))
    assert counts.hot_pixels(contents)[2, 3]
