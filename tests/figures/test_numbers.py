"""Curves against the number of components, and residuals."""
import numpy as np
import pytest

from offline_reference.figures import numbers_figure, residual_norm, residuals_figure, to_png

from .test_components import U_AXIS, V_AXIS, X_AXIS, Y_AXIS, images, texts

NUMBERS = np.array([1, 2, 3, 5])
ERRORS = {"pca": np.array([4.0, 2.0, 1.5, 1.0]), "als": np.array([4.0, 2.2, 1.8, 1.5]),
          "constrained": np.array([4.4, np.nan, 1.9, 1.9])}
STRENGTHS = np.array([900.0, 30.0, 12.0, 1.02, 0.99, 0.95])


def titled(figure, letter):
    return next(axes for axes in figure.axes if axes.get_title(loc="left").startswith(letter))


def values(axes, place=0):
    """x and y of the lines that hold points."""
    return [line.get_xydata().T for line in axes.lines if len(line.get_xdata()) > 2][place]


def test_errors_and_their_excess_over_pca_are_drawn():
    figure = numbers_figure(NUMBERS, ERRORS, STRENGTHS, 3)
    for place, errors in enumerate(ERRORS.values()):
        x, y = values(titled(figure, "a"), place)
        assert np.array_equal(x, NUMBERS) and np.array_equal(y, errors, equal_nan=True)
    x, y = values(titled(figure, "b"), 0)
    assert np.allclose(y, [0, 10, 20, 50])
    assert np.allclose(values(titled(figure, "b"), 1)[1], [10, np.nan, 26.6667, 90], equal_nan=True)


def test_the_suggested_number_is_marked_everywhere_and_its_components_are_counted():
    figure = numbers_figure(NUMBERS, ERRORS, STRENGTHS, 3)
    for letter in "abdef":
        assert [3, 3] in [list(line.get_xdata()) for line in titled(figure, letter).lines]
    scree = titled(figure, "c")
    counted = [len(line.get_xdata()) for line in scree.lines if line.get_linestyle() == "None"]
    assert counted == [3, 3] and scree.get_yscale() == "log"


def test_without_a_suggestion_nothing_is_marked():
    figure = numbers_figure(NUMBERS, ERRORS, STRENGTHS)
    assert all(len(set(line.get_xdata())) > 1 for letter in "ab" for line in titled(figure, letter).lines)


def test_what_was_not_made_says_so():
    figure = numbers_figure(NUMBERS, ERRORS, STRENGTHS)
    assert [text.get_text() for letter in "def" for text in titled(figure, letter).texts] == ["not made"] * 3
    figure = numbers_figure(NUMBERS, ERRORS, STRENGTHS, 3, {"mean component": np.ones(4)},
                            {"dark peaks": {"als": np.full(4, 0.02)}, "out of band": {"als": np.full(4, 0.5)}})
    assert not any(titled(figure, letter).texts for letter in "def")
    assert np.allclose(values(titled(figure, "e"))[1], 2) and np.allclose(values(titled(figure, "f"))[1], 50)


@pytest.mark.parametrize("image, factor", [(np.ones((4, 5)), 1.5), (np.full((4, 5), 0.25), 4.0),
                                           (np.array([[0.0, np.nan, 1.0]]), 1.5)])
def test_residuals_are_shown_on_a_scale_symmetric_about_one(image, factor):
    norm = residual_norm(image)
    assert norm.vmin == pytest.approx(1 / factor) and norm.vmax == pytest.approx(factor)
    assert float(norm(1.0)) == pytest.approx(0.5)


def test_residuals_stand_side_by_side():
    random = np.random.default_rng(0)
    figure = residuals_figure(random.random((25, 36)) + 0.5, random.random((28, 40)) + 0.5, (V_AXIS, U_AXIS),
                              (Y_AXIS, X_AXIS), title="What 3 components leave over")
    assert len(images(figure)) == 2 and {"on the detector", "on the scan"} <= set(texts(figure))
    assert to_png(figure).startswith(b"\x89PNG")
