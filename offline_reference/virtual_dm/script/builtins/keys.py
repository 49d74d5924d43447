"""Keys and mouse buttons, as the workspace's prepared keys say."""

from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.recorded import does_nothing


@dm_function("number GetKey()", "SEEN 4 f", "0 if no key is due; escape is 27")
@dm_function("number FnGetKey()", "SEEN 1 f", "the same as GetKey")
def get_key(call):
    """Code of the last key: 28 left, 29 right, 30 up, 31 down, else its ASCII code."""
    return call.workspace.get_key()


def _held(modifier):
    def run(call):
        return call.workspace.is_held(modifier)

    return run


for _name, _modifier, _evidence in (
    ("ShiftDown", "shift", "SEEN 18 f, SDK"),
    ("ControlDown", "control", "SEEN 7 f, SDK"),
    ("OptionDown", "option", "SEEN 12 f, SDK"),
    ("CommandDown", "command", "SDK"),
    ("SpaceDown", "space", "SEEN 4 f, SDK"),
):
    dm_function(f"number {_name}()", _evidence)(_held(_modifier))

does_nothing("number LMouseButtonDown()", guess="0")
does_nothing("number RMouseButtonDown()", guess="0")
