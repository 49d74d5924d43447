"""Object lists, threads that have run at once, signals, messages, listeners."""

from offline_reference.virtual_dm.script.errors import ScriptStopped
from tests.virtual_dm.builtins.scripts import error_of, ramp, run, value_of

LIST = """
class Item { number n; object Set(object self, number x) { n = x; return self } number Get(object self) { return n } }
object list = alloc(ObjectList)
for (number i = 1; i <= 3; i++) list.AddObjectToList(alloc(Item).Set(i))
"""


def test_lists_hold_objects_in_order():
    assert value_of("list.SizeOfList() * 10 + list.ObjectAt(2).Get()", before=LIST) == 33
    code = LIST + "object first = list.ObjectAt(0)\nlist.RemoveObjectFromList(first)\n"
    assert value_of("list.SizeOfList() * 10 + list.ObjectAt(0).Get()", before=code) == 22
    code = LIST + "list.InsertObjectIntoList(0, alloc(Item).Set(9))\n"
    assert value_of("list.ObjectAt(0).Get()", before=code) == 9
    assert "none of number 3" in error_of(LIST + "object o = list.ObjectAt(3)")


def test_foreach_runs_over_a_list():
    code = LIST + "number total\nforeach (object o; list) total += o.Get()\nexit(total)"
    assert run(code).exit_value == 6


def test_signals_let_time_pass_and_cancel():
    code = "object go = NewSignal(0), stop = NewSignal(0)\n"
    workspace = run(
        code + "number was = go.WaitOnSignal(5, stop)\ngo.SetSignal()\nexit(was * 10 + go.WaitOnSignal(5, stop))"
    )
    assert workspace.exit_value == 1 and workspace.slept == 5
    cancelled = code + 'stop.SetSignal()\ntry { go.WaitOnSignal(5, stop) } catch { Result("cancelled"); break }'
    assert run(cancelled).results == "cancelled"


def test_waiting_without_end_stops_instead_of_hanging():
    assert "without end" in error_of("NewSignal(0).WaitOnSignal(infinity(), NULL)", kind=ScriptStopped)


def test_messages_wait_in_a_queue():
    code = "object q = NewMessageQueue(), m = alloc(ObjectList)\nq.PostMessage(m)\n"
    found = value_of(
        "ScriptObjectIsValid(q.WaitOnMessage(1, NULL)) * 10 + ScriptObjectIsValid(q.WaitOnMessage(1, NULL))",
        before=code,
    )
    assert found == 10


def test_threads_have_run_when_the_next_statement_begins():
    code = (
        "class Work : Thread { number n; void RunThread(object self) { n = 7 } void Other(object self) { n += 1 }\n"
        "number Get(object self) { return n } }\nobject w = alloc(Work)\nw.StartThread()\n"
        'w.StartThread("Other")\nexit(w.Get())'
    )
    assert run(code).exit_value == 8


def test_periodic_tasks_run_once_after_the_script_unless_removed():
    code = (
        'class Work { void Tick(object self) { Result("tick ") } }\nobject w = alloc(Work)\n'
        'number first = AddMainThreadPeriodicTask(w, "Tick", 1)\n'
        'number second = AddMainThreadPeriodicTask(w, "Tick", 1)\n'
        'RemoveMainThreadTask(second)\nResult("end ")'
    )
    workspace = run(code)
    workspace.run_deferred()
    assert workspace.results == "end tick "


def test_listeners_are_recorded_with_what_they_listen_to():
    code = (
        "class L { void Changed(object self, number e, image i) {} }\nobject l = alloc(L)\n"
        'number id = A.ImageAddEventListener(l, "data_value_changed:Changed")\n'
        'number other = A.ImageGetImageDisplay(0).ImageDisplayAddEventListener(l, "roi_changed:Changed")\n'
        "A.ImageRemoveEventListener(id)\nexit(other - id)"
    )
    workspace = run(code, ramp(6, 5))
    assert workspace.exit_value == 1
    assert [listener.event_map for listener in workspace.listeners] == ["", "roi_changed:Changed"]


def test_a_handle_as_a_condition_says_whether_it_is_valid():
    code = "ROI r\nobject o\nTagGroup t\nnumber n = (!r) + 10 * (!o) + 100 * (!t)\nr = NewROI()\nt = NewTagGroup()\n"
    assert value_of("n + 1000 * (!r) + 10000 * (t && 1)", before=code) == 10111


def test_a_class_may_be_defined_below_its_first_alloc_with_a_warning():
    workspace = run("object o = alloc(Later)\nclass Later { number Get(object self) { return 7 } }\nexit(o.Get())")
    assert workspace.exit_value == 7 and "Later" in str(workspace.warnings)
