"""functions/messages.s: progress, cancel, lines in the Results window."""
import pytest

from offline_reference.virtual_dm.script.errors import ScriptError
from offline_reference.virtual_dm.switches import one_at_a_time
from offline_reference.virtual_dm.workspace import Workspace
from tests.agreement import dm

LIBRARY = "functions/messages.s"


@pytest.mark.parametrize("switches", list(one_at_a_time("script")), ids=repr)
def test_progress_tells_step_and_error_and_how_to_stop(switches):
    workspace = dm.run(LIBRARY, 'ShowProgress("NMF", 5, 200, 0.123456789)\nShowProgress("NMF", 6, 200, -1)',
                       switches=switches).workspace
    first, second = workspace.progress
    assert first == ("NMF", "step 5 of 200", "mean squared error 0.123457   (Esc, or Shift + Space: stop)")
    assert second == ("NMF", "step 6 of 200", "   (Esc, or Shift + Space: stop)")
    dm.run(LIBRARY, "EndProgress()", workspace=workspace)
    assert workspace.progress_window is None


@pytest.mark.parametrize("keys, calls", [(["esc@3"], [0, 0, 1]), (["shift@2", "+space"], [0, 1, 1]), (["a"], [0, 0, 0]),
                                         (["shift"], [0, 0, 0]), (["+space"], [0, 0, 0])])
def test_escape_or_shift_and_space_cancel(keys, calls):
    found = dm.run(LIBRARY, "number first = IsCancelled()\nnumber second = IsCancelled()\nnumber third = IsCancelled()",
                   give="first second third", workspace=Workspace(keys=keys))
    assert [found.first, found.second, found.third] == calls


def test_a_line_ends():
    assert dm.run(LIBRARY, 'Say("one")\nSay("two")').workspace.results == "one\ntwo\n"


def test_stopping_closes_the_progress_window_and_tells_the_reason_once():
    workspace = Workspace()
    with pytest.raises(ScriptError, match="the reason"):
        dm.run(LIBRARY, 'ShowProgress("NMF", 1, 2, 3)\nStopWith("the reason")', workspace=workspace)
    assert workspace.progress_window is None and workspace.results == ""
