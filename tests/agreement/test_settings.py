"""functions/settings.s: one dialog, values remembered from one time to the next, none while the self-test runs."""
import pytest

from offline_reference.virtual_dm.switches import one_at_a_time
from offline_reference.virtual_dm.workspace import Workspace
from tests.agreement import dm

DIALOG = """
TagGroup items
TagGroup dialog = NewSettings("Title", items)
TagGroup nField = AddNumber(items, "Command", "n", "Components", 4)
TagGroup seedField = AddNumber(items, "Command", "seed", "Seed", 123456789)
TagGroup stepField = AddChoice(items, "Command", "step", "Step", "MU|ALS|HALS", 2)
TagGroup isOnField = AddCheck(items, "Command", "isOn", "Constrained", 1)
number isOk = PoseSettings(dialog)
number n = -1, seed = -1, step = -1, isOn = -1
if (isOk)
{
    n = NumberOf(nField, "Command", "n")
    seed = NumberOf(seedField, "Command", "seed")
    step = ChoiceOf(stepField, "Command", "step")
    isOn = CheckOf(isOnField, "Command", "isOn")
}
"""


def ask(*answers, workspace=None, switches=None):
    workspace = workspace or Workspace(switches=switches)
    workspace.answers.extend(answers)
    found = dm.run("functions/settings.s", DIALOG, give="isOk n seed step isOn", workspace=workspace)
    assert not workspace.answers
    return found


def values(found):
    return found.n, found.seed, found.step, found.isOn


@pytest.mark.parametrize("switches", list(one_at_a_time("script")), ids=repr)
def test_what_is_confirmed_is_proposed_the_next_time(switches):
    first = ask("default", switches=switches)
    assert (first.isOk, *values(first)) == (1, 4, 123456789, 2, 1)
    second = ask("n=7; step=HALS; isOn=0; seed=987654321", workspace=first.workspace)
    assert values(second) == (7, 987654321, 3, 0)
    assert values(ask("default", workspace=first.workspace)) == (7, 987654321, 3, 0)


def test_what_is_cancelled_is_not_remembered():
    found = ask("cancel")
    assert found.isOk == 0
    assert not found.workspace.persistent_tags.exists("NMF 4D-STEM")


def test_a_remembered_choice_that_no_longer_exists_becomes_the_first():
    workspace = Workspace()
    workspace.persistent_tags.set("NMF 4D-STEM:Command:step", "double", 9.0)
    assert ask("default", workspace=workspace).step == 1


def test_settings_stand_under_the_name_of_the_command():
    tags = ask("default").workspace.persistent_tags
    assert tags.get_as("NMF 4D-STEM:Command:n", "double") == (True, 4.0)


def test_while_the_self_test_runs_no_dialog_opens_and_no_setting_of_the_user_changes():
    workspace = ask("n=7").workspace
    before = workspace.persistent_tags.to_plain()["NMF 4D-STEM"]["Command"]
    dm.run("functions/settings.s", 'SetPersistentNumberNote("NMF 4D-STEM:Self-test:Running", GetCurrentTime())',
           workspace=workspace)
    workspace.persistent_tags.set("NMF 4D-STEM:Self-test:Command:n", "double", 3.0)
    found = ask(workspace=workspace)
    assert (found.isOk, *values(found)) == (1, 3, 123456789, 2, 1)
    assert workspace.persistent_tags.to_plain()["NMF 4D-STEM"]["Command"] == before


@pytest.mark.parametrize("options, answer, picked", [
    ("one", "default", 1), ("a|b", "list=b", 2), ("Scan|Map of Scan|Scan alone", "list=Map of Scan", 2)])
def test_a_list_of_images_gives_the_number_of_the_entry(options, answer, picked):
    found = dm.run("functions/settings.s", f"""
TagGroup items
TagGroup dialog = NewSettings("Title", items)
TagGroup field = AddPick(items, "list", "Mask", "{options}", 1)
PoseSettings(dialog)
number picked = PickOf(field)""", give="picked", workspace=Workspace(answers=[answer]))
    assert found.picked == picked
    assert not found.workspace.persistent_tags.exists("NMF 4D-STEM")


def test_the_mark_of_a_self_test_that_was_broken_off_yesterday_is_of_no_effect():
    workspace = Workspace()
    dm.run("functions/settings.s", """
SetPersistentNumberNote("NMF 4D-STEM:Self-test:Running", GetCurrentTime() - 86400 * 1e7)""", workspace=workspace)
    assert ask("n=9", workspace=workspace).n == 9
    assert workspace.persistent_tags.get_as("NMF 4D-STEM:Command:n", "double") == (True, 9.0)
