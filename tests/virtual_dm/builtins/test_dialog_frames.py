"""Custom dialogs: elements, values, answers to modal dialogs, buttons that are pressed."""

import pytest

from offline_reference.virtual_dm.script.errors import ScriptStopped
from tests.virtual_dm.builtins.scripts import error_of, run

MODAL = """
TagGroup items, radius, name, box, boxItems, popup, popupItems, radio, radioItems
TagGroup dialog = DLGCreateDialog("Settings", items)
items.DLGAddElement(DLGCreateRealField("Radius:", radius, 2.5, 8, 3))
items.DLGAddElement(DLGCreateStringField("Name:", name, "silver", 12)).DLGAnchor("West")
items.DLGAddElement(DLGCreateBox("Options", boxItems)).DLGTableLayout(1, 2, 0)
TagGroup check = DLGCreateCheckBox("Centre", 0).DLGIdentifier("centre")
boxItems.DLGAddElement(check)
popup = DLGCreatePopup(popupItems, 1)
popupItems.DLGAddPopupItemEntry("linear")
popupItems.DLGAddPopupItemEntry("cubic")
boxItems.DLGAddElement(popup.DLGIdentifier("order"))
radio = DLGCreateRadioList(radioItems, 10)
radioItems.DLGAddRadioItem("ten", 10)
radioItems.DLGAddRadioItem("twenty", 20)
boxItems.DLGAddElement(radio.DLGIdentifier("amount"))
number ok = alloc(UIFrame).Init(dialog).Pose()
Result(ok + "," + radius.DLGGetValue() + "," + name.DLGGetStringValue() + "," + check.DLGGetValue() + "," \\
  + popup.DLGGetValue() + "," + radio.DLGGetValue())
"""


@pytest.mark.parametrize(
    "answer, expected",
    [
        ("default", "1,2.5,silver,0,1,10"),
        ("cancel", "0,2.5,silver,0,1,10"),
        ("Radius=4; Name=gold", "1,4,gold,0,1,10"),
        ("centre=yes; order=cubic; amount=twenty", "1,2.5,silver,1,2,20"),
        ({"order": 2, "radius:": 7}, "1,7,silver,0,2,10"),
    ],
)
def test_one_answer_fills_a_modal_dialog(answer, expected):
    assert run(MODAL, answers=[answer]).results == expected


def test_an_answer_for_a_field_that_is_not_there_stops_and_lists_the_fields():
    message = error_of(MODAL, answers=["Diameter=4"], kind=ScriptStopped)
    assert "no field 'Diameter'" in message and "Radius" in message and "centre" in message


def test_a_modal_dialog_without_an_answer_says_how_to_answer_it():
    message = error_of(MODAL, kind=ScriptStopped)
    assert "'Settings'" in message and "Radius=...; Name=..." in message


MODELESS = """
class Counter : UIFrame
{
  number n
  void Count(object self) { n += 1; self.DLGValue("shown", n); self.DLGSetProgress("bar", n / 4) }
  void Changed(object self, TagGroup field) { Result("now " + field.DLGGetValue() + "\\n") }
  object Start(object self)
  {
    TagGroup items
    TagGroup dialog = DLGCreateDialog("Counter", items)
    items.DLGAddElement(DLGCreatePushButton("Count up", "Count").DLGIdentifier("up"))
    items.DLGAddElement(DLGCreateIntegerField(0, 5).DLGIdentifier("shown").DLGChangedMethod("Changed"))
    items.DLGAddElement(DLGCreateProgressBar("bar"))
    return self.super.Init(dialog)
  }
}
object o = alloc(Counter).Start()
o.Display("Counter")
number v
o.DLGGetValue("shown", v)
Result("at the end " + v + ", bar " + o.LookUpElement("bar").DLGGetValue())
"""


def test_buttons_of_a_modeless_dialog_are_pressed_by_label_identifier_or_method():
    workspace = run(MODELESS, answers=["press Count up", "press up", "press Count"])
    assert workspace.results == "at the end 3, bar 0.75"


def test_without_answers_a_modeless_dialog_just_opens():
    workspace = run(MODELESS)
    assert workspace.results == "at the end 0, bar 0"
    assert [window.title for window in workspace.windows] == ["Counter"]


def test_a_button_that_is_not_there_stops_and_lists_the_buttons():
    assert "Count up" in error_of(MODELESS, answers=["press Stop"], kind=ScriptStopped)


def test_filling_a_field_calls_its_changed_method():
    code = MODELESS.replace('o.Display("Counter")', "o.Pose()")
    assert run(code, answers=["shown=9"]).results.startswith("now 9\n")


def test_elements_that_are_not_there():
    code = MODELESS + '\nResult(TagGroupIsValid(o.LookUpElement("none")))'
    assert run(code).results.endswith("0")
    assert "no element with identifier 'none'" in error_of(MODELESS + '\no.DLGValue("none", 0)')
    assert "identifier 'none'" in str(run(MODELESS + '\no.SetElementIsEnabled("none", 0)').warnings)


def test_lists_lose_and_name_their_entries():
    code = (
        'TagGroup entries, list = DLGCreateList(entries, 20, 5)\nlist.DLGAddListItem("a", 0)\n'
        'list.DLGAddListItem("b", 1)\nlist.DLGRemoveElement(0)\nstring s\nlist.DLGGetNthLabel(0, s)\nResult(s)'
    )
    assert run(code).results == "b"


def test_a_closed_dialog_leaves_no_window():
    assert run(MODELESS + "\no.Close()").windows == []
