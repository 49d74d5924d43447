"""Curves: what they hold, and histories that are short, flat or broken."""
import numpy as np
import pytest

from offline_reference.figures import error_figure, scree_figure, to_png


def test_the_error_curve_holds_every_iteration_and_how_far_it_is_above_the_lowest():
    whole, excess = error_figure([5.0, 4.0, 2.0, 2.5], best_iter=3).axes
    assert whole.lines[0].get_xydata().tolist() == [[1, 5], [2, 4], [3, 2], [4, 2.5]]
    np.testing.assert_allclose(excess.lines[0].get_xydata(), [[1, 150], [2, 100], [4, 25]])
    assert [text.get_text() for text in excess.texts] == ["kept: 3"]


@pytest.mark.parametrize("history", [[], [3.0], [2.0, 2.0, 2.0], [5.0, np.nan, 2.0], [0.0, 0.0], [1.0, np.inf, 0.5],
                                     np.geomspace(1e9, 1, 500), [1 + 1e-12, 1.0]])
def test_any_history_is_drawn(history):
    assert to_png(error_figure(history, best_iter=len(history) or None, pca_floor=0.5)).startswith(b"\x89PNG")


def test_the_scree_plot_shows_percent_and_their_sum():
    each, running = scree_figure([0.5, 0.25, 0.0], n_used=2).axes
    np.testing.assert_allclose(each.lines[0].get_ydata(), [50, 25, np.nan])
    np.testing.assert_allclose(running.lines[0].get_ydata(), [50, 75, 75])
    assert each.lines[1].get_xdata()[0] == 2.5
