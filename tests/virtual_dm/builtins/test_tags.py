"""Tag groups, tag lists and notes from DM-script."""

import numpy as np
import pytest

from offline_reference.virtual_dm.images import Image
from tests.virtual_dm.builtins.scripts import error_of, ramp, run, text_of, value_of

GROUP = "TagGroup tg = NewTagGroup()\nnumber v, ok\nstring s\n"
LIST = "TagGroup tl = NewTagList()\nnumber v, ok\nstring s\n"


@pytest.mark.parametrize(
    "kind, given, kept",
    [
        ("Number", -823.83, -823.83),
        ("Double", -823.83, -823.83),
        ("Float", -823.83, float(np.float32(-823.83))),  # 32 bits
        ("Long", -3, -3),
        ("Short", -3, -3),
        ("UInt16", 65535, 65535),
        ("UInt32", 4e9, 4e9),
        ("Boolean", 1, 1),
    ],
)
def test_each_kind_of_number_comes_back_as_it_is_kept(kind, given, kept):
    code = GROUP + f'tg.TagGroupSetTagAs{kind}("a:b", {given})\nok = tg.TagGroupGetTagAs{kind}("a:b", v)\nexit(ok * v)'
    assert run(code).exit_value == kept


def test_a_missing_tag_gives_zero_and_leaves_the_variable_alone():
    assert run(GROUP + 'v = 7\nok = tg.TagGroupGetTagAsNumber("x", v)\nexit(v + 100 * ok)').exit_value == 7


def test_strings_and_numbers_as_strings():
    code = GROUP + 'tg.TagGroupSetTagAsString("a", "gold")\ntg.TagGroupSetTagAsLong("n", 12)\n'
    assert text_of("s", before=code + 'tg.TagGroupGetTagAsString("a", s)') == "gold"
    assert text_of("s", before=code + 'tg.TagGroupGetTagAsString("n", s)') == "12"


def test_complex_numbers_rectangles_points_and_colours():
    code = (
        GROUP + 'tg.TagGroupSetTagAsNumber("z", complex(2, -3))\ncomplexnumber z\ntg.TagGroupGetTagAsNumber("z", z)\n'
    )
    assert value_of("real(z) * 10 + imaginary(z)", before=code) == 17
    code = GROUP + (
        'number t, l, b, r\ntg.TagGroupSetTagAsFloatRect("r", 1, 2, 3, 4)\n'
        'tg.TagGroupGetTagAsFloatRect("r", t, l, b, r)\n'
    )
    assert value_of("t * 1000 + l * 100 + b * 10 + r", before=code) == 1234
    code = GROUP + 'number x, y\ntg.TagGroupSetTagAsLongPoint("p", 5, 6)\ntg.TagGroupGetTagAsLongPoint("p", x, y)\n'
    assert value_of("x * 10 + y", before=code) == 56
    code = (
        GROUP
        + 'rgbnumber c\ntg.TagGroupSetTagAsEightBitColor("c", rgb(1, 2, 3))\ntg.TagGroupGetTagAsEightBitColor("c", c)\n'
    )
    assert value_of("red(c) * 100 + green(c) * 10 + blue(c)", before=code) == 123


def test_lists_insert_before_an_index_and_append_beyond():
    code = LIST + (
        "tl.TagGroupInsertTagAsNumber(infinity(), 1)\ntl.TagGroupInsertTagAsNumber(-1, 2)\n"
        'tl.TagGroupInsertTagAsString(0, "first")\ntl.TagGroupGetIndexedTagAsNumber(2, v)\n'
    )
    assert value_of("tl.TagGroupCountTags() * 10 + v", before=code) == 32
    assert text_of("s", before=code + "tl.TagGroupGetIndexedTagAsString(0, s)") == "first"


def test_new_labelled_tags_are_filled_by_index():
    code = GROUP + (
        'number i = tg.TagGroupCreateNewLabeledTag("count")\ntg.TagGroupSetIndexedTagAsNumber(i, 5)\n'
        'tg.TagGroupGetTagAsNumber("count", v)\n'
    )
    assert value_of("v", before=code) == 5
    assert text_of("tg.TagGroupGetTagLabel(0)", before=code) == "count"


def test_a_group_inside_a_group_is_the_same_group_not_a_copy():
    code = GROUP + (
        'TagGroup inner = NewTagGroup()\ntg.TagGroupAddLabeledTagGroup("in", inner)\n'
        'inner.TagGroupSetTagAsNumber("x", 4)\ntg.TagGroupGetTagAsNumber("in:x", v)\n'
    )
    assert value_of("v", before=code) == 4


def test_get_or_create_makes_lists_and_groups_once():
    code = GROUP + (
        'tg.TagGroupGetOrCreateTagList("Log").TagGroupCreateGroupTagAtEnd().TagGroupSetTagAsString("Operation", "a")\n'
        'tg.TagGroupGetOrCreateTagList("Log").TagGroupCreateGroupTagAtEnd().TagGroupSetTagAsString("Operation", "b")\n'
        'tg.TagGroupGetTagAsString("Log[1]:Operation", s)\n'
    )
    assert text_of("s", before=code) == "b"


def test_copying_keeps_other_tags_and_replacing_does_not():
    code = GROUP + (
        'TagGroup other = NewTagGroup()\nother.TagGroupSetTagAsNumber("b", 2)\ntg.TagGroupSetTagAsNumber("a", 1)\n'
    )
    assert value_of("tg.TagGroupCountTags()", before=code + "tg.TagGroupCopyTagsFrom(other)") == 2
    assert value_of("tg.TagGroupCountTags()", before=code + "tg.TagGroupReplaceTagsWithCopy(other)") == 1


def test_deleting_by_path_by_index_and_altogether():
    code = GROUP + 'tg.TagGroupSetTagAsNumber("a:b", 1)\ntg.TagGroupSetTagAsNumber("c", 2)\n'
    assert value_of('tg.TagGroupDeleteTagWithLabel("a:b") + tg.TagGroupDoesTagExist("a:b")', before=code) == 1
    assert value_of('tg.TagGroupDoesTagExist("c")', before=code + "tg.TagGroupDeleteTagWithIndex(1)") == 0
    assert value_of("tg.TagGroupCountTags()", before=code + "tg.TagGroupDeleteAllTags()") == 0


def test_types_of_tags_by_number():
    code = (
        GROUP
        + 'tg.TagGroupSetTagAsLong("a", 1)\ntg.TagGroupSetTagAsString("b", "t")\ntg.TagGroupGetOrCreateTagGroup("c")\n'
    )
    types = [value_of(f"tg.TagGroupGetTagType({index}, 0)", before=code) for index in range(3)]
    assert types == [3, 20, 0]


def test_types_of_strings_and_arrays_say_what_they_are_made_of():
    code = GROUP + 'tg.TagGroupSetTagAsString("b", "text")\ntg.TagGroupSetTagAsArray("a", A)\n'
    words = [[value_of(f"tg.TagGroupGetTagType({i}, {n})", ramp(6, 5), before=code) for n in range(4)] for i in (0, 1)]
    assert words == [[20, 4, 4, 0], [20, 6, 30, 0]]


def test_images_go_into_tags_and_come_back_into_images_of_the_same_size():
    code = (
        GROUP + 'tg.TagGroupSetTagAsArray("data", A)\nimage c := RealImage("c", 4, 6, 5)\n'
        'ok = tg.TagGroupGetTagAsArray("data", c)\nimage d := RealImage("d", 4, 7, 5)\n'
    )
    assert (
        value_of('ok * sum(abs(c - A)) + ok + 10 * tg.TagGroupGetTagAsArray("data", d)', ramp(6, 5), before=code) == 1
    )


def test_an_invalid_group_is_refused_in_words():
    assert "no valid taggroup" in error_of('TagGroup tg\ntg.TagGroupSetTagAsNumber("a", 1)')
    assert value_of("tg.TagGroupIsValid()", before="TagGroup tg") == 0


def test_tags_are_saved_as_gtg_and_loaded_again(tmp_path):
    code = (
        GROUP + 'tg.TagGroupSetTagAsFloat("f", 1.5)\ntg.TagGroupSetTagAsString("in:s", "nm")\n'
        'tg.TagGroupSaveToFile("tags.gtg")\nTagGroup again = NewTagGroup()\nagain.TagGroupLoadFromFile("tags.gtg")\n'
        'again.TagGroupGetTagAsString("in:s", s)\nagain.TagGroupGetTagAsNumber("f", v)\nResult(s + v)'
    )
    assert run(code, folder=tmp_path).results == "nm1.5"
    assert (tmp_path / "tags.gtg").stat().st_size > 0


def test_notes_are_another_way_to_the_same_tags():
    code = 'SetNumberNote(A, "x:y", 1.5)\nSetStringNote(A, "s", "t")\nnumber v\nGetNumberNote(A, "x:y", v)\n'
    assert text_of('GetStringNote(A, "s") + v', ramp(6, 5), before=code) == "t1.5"
    assert run(code + 'DeleteNote(A, "x")', ramp(6, 5)).front_image().tags.to_plain() == {"s": "t"}


def test_persistent_notes_outlive_the_script():
    workspace = run('SetPersistentNumberNote("my:n", 0.1)\nSetPersistentStringNote("my:s", "t")')
    assert workspace.persistent_tags.get_as("my:n", "double") == (True, 0.1)
    code = 'number v = -1\nnumber ok = GetPersistentNumberNote("nowhere", v)\nexit(ok * 10 + v)'
    assert run(code).exit_value == -1


def test_image_tags_are_live():
    front = run('A.ImageGetTagGroup().TagGroupSetTagAsString("Meta Data:Signal", "EELS")', ramp(6, 5)).front_image()
    assert front.tags.to_plain() == {"Meta Data": {"Signal": "EELS"}}


def test_strings_gather_in_a_list_tag():
    front = run('AddStringToList(A, "log", "a")\nAddStringToList(A, "log", "b")', Image(np.zeros((2, 3), np.float32)))
    assert front.front_image().tags.to_plain() == {"log": ["a", "b"]}
