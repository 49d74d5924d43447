"""Sheets of components: right shapes, right scale bars, any number of components, nothing overlaps."""
from types import SimpleNamespace

import matplotlib
import numpy as np
import pytest

from offline_reference.figures import comparison_figure, components_figure, signed_figure, to_png
from offline_reference.numerics.errors import RefusedError

V_AXIS, U_AXIS = SimpleNamespace(scale=0.25, units="1/nm"), SimpleNamespace(scale=0.25, units="1/nm")
Y_AXIS, X_AXIS = SimpleNamespace(scale=0.8, units="nm"), SimpleNamespace(scale=0.4, units="nm")


def components(n_k, detector=(25, 36), scan=(28, 40), seed=0):
    random = np.random.default_rng(seed)
    diffractions = random.random((n_k, *detector)) + 0.1
    return diffractions / diffractions.sum((1, 2), keepdims=True), random.random((n_k, *scan)) * 1000


def images(figure):
    return [axes for axes in figure.axes if axes.get_gid() == "image"]


def bars(figure):
    return [artist for artist in figure.artists if artist.get_gid() == "scale bar"]


def box(figure, artist):
    """x, y, width, height. [inch]"""
    if hasattr(artist, "get_position"):
        place = artist.get_position()
        x, y, width, height = place.x0, place.y0, place.width, place.height
    else:
        (x, y), width, height = artist.get_xy(), artist.get_width(), artist.get_height()
    across, up = figure.get_size_inches()
    return x * across, y * up, width * across, height * up


def texts(figure):
    return [text.get_text() for text in figure.texts]


def test_each_scale_bar_measures_what_its_label_says():
    figure = components_figure(*components(3), (V_AXIS, U_AXIS), (Y_AXIS, X_AXIS))
    labels = [text for text in texts(figure) if text.endswith(("nm", "nm⁻¹"))]
    assert len(bars(figure)) == len(images(figure)) == len(labels) == 6
    for axes, bar, label in zip(images(figure), bars(figure), labels):
        n_pixels = axes.images[0].get_array().shape[1]
        step = 0.25 if n_pixels == 36 else 0.4
        length = box(figure, bar)[2] / box(figure, axes)[2] * n_pixels * step
        assert length == pytest.approx(float(label.split()[0]), rel=1e-6)
        assert label.endswith("nm⁻¹" if n_pixels == 36 else "nm")


def test_images_are_drawn_in_the_shape_of_detector_and_specimen():
    figure = components_figure(*components(2), (V_AXIS, U_AXIS), (Y_AXIS, X_AXIS))
    for axes in images(figure):
        _, _, width, height = box(figure, axes)
        is_map = axes.images[0].get_array().shape == (28, 40)
        assert height / width == pytest.approx(2 * 28 / 40 if is_map else 25 / 36)  # scan steps are 0.8 and 0.4 nm


@pytest.mark.parametrize("n_k", [1, 2, 4, 7, 10, 30])
@pytest.mark.parametrize("detector, scan", [((6, 5), (8, 7)), ((5, 60), (90, 4))])
def test_any_number_of_components_is_drawn_without_overlap_and_inside_the_sheet(n_k, detector, scan):
    figure = components_figure(*components(n_k, detector, scan), stretch="linear")
    boxes = [box(figure, axes) for axes in figure.axes]  # images and colour bars
    assert len(images(figure)) == 2 * n_k
    across, up = figure.get_size_inches()
    for i, (x, y, width, height) in enumerate(boxes):
        assert x >= 0 and y >= 0 and x + width <= across and y + height <= up
        for x2, y2, width2, height2 in boxes[:i]:
            assert x >= x2 + width2 or x2 >= x + width or y >= y2 + height2 or y2 >= y + height


def test_components_carry_their_number_and_share_of_the_counts():
    diffractions, maps = components(2)
    maps[0] *= 3 * maps[1].sum() / maps[0].sum()
    assert {"1", "75.0 %", "2", "25.0 %"} <= set(texts(components_figure(diffractions, maps)))


def test_same_limits_make_components_comparable_and_own_limits_do_not():
    diffractions, maps = components(2)
    maps[1] *= 0.1
    own, shared = (components_figure(diffractions, maps, same_limits=same) for same in (False, True))
    tops = [[axes.images[0].norm.vmax for axes in images(figure)][2:] for figure in (own, shared)]
    assert tops[0][0] == pytest.approx(10 * tops[0][1], rel=0.1) and tops[1][0] == tops[1][1]


def test_a_title_is_shown_as_it_is_even_where_matplotlib_would_read_mathematics():
    title = r"cost $\frac of a_b $ 100%"
    figure = components_figure(*components(1), title=title)
    assert title in texts(figure) and to_png(figure).startswith(b"\x89PNG")


def test_pictures_do_not_depend_on_the_readers_matplotlib_settings_and_leave_them_alone():
    stacks = components(2, (6, 5), (8, 7))
    ours = to_png(components_figure(*stacks))
    with matplotlib.rc_context({"font.size": 20, "font.family": "monospace", "text.usetex": True}):
        before = dict(matplotlib.rcParams)
        theirs = to_png(components_figure(*stacks))
        assert dict(matplotlib.rcParams) == before
    assert ours == theirs


def test_no_figure_stays_behind_in_pyplot():
    import matplotlib.pyplot as plt

    to_png(components_figure(*components(2)))
    assert plt.get_fignums() == []


def test_stacks_that_are_no_pairs_are_refused():
    diffractions, maps = components(3)
    with pytest.raises(RefusedError, match=r"\(3, 25, 36\).*\(2, 28, 40\) are not pairs"):
        components_figure(diffractions, maps[:2])


def test_signed_components_are_white_at_zero():
    diffractions, maps = components(2)
    figure = signed_figure(diffractions - diffractions.mean(), maps - 500, shares=[0.5, 0.25])
    for axes in images(figure):
        image = axes.images[0]
        red, green, blue, _ = image.get_cmap()(image.norm(0.0))
        assert min(red, green, blue) > 0.95
    assert {"50 %", "25 %"} <= set(texts(figure))


@pytest.mark.parametrize("n_k", [2, 6])
def test_a_comparison_keeps_a_component_in_its_column_and_on_one_scale(n_k):
    diffractions, maps = components(n_k)
    fewer = [None, *diffractions[1:]], [None, *(3 * maps[1:])]
    figure = comparison_figure([("all", diffractions, maps), ("one less", *fewer)])
    assert len(images(figure)) == 2 * (2 * n_k - 1)
    second = [
        axes for axes in images(figure)
        if any(np.array_equal(axes.images[0].get_array(), drawn) for drawn in (maps[1], 3 * maps[1]))
    ]
    assert len(second) == 2
    assert len({axes.get_position().x0 for axes in second}) == len({axes.images[0].norm.vmax for axes in second}) == 1
    assert texts(figure).count("all") in (1, 2) and texts(figure).count("one less") == texts(figure).count("all")
