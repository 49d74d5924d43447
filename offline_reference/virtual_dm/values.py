"""What a DM-script variable may hold besides numbers, strings, images and tag groups."""
from typing import NamedTuple


class RGBNumber(NamedTuple):
    """One colour, DM's rgbnumber; channels 0 to 255, kept as DM keeps them: as numbers."""

    red: float
    green: float
    blue: float
    alpha: float = 0.0


class Reference:
    """A variable handed over by `&`: the called function reads and writes the caller's variable.

    Parameters
    ----------
    get : callable without arguments
    set : callable with the new value
    type_name : str
        The variable's declared type, such as "number".
    """

    def __init__(self, get, set, type_name="any"):
        self.get = get
        self.set = set
        self.type_name = type_name


class ScriptObject:
    """An instance of a DM-script class, or of a class of DM's own such as UIFrame or ObjectList.

    Attributes
    ----------
    class_name : str
        As the script spells it.
    script_class : object or None
        The interpreter's class; None for a class of DM's own.
    members : dict
        Member variables by lower-case name.
    items : list
        What an ObjectList holds; empty for every other class.
    state : dict
        Free for built-in functions: the dialog of a UIFrame, the bytes of a stream.

    Its number (ScriptObjectGetID) is ``workspace.id_of(object)``.
    """

    def __init__(self, class_name, script_class=None, state=None):
        self.class_name = class_name
        self.script_class = script_class
        self.members = {}
        self.items = []
        self.state = {} if state is None else state

    def __repr__(self):
        return f"<{self.class_name} object>"

    def __del__(self):
        destroy = getattr(self.script_class, "destroy", None)
        if destroy is not None:
            destroy(self)
