"""The drawn dendrogram: joints at their distances, leaves in order with readable numbers, the cut, odd trees."""
import numpy as np
import pytest

from offline_reference.numerics import dendrogram
from offline_reference.numerics.dendrogram import BETWEEN_CLUSTERS, INK, PAPER, draw_dendrogram
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.lettering import GLYPHS
from offline_reference.numerics.linkage import average_linkage

# Leaves 0 and 2 join at 0.25, leaf 1 joins them at 0.75 (3 + k is what row k made).
THREE = np.array([[0, 2, 0.25, 2], [1, 3, 0.75, 3]])


def rows_of_leaves(drawn):
    """Row of each leaf's branch, top to bottom."""
    first = dendrogram.MARGIN + dendrogram.ROW * 0.5
    return [int(first + dendrogram.ROW * k) for k in range(len(drawn.order))]


def end_of_branch(drawn, row):
    """Distance up to which a row is drawn without a gap, from distance 0 on."""
    start = int(round(-drawn.distance_at_first_column / drawn.distance_per_column))
    empty = np.flatnonzero(drawn.pixels[row, start:] >= dendrogram.GRID)
    return (start + empty[0] - dendrogram.DOT) * drawn.distance_per_column + drawn.distance_at_first_column


def test_joints_stand_at_their_distance():
    drawn = draw_dendrogram(THREE)
    assert drawn.order.tolist() == [1, 0, 2]
    ends = [end_of_branch(drawn, row) for row in rows_of_leaves(drawn)]
    np.testing.assert_allclose(ends, [0.75, 0.25, 0.25], atol=1.01 * drawn.distance_per_column)  # one column


def test_a_joint_is_drawn_across_both_children_and_in_the_middle_goes_on():
    drawn = draw_dendrogram(THREE)
    rows = rows_of_leaves(drawn)
    column = int(round((0.25 - drawn.distance_at_first_column) / drawn.distance_per_column))
    assert (drawn.pixels[rows[1]:rows[2], column] == INK).all()
    assert drawn.pixels[rows[0] + 4, column] != INK
    assert drawn.pixels[(rows[1] + rows[2]) // 2 + 1, column + 20] == INK


def test_what_lies_beyond_the_cut_is_grey():
    drawn = draw_dendrogram(THREE, cut=0.5)
    row = rows_of_leaves(drawn)[0]
    before, beyond = (int(round((d - drawn.distance_at_first_column) / drawn.distance_per_column)) for d in (0.4, 0.6))
    assert drawn.pixels[row, before] == INK and drawn.pixels[row, beyond] == BETWEEN_CLUSTERS
    assert BETWEEN_CLUSTERS not in draw_dendrogram(THREE).pixels
    dashes = drawn.pixels[:row, int(round((0.5 - drawn.distance_at_first_column) / drawn.distance_per_column))]
    assert INK in dashes and PAPER in dashes


def test_a_branch_beyond_the_cut_begins_at_its_joint_and_is_grey_as_the_joint_is():
    Z = np.array([[2, 3, 0.1, 2], [0, 1, 0.5, 2], [4, 5, 0.9, 4]])
    drawn = draw_dendrogram(Z, cut=0.3)
    rows = rows_of_leaves(drawn)

    def column(distance):
        return int(round((distance - drawn.distance_at_first_column) / drawn.distance_per_column))

    place = drawn.order.tolist().index(0)  # leaves 0 and 1 stand side by side and join beyond the cut
    middle = (rows[place] + rows[place + 1]) // 2
    assert drawn.pixels[middle + 1, column(0.45)] == PAPER
    assert drawn.pixels[middle + 1, column(0.7)] == BETWEEN_CLUSTERS
    assert drawn.pixels[middle - 3, column(0.5)] == BETWEEN_CLUSTERS


def read_number(drawn, row):
    """The digits beside a leaf, read back by comparing each place with every glyph."""
    left, step, dot = dendrogram.MARGIN // 2, dendrogram.GLYPH_STEP, dendrogram.DOT
    top = row - dendrogram.GLYPH_HEIGHT // 2
    right = int(round(-drawn.distance_at_first_column / drawn.distance_per_column)) - dendrogram.MARGIN // 2
    text = ""
    while right - step >= left:
        right -= step
        part = (drawn.pixels[top:top + 7 * dot:dot, right:right + 5 * dot:dot] == INK).astype(int)
        lines = " ".join("".join(map(str, line)) for line in part)
        text = next((digit for digit, glyph in GLYPHS.items() if glyph == lines), "") + text
    return text.strip()


def test_leaf_numbers_can_be_read_and_follow_the_order():
    generator = np.random.default_rng(5)
    points = generator.random((31, 2))
    Z = average_linkage(np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)))
    drawn = draw_dendrogram(Z, cut=0.3)
    read = [read_number(drawn, row) for row in rows_of_leaves(drawn)]
    assert read == [str(k + 1) for k in drawn.order]


def test_given_numbers_stand_beside_their_leaves():
    drawn = draw_dendrogram(THREE, numbers=[7, 10, 208])
    assert [read_number(drawn, row) for row in rows_of_leaves(drawn)] == ["10", "7", "208"]
    with pytest.raises(RefusedError, match="2 numbers for the 3 leaves"):
        draw_dendrogram(THREE, numbers=[1, 2])


@pytest.mark.parametrize("distance", [0.0, 1e-9, 2.0, 4000.0])
def test_trees_of_any_height_can_be_drawn(distance):
    drawn = draw_dendrogram(np.array([[0, 1, distance, 2]]))
    assert drawn.pixels.dtype == np.uint8 and INK in drawn.pixels
    assert drawn.pixels[:, -1].min() == drawn.pixels[-1].min() == PAPER  # nothing runs out of the picture
    end = end_of_branch(drawn, rows_of_leaves(drawn)[0])
    assert end == pytest.approx(distance, abs=1.01 * drawn.distance_per_column)


def test_the_axis_has_round_numbers():
    texts = []
    original = dendrogram._write
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dendrogram, "_write", lambda pixels, text, *place, **more: (
            texts.append(text), original(pixels, text, *place, **more)))
        draw_dendrogram(np.array([[0, 1, 0.9, 2]]))
    assert texts == ["0.0", "0.2", "0.4", "0.6", "0.8", "1", "2"]
