"""Dialogs with one question, and the choice of images, from prepared answers."""

import numpy as np
import pytest

from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.script.errors import ScriptStopped
from tests.virtual_dm.builtins.scripts import error_of, run


def named(name):
    return Image(np.zeros((5, 6), np.float32), name)


def test_numbers_are_asked_for_with_a_default():
    code = 'number n = -1\nnumber ok = GetNumber("How many?", 5, n)\nexit(n + 100 * ok)'
    assert run(code, answers=[7]).exit_value == 107
    assert run(code, answers=["default"]).exit_value == 105
    assert run(code, answers=["cancel"]).exit_value == -1


def test_integers_booleans_and_strings():
    code = (
        'number n\nstring s\nGetInteger("i", 0, n)\nGetString("s", "d", s)\nResult(s + n)\n'
        'GetBoolean("b", 1, n)\nResult(n)'
    )
    assert run(code, answers=["3.7", "gold", "no"]).results == "gold30"


def test_messages_take_no_answer_and_are_remembered():
    workspace = run('OkDialog("done")\nShowAlert("careful", 1)')
    assert [(dialog.kind, dialog.prompt) for dialog in workspace.dialogs] == [
        ("OkDialog", "done"),
        ("ShowAlert", "careful"),
    ]


@pytest.mark.parametrize("answer, expected", [("yes", 1), (0, 0), ("Global", 1), ("image", 0), ("cancel", 0)])
def test_a_button_can_be_answered_by_its_text(answer, expected):
    assert run('exit(TwoButtonDialog("Which?", "Global", "Image"))', answers=[answer]).exit_value == expected


def test_ok_cancel():
    assert (
        run('exit(OkCancelDialog("go?") + 2 * ContinueCancelDialog("on?"))', answers=["ok", "cancel"]).exit_value == 1
    )


def test_a_dialog_without_an_answer_stops_and_names_its_prompt():
    assert "How many?" in error_of('number n\nGetNumber("How many?", 5, n)', kind=ScriptStopped)


def test_file_dialogs_answer_with_paths():
    code = (
        'string p, q, d\nOpenDialog(p)\nSaveAsDialog("save", "a.dm4", q)\n'
        'GetDirectoryDialog("where", "", d)\nResult(p + "|" + q + "|" + d)'
    )
    assert run(code, answers=["data\\x.dm4", "default", "data"]).results == "data\\x.dm4|a.dm4|data\\"
    assert run('string p\nexit(OpenDialog(NULL, "open", "*.dm4", p))', answers=["cancel"]).exit_value == 0


def test_images_are_chosen_by_label_by_name_or_by_default():
    code = 'image x, y\nnumber ok = GetTwoImagesWithPrompt("p", "t", x, y)\nResult(ok + x.GetName() + y.GetName())'
    assert run(code, named("first"), named("second"), answers=["B", "first"]).results == "1secondfirst"
    labelled = 'image x\nGetOneLabeledImageWithPrompt("p", "t", "source", x)\nResult(x.GetName())'
    assert run(labelled, named("first"), named("second"), answers=["default"]).results == "first"


def test_a_cancelled_choice_leaves_all_variables_alone():
    code = 'image x, y\nnumber ok = GetTwoImages("t", x, y)\nexit(ok + ImageIsValid(x))'
    assert run(code, named("first"), answers=["A", "cancel"]).exit_value == 0
