"""Dots of many datasets, and curves with their spread."""
import numpy as np

from offline_reference.figures import signed_comparison_figure, spread_figure, strips_figure


def test_a_dot_for_each_dataset_and_a_line_at_the_median():
    figure = strips_figure({"holes": {"one": [0.1, 0.2, 0.6], "two": [0.3, 0.3, 0.4]}, "other": {"one": [1.0]}},
                           {"holes": 0.25})
    holes, other = figure.axes
    assert [text.get_text() for text in holes.get_yticklabels()] == ["one", "two"]
    dots, median = holes.lines[:2]
    assert dots.get_xdata().tolist() == [0.1, 0.2, 0.6]
    assert len(set(dots.get_ydata())) == 3  # equal values lie beside one another
    assert list(median.get_xdata()) == [0.2, 0.2]
    assert list(holes.lines[-1].get_xdata()) == [0.25, 0.25]
    assert len(other.lines) == 2  # no limit is drawn where none was given


def test_the_first_method_is_at_the_top():
    axes = strips_figure({"holes": {"one": [0.1], "two": [0.2]}}).axes[0]
    bottom, top = axes.get_ylim()
    assert bottom > top


def test_curves_show_median_and_spread():
    values = np.array([[1.0, 2.0, 30.0], [2.0, 4.0, 40.0], [9.0, 5.0, 50.0]])
    axes = spread_figure([2, 3, 4], {"ALS": values}, "n_k", "error", marked=3, log=True).axes[0]
    assert axes.lines[0].get_ydata().tolist() == [2, 4, 40]
    band = axes.collections[0].get_paths()[0].vertices
    assert band[:, 1].min() == 1 and band[:, 1].max() == 50
    assert axes.get_yscale() == "log"


def test_rounding_does_not_squeeze_a_logarithmic_curve():
    axes = spread_figure([2, 3], {"ALS": [[1e-14, 5.0]]}, "n_k", "above PCA", log=True).axes[0]
    low, high = axes.get_ylim()
    assert high / low < 1e7


def test_signed_methods_lie_below_one_another():
    random = np.random.default_rng(0)
    stack = random.normal(size=(3, 5, 6)), random.normal(size=(3, 7, 8))
    figure = signed_comparison_figure([("PCA", *stack), ("varimax", *stack)])
    images = [axes for axes in figure.axes if axes.get_gid() == "image"]
    assert len(images) == 12
    assert [axes.images[0].get_array().shape for axes in images[:6]] == [(5, 6)] * 3 + [(7, 8)] * 3
    for axes in images:
        norm = axes.images[0].norm
        assert norm.vmin == -norm.vmax
