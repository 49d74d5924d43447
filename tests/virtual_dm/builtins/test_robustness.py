"""Odd arguments end in an error of DM's kind, never in one of Python's."""

import random

import numpy as np
import pytest

from offline_reference.virtual_dm import registry
from offline_reference.virtual_dm.displays import ROI, Component, DocumentWindow
from offline_reference.virtual_dm.images import RGB, Image
from offline_reference.virtual_dm.script.errors import ScriptError, Source
from offline_reference.virtual_dm.script.interpreter import Program, of_workspace
from offline_reference.virtual_dm.tags import TagGroup
from offline_reference.virtual_dm.values import Reference, RGBNumber, ScriptObject
from tests.virtual_dm.builtins.scripts import run, workspace_with

NUMBERS = [0.0, -1.0, 1.0, 1.5, 3.0, 255.0, 2.0**31, 1e300, float("nan"), float("inf"), -float("inf")]
TEXTS = ["", "a", "%d", ":", "[0]", "a:b", "../x", "x.txt", "\0", "\u00e9", "A", "p0+x", "1e400"]


def image(dice):
    kinds = [
        np.zeros((5, 6), np.float32),
        np.zeros(6, np.float32),
        np.zeros((3, 5, 6), np.float32),
        np.arange(30, dtype=np.int16).reshape(5, 6),
        np.ones((5, 6), np.complex64),
        np.ones((5, 6), bool),
        np.zeros((5, 6), RGB),
        np.full((3, 3), np.nan),
    ]
    return Image(dice.choice(kinds).copy(), "odd")


def argument(parameter, dice, workspace):
    """Some value of a parameter's type."""
    if parameter.by_reference:
        return Reference(lambda: "" if parameter.type == "string" else 0.0, lambda value: None, parameter.type)
    if parameter.may_be_null and dice.random() < 0.3:
        return None
    tags = TagGroup(is_list=dice.random() < 0.4)
    roi = ROI()
    roi.set_rectangle(0, 1, 3, 4)
    makers = {
        "number": lambda: dice.choice(NUMBERS),
        "any": lambda: dice.choice(NUMBERS),
        "string": lambda: dice.choice(TEXTS),
        "complexnumber": lambda: complex(dice.choice(NUMBERS), 1),
        "rgbnumber": lambda: RGBNumber(1.0, dice.choice(NUMBERS), 300.0),
        "image": lambda: image(dice),
        "expression": lambda: image(dice),
        "pixels": lambda: dice.choice([dice.choice(NUMBERS), np.full((5, 6), np.nan), np.ones((5, 6))]),
        "taggroup": lambda: tags,
        "object": lambda: ScriptObject(dice.choice(["ObjectList", "UIFrame"])),
        "roi": lambda: dice.choice([roi, ROI()]),
        "component": lambda: Component(5, (0, 1, 2, 3)),
        "imagedisplay": lambda: workspace.images()[0].displays[0],
        "imagedocument": lambda: workspace.documents[0],
        "documentwindow": lambda: dice.choice([DocumentWindow("w"), workspace.documents[0].window]),
    }
    return makers[parameter.type]()


@pytest.mark.parametrize("seed", range(3))
def test_every_function_takes_odd_arguments_or_refuses_them(seed, tmp_path):
    registry.load_builtins()
    dice, failures = random.Random(seed), []
    for function in [function for twins in registry.FUNCTIONS.values() for function in twins]:
        if function.name in ("Exit", "StartThread"):
            continue
        workspace = workspace_with(image(dice), answers=["default", "x", 3], folder=tmp_path)
        interpreter = of_workspace(workspace)
        arguments = [argument(parameter, dice, workspace) for parameter in function.parameters]
        arguments += [dice.choice(NUMBERS) for _ in range(dice.randrange(8))] if function.variadic else []
        call = interpreter.call.run_on_grid if function.is_per_pixel else interpreter.call.run_builtin
        try:
            with np.errstate(all="ignore"):
                call(function, arguments, *([(5, 6)] if function.is_per_pixel else []))
        except Exception as error:  # noqa: BLE001  # what the interpreter makes of it is what counts
            failures += unexpected(interpreter, function, error)
    assert failures == []


def unexpected(interpreter, function, error):
    """The error as text, if the interpreter would call it a failure of its own."""
    shown = Program(Source("", "odd"), interpreter).located(error, (1, 1))
    return [f"{function.signature}: {error!r}"] if "failed here" in str(shown) else []


def test_a_script_may_catch_what_odd_arguments_raise():
    assert run('try { Chr(infinity()) } catch { Result("caught"); break }').results == "caught"
    with pytest.raises(ScriptError, match="whole number"):
        run("result(Chr(infinity()))")
