"""Functions of DM that belong to the language itself: leaving, throwing, choosing, objects, other scripts."""
import math

from offline_reference.virtual_dm.errors import DMError, UserAbort
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.registry import dm_class, dm_function
from offline_reference.virtual_dm.script.conversions import to_truth
from offline_reference.virtual_dm.script.image_expressions import Choice, PixelExpression, Sized
from offline_reference.virtual_dm.values import ScriptObject

for _name in ("UIFrame", "Thread", "ObjectList"):
    dm_class(_name)


# -- leaving and throwing ---------------------------------------------------------------------------------------------


@dm_function("void Exit()", "SEEN 1 f")
@dm_function("void Exit(number value)", "DOCUMENTED, SEEN 63 f")
def leave(call, value=0.0):
    call.exit(value)


@dm_function("void Throw(string text)", "SEEN 29 f")
def throw(call, text):
    raise DMError(text)


@dm_function("void Throw(number code)", "SDK")
def throw_code(call, code):
    raise DMError(f"Error code {code:g}")


@dm_function("void ThrowString(string text)", "SDK")
def throw_string(call, text):
    raise DMError(text)


@dm_function("void ThrowUserAbort()", "SDK")
def throw_user_abort(call):
    raise UserAbort("The user stopped the script.")


@dm_function("string GetExceptionString()", "SEEN 1 a, SDK", "the text that was thrown")
@dm_function("string GetExceptionDescription()", "SDK", "the same as GetExceptionString")
def get_exception_string(call):
    return call.exception.message if call.exception else ""


@dm_function("number IsExceptionUserAbort()", "SDK")
def is_exception_user_abort(call):
    return bool(call.exception and call.exception.is_user_abort)


# -- other scripts ----------------------------------------------------------------------------------------------------


@dm_function("number ExecuteScriptString(string text)", "DOCUMENTED, SEEN 3 r")
def execute_script_string(call, text):
    return call.run_text(text)


@dm_function("number ExecuteScriptFile(string path)", "DOCUMENTED, SEEN 3 r")
def execute_script_file(call, path):
    return call.run_file(path)


@dm_function("number DoesFunctionExist(string name)", "DOCUMENTED SDK", "1 only for what is simulated here")
def does_function_exist(call, name):
    return call.function_exists(name)


# -- objects ----------------------------------------------------------------------------------------------------------


@dm_function("number ScriptObjectIsValid(object? o)", "SEEN 2 r")
def script_object_is_valid(call, o):
    return o is not None


@dm_function("number ScriptObjectGetID(object o)", "SEEN 4 r")
def script_object_get_id(call, o):
    return call.workspace.id_of(o)


@dm_function("object GetScriptObjectFromID(number id)", "SEEN 4 r", "invalid if the object is gone")
def get_script_object_from_id(call, id):
    return call.workspace.by_id(id, ScriptObject)


@dm_function("string ClassName(object o)", "SEEN 1 r")
@dm_function("string ScriptObjectGetClassName(object o)", "SEEN 1 r")
def class_name(call, o):
    return o.class_name if isinstance(o, ScriptObject) else type(o).__name__


@dm_function("object ScriptObjectClone(object o)", "SDK", "members are copied, objects inside are shared")
def script_object_clone(call, o):
    twin = ScriptObject(o.class_name, o.script_class, dict(o.state))
    twin.members = dict(o.members)
    twin.items = list(o.items)
    return twin


@dm_function("void StartThread(object o)", "SEEN 6 f", "runs to its end before the next statement")
def start_thread(call, o):
    call.call_method(o, "RunThread")


@dm_function("void StartThread(object o, string method)", "SEEN 2 f", "runs to its end before the next statement")
def start_thread_method(call, o, method):
    call.call_method(o, method)


# -- choosing and sizing ----------------------------------------------------------------------------------------------


@dm_function("image Tert(expression condition, expression if_true, expression if_false)", "SEEN 16 f, Supplement S1")
def tert(call, condition, if_true, if_false):
    """Choose pixel by pixel; DM takes any nonzero condition for true."""
    if isinstance(condition, (Image, PixelExpression)):
        return Choice([condition, if_true, if_false], call)
    return if_true if to_truth(condition) else if_false


@dm_function("string Tert(number condition, string if_true, string if_false)", "INFERRED: as ?:")
def tert_of_texts(call, condition, if_true, if_false):
    return if_true if condition else if_false


@dm_function("image ExprSize(number width, expression values)", "SEEN 11 f")
@dm_function("image ExprSize(number width, number height, expression values)", "SEEN 11 f")
@dm_function("image ExprSize(number width, number height, number depth, expression values)", "SEEN 1 r")
@dm_function("image ExprSize(number width, number height, number d2, number d3, expression values)", "INFERRED: 4D")
def expr_size(call, *sizes_and_values):
    """An expression whose size nothing inside it says."""
    *sizes, values = sizes_and_values
    if not all(1 <= size < math.inf for size in sizes):
        raise DMError(f"ExprSize wants sizes of at least one pixel, not {' x '.join(f'{size:g}' for size in sizes)}.")
    call.refuse_large(sizes)
    return Sized(tuple(int(size) for size in reversed(sizes)), values, call)
