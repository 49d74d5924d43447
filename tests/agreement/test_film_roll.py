"""Command film_roll.s and FilmRoll of functions/results.s, against a film laid out in NumPy."""
import numpy as np
import pytest

from offline_reference.virtual_dm.displays import SCALE_BAR
from offline_reference.virtual_dm.images import Calibration, Image
from offline_reference.virtual_dm.switches import one_at_a_time
from tests.agreement import commands

N_K = 3


def stacks(n_k=N_K):
    random = np.random.RandomState(0)
    diffractions = Image(random.rand(n_k, 5, 6).astype(np.float32), "Diffractions")
    maps = Image(random.rand(n_k, 9, 4).astype(np.float32) * 100, "Maps")
    for d in range(2):
        diffractions.calibrations[d] = Calibration(2.0, 0.1, "1/nm")
        maps.calibrations[d] = Calibration(0.0, 0.5, "nm")
    return diffractions, maps


def row_of(planes, cell):
    """Planes from 0 to 1 (at most 5 standard deviations above the mean), their nearest pixels in square cells."""
    row = np.ones((cell, len(planes) * (cell + 1) - 1))
    for k, plane in enumerate(planes):
        white = min(plane.max(), plane.mean() + 5 * plane.std())
        plane = np.clip((plane - plane.min()) / max(white - plane.min(), 1e-30), 0, 1)
        height, width = (max(1, int(size * cell / max(plane.shape) + 0.5)) for size in plane.shape)
        ys = ((np.arange(height) + 0.5) * plane.shape[0] / height).astype(int)
        xs = ((np.arange(width) + 0.5) * plane.shape[1] / width).astype(int)
        place = row[:, k * (cell + 1) : k * (cell + 1) + cell]
        place[:] = 0
        top, left = (cell - height) // 2, (cell - width) // 2
        place[top : top + height, left : left + width] = plane[np.ix_(ys, xs)]
    return row


def film_of(upper, lower=None):
    cell = max(max(image.pixels.shape[-2:]) for image in (upper, lower) if image is not None)
    rows = [row_of(upper.pixels, cell)]
    if lower is not None:
        rows += [np.ones((1, rows[0].shape[1])), row_of(lower.pixels, cell)]
    return np.vstack(rows)


def run(*images, answer="default", **options):
    workspace = commands.run("film_roll.s", *images, answers=[answer], **options)
    [film] = commands.new_images(workspace, *images)
    return film


@pytest.mark.parametrize("switches", list(one_at_a_time("script")), ids=repr)
def test_diffractions_stand_over_their_maps(switches):
    diffractions, maps = stacks()
    film = run(diffractions, maps, switches=switches)
    assert np.allclose(film.pixels, film_of(diffractions, maps), atol=1e-6)
    note = film.tags.to_plain()["Processing"][-1]
    assert (note["Upper row"], note["Lower row"], note["Pixels of a cell"]) == ("Diffractions", "Maps", 9)


def test_diffractions_come_first_also_where_the_maps_are_in_front():
    diffractions, maps = stacks()
    assert np.allclose(run(maps, diffractions).pixels, film_of(diffractions, maps), atol=1e-6)


def test_the_other_order_can_be_chosen():
    diffractions, maps = stacks()
    film = run(diffractions, maps, answer="rows=Maps over Diffractions")
    assert np.allclose(film.pixels, film_of(maps, diffractions), atol=1e-6)


def test_a_stack_alone_makes_a_calibrated_row():
    diffractions, maps = stacks()
    film = run(maps, diffractions, answer="rows=Maps alone")
    assert np.allclose(film.pixels, film_of(maps), atol=1e-6)
    assert [(c.scale, c.units) for c in film.calibrations] == [(0.5, "nm")] * 2


def test_a_film_of_two_kinds_of_pixels_has_no_calibration():
    diffractions, maps = stacks()
    assert [(c.scale, c.units) for c in run(diffractions, maps).calibrations] == [(1.0, "")] * 2


def test_two_rows_of_the_same_calibration_keep_it():
    diffractions, _ = stacks()
    filled = Image(diffractions.pixels + 1, "Filled")
    filled.calibrations = diffractions.calibrations
    film = run(diffractions, filled)
    assert [(round(c.scale, 12), c.units) for c in film.calibrations] == [(0.1, "1/nm")] * 2


def test_stacks_of_other_lengths_are_not_offered():
    diffractions, _ = stacks()
    other = stacks(N_K + 1)[1]
    workspace = commands.run("film_roll.s", diffractions, other, answers=["rows=1"])
    film = commands.new_images(workspace, diffractions, other)[0]
    assert np.allclose(film.pixels, film_of(diffractions), atol=1e-6)


def test_a_constant_plane_is_black_and_no_division_by_zero():
    diffractions, _ = stacks()
    diffractions.pixels[1] = 7
    film = run(diffractions)
    assert np.isfinite(film.pixels).all()
    assert np.allclose(film.pixels, film_of(diffractions), atol=1e-6)


def test_a_central_disc_does_not_hide_the_spots():
    """A bright pixel in 400 lies 20 standard deviations above the mean, so white is a quarter of it."""
    diffraction = Image(np.zeros((20, 20), np.float32), "Diffraction")
    diffraction.pixels[10, 10], diffraction.pixels[3, 4] = 1000, 100
    film = run(diffraction)
    assert film.pixels[10, 10] == 1 and 0.35 < film.pixels[3, 4] < 0.45


def test_the_contrast_shows_all_of_the_film():
    diffractions, maps = stacks()
    film = run(diffractions, maps)
    assert film.displays[0].contrast_limits == (0.0, 1.0)


def test_a_cancelled_dialog_leaves_nothing():
    commands.cancelled("film_roll.s", *stacks(), answers=["cancel"])


def test_refusals():
    diffractions, maps = stacks()
    assert "has 4 dimensions (8 x 7 x 6 x 5)" in commands.error_of("film_roll.s", commands.scan_4d(), maps)
    assert "is complex" in commands.error_of("film_roll.s", Image(np.ones((2, 3, 4), np.complex64), "FFT"))
    assert "more than the 200" in commands.error_of("film_roll.s", Image(np.zeros((201, 2, 2), np.float32), "series"))
    assert "no image is open" in commands.error_of("film_roll.s")


def test_a_calibrated_film_has_a_scale_bar_an_uncalibrated_one_has_none():
    diffractions, maps = stacks()
    alone, both = run(maps, diffractions, answer="rows=Maps alone"), run(diffractions, maps)
    assert len(alone.displays[0].children_of_type(SCALE_BAR)) == 1
    assert both.displays[0].children_of_type(SCALE_BAR) == []
