"""Tags: types, paths, lists, copies."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.tags import INTEGER_RANGES, TagGroup, steps_of


@pytest.fixture
def tags():
    group = TagGroup()
    group.set("Microscope Info:Voltage", "double", 300e3)
    group.set("Microscope Info:Name", "string", "TEM")
    group.set("Signals[0]:Label", "string", "HAADF")
    group.set("Signals[1]:Label", "string", "BF")
    return group


def test_setters_make_the_groups_and_lists_on_the_way(tags):
    assert tags.to_plain() == {
        "Microscope Info": {"Voltage": 300e3, "Name": "TEM"},
        "Signals": [{"Label": "HAADF"}, {"Label": "BF"}],
    }
    assert tags.group("Signals").is_list


def test_a_float_tag_has_32_bits():
    tags = TagGroup()
    tags.set("x", "float", -823.83)
    assert tags.get_as("x", "float") == (True, -823.8300170898438)
    assert tags.get_as("x", "string") == (True, "-823.83002")


@pytest.mark.parametrize("kind", INTEGER_RANGES)
def test_integers_keep_their_range(kind):
    low, high = INTEGER_RANGES[kind]
    tags = TagGroup()
    for value in (low, high):
        tags.set("x", kind, value)
        assert tags.get_as("x", kind) == (True, value)
    with pytest.raises(DMError, match=f"does not fit into a {kind} tag"):
        tags.set("x", kind, high + 1)


@pytest.mark.parametrize(
    "kind, missing",
    [("long", 0), ("double", 0), ("string", ""), ("boolean", False), ("float complex", 0j), ("long point", (0, 0))],
)
def test_a_missing_tag_gives_false_and_a_default(tags, kind, missing):
    assert tags.get_as("Nowhere:to be seen", kind) == (False, missing)


def test_a_missing_group_gives_false_and_an_empty_group(tags):
    ok, group = tags.get_as("Nowhere", "group")
    assert not ok and len(group) == 0


@pytest.mark.parametrize(
    "kind, value, asked, answer",
    [
        ("long", 3, "double", 3.0),
        ("double", 3.7, "long", 3),
        ("double", 3.5, "string", "3.5"),
        ("long", -12, "string", "-12"),
        ("boolean", True, "string", "true"),
        ("boolean", True, "long", 1),
        ("double", 2.0, "double complex", 2 + 0j),
        ("long point", (1, 2), "float point", (1, 2)),
        ("long rect", (1, 2, 3, 4), "string", "1, 2, 3, 4"),
    ],
)
def test_getters_convert_between_kinds(kind, value, asked, answer):
    tags = TagGroup()
    tags.set("x", kind, value)
    assert tags.get_as("x", asked) == (True, answer)


@pytest.mark.parametrize(
    "kind, value, asked",
    [
        ("string", "3", "long"),
        ("double", 1e20, "long"),
        ("long", 1, "group"),
        ("array", np.array([0xD800], np.uint16), "string"),
    ],
)
def test_what_cannot_be_converted_is_not_there(kind, value, asked):
    tags = TagGroup()
    tags.set("x", kind, value)
    assert not tags.get_as("x", asked)[0]


def test_a_path_has_steps():
    assert steps_of("A b:C[0][12]:D") == ["A b", "C", 0, 12, "D"]
    assert steps_of("[3]") == [3]


@pytest.mark.parametrize("path", ["", "A::B", "A:", "A]", "A[x]", "A[1]B"])
def test_a_path_that_is_none_is_refused(path):
    with pytest.raises(DMError, match="is no tag path"):
        TagGroup().set(path, "long", 1)


def test_a_list_has_no_labels_and_no_gaps(tags):
    with pytest.raises(DMError, match="has numbers, no labels"):
        tags.set("Signals:Label", "long", 1)
    with pytest.raises(DMError, match="no tag number 5: this tag list has 2"):
        tags.set("Signals[5]", "long", 1)


def test_lists_take_tags_anywhere():
    tags = TagGroup(is_list=True)
    tags.append("long", 1)
    tags.insert(0, "long", 0)
    tags.insert(float("inf"), "long", 2)
    tags.set_indexed(1, "string", "one")
    assert tags.to_plain() == [0, "one", 2]
    assert tags.delete_indexed(0) and not tags.delete_indexed(7)
    assert tags.to_plain() == ["one", 2]


def test_only_lists_take_tags_without_a_label(tags):
    with pytest.raises(DMError, match="Tags without a label go into a tag list"):
        tags.append("long", 1)


def test_getters_hand_out_the_very_group_and_clones_do_not(tags):
    tags.get_as("Microscope Info", "group")[1].set("Voltage", "double", 80e3)
    twin = tags.clone()
    twin.set("Microscope Info:Voltage", "double", 1.0)
    assert tags.get_as("Microscope Info:Voltage", "double") == (True, 80e3)


def test_copying_replaces_and_merging_keeps(tags):
    other = TagGroup.from_plain({"Microscope Info": {"Name": "STEM"}, "New": 1})
    merged, copied = tags.clone(), tags.clone()
    merged.merge_from(other)
    copied.copy_from(other)
    assert merged.to_plain()["Microscope Info"] == {"Voltage": 300e3, "Name": "STEM"}
    assert copied == other


def test_a_group_cannot_hold_itself(tags):
    with pytest.raises(DMError, match="cannot hold itself"):
        tags.set("Loop", "group", tags)
    with pytest.raises(DMError, match="cannot hold itself"):
        tags.group("Microscope Info").set("Loop", "group", tags)


def test_deleting_says_whether_there_was_something(tags):
    assert tags.delete("Signals[0]") and tags.get_as("Signals[0]:Label", "string") == (True, "BF")
    assert not tags.delete("Signals[9]") and not tags.delete("No:where")


def test_arrays_are_copies():
    tags, array = TagGroup(), np.arange(6).reshape(2, 3)
    tags.set("x", "array", array)
    array[...] = 0
    assert tags.get_as("x", "array")[1].tolist() == [[0, 1, 2], [3, 4, 5]]


labels = st.text(st.characters(codec="ascii", exclude_characters=":[]"), min_size=1, max_size=8)
leaves = st.one_of(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.booleans(), st.text(max_size=5))
branches = lambda tree: st.one_of(st.dictionaries(labels, tree, max_size=3), st.lists(tree, max_size=3))  # noqa: E731
trees = st.recursive(leaves, branches, max_leaves=9)


@given(st.dictionaries(labels, trees, max_size=4))
def test_plain_trees_come_back_and_every_path_leads_to_its_value(tree):
    tags = TagGroup.from_plain(tree)
    assert tags.to_plain() == tree
    for path, value in paths(tree):
        assert tags.find(path).value == value


def paths(tree, before=""):
    """Each path of a tree with the leaf at its end."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for step, value in items:
        path = f"{before}[{step}]" if isinstance(tree, list) else f"{before}:{step}".lstrip(":")
        if isinstance(value, dict | list):
            yield from paths(value, path)
        else:
            yield path, value
