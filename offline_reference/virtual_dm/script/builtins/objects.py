"""Object lists, threads, signals, message queues. Threads have already run when the next statement begins."""

from offline_reference.virtual_dm.errors import DMError, NotSimulated, UserAbort
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.recorded import does_nothing
from offline_reference.virtual_dm.values import ScriptObject

AT_ONCE = "runs to its end before the next statement"

# -- lists ------------------------------------------------------------------------------------------------------------


@dm_function("object NewObjectList()", "SDK")
def new_list(call):
    return ScriptObject("ObjectList")


def _items(holder):
    if not isinstance(holder, ScriptObject):
        raise DMError("This is no ObjectList: alloc(ObjectList) makes one.")
    return holder.items


@dm_function("void AddObjectToList(object list, object item)", "SEEN 4 f")
@dm_function("number ObjectList_AddObjectToList(object list, object item)", "SDK")
def add(call, holder, item):
    _items(holder).append(item)
    return len(holder.items)


@dm_function("void InsertObjectIntoList(object list, number index, object item)", "SEEN 1 f")
def insert(call, holder, index, item):
    _items(holder).insert(int(index) if 0 <= index < len(holder.items) else len(holder.items), item)


@dm_function("void RemoveObjectFromList(object list, object item)", "SEEN 3 f")
def remove(call, holder, item):
    holder.items = [other for other in _items(holder) if other is not item]


@dm_function("void ClearList(object list)", "SEEN 1 f")
@dm_function("void ObjectList_ClearList(object list)", "SDK")
def clear(call, holder):
    _items(holder).clear()


@dm_function("number SizeOfList(object list)", "SEEN 4 f")
@dm_function("number ObjectList_SizeOfList(object list)", "SDK")
def size(call, holder):
    return len(_items(holder))


@dm_function("object ObjectAt(object list, number index)", "SEEN 3 f", "an error outside")
@dm_function("object ObjectList_ObjectAt(object list, number index)", "SDK", "an error outside")
def object_at(call, holder, index):
    items = _items(holder)
    if not 0 <= index < len(items):
        raise DMError(f"The list has {len(items)} objects, none of number {index:g}.")
    return items[int(index)]


@dm_function("void ObjectList_MergeFrom(object list, object source)", "SDK")
def merge(call, holder, source):
    _items(holder).extend(_items(source))


# -- threads ----------------------------------------------------------------------------------------------------------


@dm_function("void ExecuteInMainThread(object o, string method)", "SDK", AT_ONCE)
@dm_function("void ExecuteInBackgroundThread(object o, string method)", "SDK", AT_ONCE)
@dm_function("void ExecuteInCOMFreeThreadedApartment(object o, string method)", "SDK", AT_ONCE)
def execute_in_thread(call, o, method):
    call.call_method(o, method)


@dm_function(
    "number AddMainThreadPeriodicTask(object o, string method, number seconds)",
    "SDK",
    "runs once, after the script",
)
@dm_function(
    "number AddBackgroundPeriodicTask(object o, string method, number seconds)",
    "SDK",
    "runs once, after the script",
)
def add_periodic_task(call, o, method, seconds):
    """The task's number."""
    workspace = call.workspace
    task = {"object": o, "method": method, "is_on": True}

    def run_once():
        if task["is_on"]:
            call.call_method(o, method)

    workspace.deferred.append(run_once)
    workspace.listeners.append(task)
    return len(workspace.listeners)


@dm_function("void RemoveMainThreadTask(number task)", "SDK")
@dm_function("void RemoveBackgroundTask(number task)", "SDK")
def remove_task(call, number):
    listeners = call.workspace.listeners
    if 1 <= number <= len(listeners) and isinstance(listeners[int(number) - 1], dict):
        listeners[int(number) - 1]["is_on"] = False


@dm_function("number IsScriptOnMainThread()", "python_reference 11", "switch thread")
def is_on_main_thread(call):
    return call.switches.thread == "main"


does_nothing("number NewSemaphore()")
does_nothing("void GrabSemaphore(number semaphore)")
does_nothing("void ReleaseSemaphore(number semaphore)")
does_nothing("void FreeSemaphore(number semaphore)")


# -- signals ----------------------------------------------------------------------------------------------------------


@dm_function("object NewSignal(number initial)", "SEEN 4 f")
def new_signal(call, initial):
    return ScriptObject("Signal", state={"set": bool(initial)})


@dm_function("object NewCancelSignal()", "SEEN 1 f")
def new_cancel_signal(call):
    return ScriptObject("Signal", state={"set": False})


def _signal(o):
    if "set" not in getattr(o, "state", {}):
        raise DMError("This object is no signal: NewSignal makes one.")
    return o.state


@dm_function("void SetSignal(object signal)", "SEEN 4 f")
def set_signal(call, signal):
    _signal(signal)["set"] = True


@dm_function("void ResetSignal(object signal)", "SEEN 3 f")
def reset_signal(call, signal):
    _signal(signal)["set"] = False


@dm_function(
    "number WaitOnSignal(object signal, number seconds, object? cancel)",
    "SEEN 4 f",
    "the time passes at once; 1 if the signal was set",
)
def wait_on_signal(call, signal, seconds, cancel):
    """Wait until a signal is set; throws if the cancel signal is."""
    if cancel is not None and _signal(cancel)["set"]:
        raise UserAbort("The cancel signal was set while the script waited.")
    if _signal(signal)["set"]:
        return 1
    _refuse_endless_wait(call, seconds, "a signal")
    call.workspace.sleep(seconds)
    return 0


def _refuse_endless_wait(call, seconds, what):
    if seconds > 1e8:
        call.workspace.stop(
            NotSimulated(f"The script waits without end for {what} of another thread; threads here have already run.")
        )


# -- messages ---------------------------------------------------------------------------------------------------------


@dm_function("object NewMessageQueue()", "SEEN 1 f")
def new_message_queue(call):
    return ScriptObject("MessageQueue", state={"messages": []})


def _messages(queue):
    if "messages" not in getattr(queue, "state", {}):
        raise DMError("This object is no message queue: NewMessageQueue makes one.")
    return queue.state["messages"]


@dm_function("void PostMessage(object queue, object message)", "SEEN 1 f")
def post_message(call, queue, message):
    _messages(queue).append(message)


@dm_function(
    "object WaitOnMessage(object queue, number seconds, object? cancel)",
    "SEEN 1 f",
    "the time passes at once; not valid if no message is there",
)
def wait_on_message(call, queue, seconds, cancel):
    if cancel is not None and _signal(cancel)["set"]:
        raise UserAbort("The cancel signal was set while the script waited.")
    messages = _messages(queue)
    if messages:
        return messages.pop(0)
    _refuse_endless_wait(call, seconds, "a message")
    call.workspace.sleep(seconds)
    return None


@dm_function("number DoesObjectExist(number id)", "RECALLED")
def does_object_exist(call, number):
    return call.workspace.by_id(number, ScriptObject) is not None
