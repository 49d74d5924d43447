"""Switches: named, with evidence, refused by name when misspelt."""
from pathlib import Path

import pytest

from offline_reference import virtual_dm
from offline_reference.virtual_dm.guesses import GUESSES, python_inventory
from offline_reference.virtual_dm.switches import SWITCHES, Switches, all_combinations, contested, one_at_a_time


@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: switch.name)
def test_each_switch_has_a_default_among_its_values_and_says_why(switch):
    assert switch.default == switch.alternatives[0]
    assert len(set(switch.alternatives)) == len(switch.alternatives) >= 2
    assert switch.doc.endswith(".") and switch.evidence
    assert switch.door in ("script", "python", "both")


def test_every_switch_is_read_somewhere():
    folder = Path(virtual_dm.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py") if path.name != "switches.py")
    unread = [switch.name for switch in SWITCHES if f"switches.{switch.name}" not in code]
    assert not unread, f"a switch that changes nothing claims a fidelity that is not there: {unread}"


def test_a_misspelt_switch_is_refused_with_the_nearest_name():
    with pytest.raises(ValueError, match="no switch 'outside_values': did you mean 'outside_value'"):
        Switches(outside_values="edge")


def test_an_unknown_value_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="'outside_value' is one of zero, edge, not 'one'"):
        Switches().outside_value = "one"


def test_texts_of_a_command_line_are_switches_too():
    assert Switches.from_texts(["precision=double"]).changed() == {"precision": "double"}
    with pytest.raises(ValueError, match="written name=value"):
        Switches.from_texts(["precision"])


def test_all_combinations_are_all_different_and_begin_with_the_defaults():
    combinations = list(all_combinations(only=["precision", "outside_value", "number_digits"]))
    assert len({str(switches.changed()) for switches in combinations}) == 8
    assert combinations[0] == Switches()


@pytest.mark.parametrize("door", ["script", "python"])
def test_one_at_a_time_reaches_every_value_of_a_door(door):
    seen = {(name, value) for switches in one_at_a_time(door) for name, value in switches.changed().items()}
    assert seen == {(s.name, value) for s in contested(door) for value in s.alternatives[1:]}


def test_guesses_and_inventory_can_be_listed():
    assert all(guess.doc.endswith(".") and guess.evidence for guess in GUESSES)
    simulated, others = python_inventory()
    assert "CreateImage" in simulated and "Py_Image.GetNumArray" in simulated
    assert "Py_Microscope.GetFocus" in others and not set(simulated) & set(others)
