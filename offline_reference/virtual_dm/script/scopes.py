"""Names -> where their values are kept while the script runs.

A running function keeps its variables in a list, its frame; which name has which place in the list is settled before
the script starts. The frame of the script's top level is the list of its global variables.
"""
from dataclasses import dataclass, field

from offline_reference.virtual_dm.registry import canonical

RESULT, SELF, FIRST_FREE = 0, 1, 2  # places in every frame


@dataclass
class Variable:
    """One declared name.

    place is its index in the frame, or its lower-case name where it is a member of a class. A reference holds a
    values.Reference, because the parameter was declared with &.
    """

    name: str
    type_word: str
    place: object
    layout: object
    is_reference: bool = False

    @property
    def type(self):
        return canonical(self.type_word)


class Layout:
    """The places of one frame. Globals live in the list itself, functions get a new list for each call."""

    def __init__(self, globals_list=None):
        self.n_places = FIRST_FREE
        self.globals = globals_list
        if globals_list is not None:
            globals_list[:] = [None] * FIRST_FREE

    def new_place(self):
        if self.globals is not None:
            self.globals.append(None)
        self.n_places += 1
        return self.n_places - 1

    def new_frame(self):
        return [None] * self.n_places


@dataclass
class Scope:
    """One block of the text: its names, and the block around it.

    Attributes
    ----------
    layout : Layout or None
        None for the members of a class.
    function : UserFunction or None
        The function whose body this is.
    script_class : ScriptClass or None
        The class whose method this is.
    """

    program: object
    layout: Layout
    parent: object = None
    function: object = None
    script_class: object = None
    names: dict = field(default_factory=dict)

    def inner(self):
        """A block inside this one."""
        return Scope(self.program, self.layout, self, self.function, self.script_class)

    def declare(self, name, type_word, is_reference=False):
        """A new variable; declared again in the same block it keeps its place."""
        key = name.lower()
        known = self.names.get(key)
        place = known.place if known else self.layout.new_place()
        self.names[key] = Variable(name, type_word, place, self.layout, is_reference)
        return self.names[key]

    def lookup(self, name):
        """The variable of that name here or in the blocks around, or None."""
        key, scope = name.lower(), self
        while scope is not None:
            if key in scope.names:
                return scope.names[key]
            scope = scope.parent
        return None


def getter(variable, scope):
    """A function of the frame that reads a variable."""
    place = variable.place
    if isinstance(place, str):
        return lambda frame: frame[SELF].members[place]
    if variable.layout is not scope.layout:
        frame_of_globals = variable.layout.globals
        return lambda frame: frame_of_globals[place]
    if variable.is_reference:
        return lambda frame: frame[place].get()
    return lambda frame: frame[place]


def setter(variable, scope):
    """A function of frame and value that writes a variable, without converting."""
    place = variable.place
    if isinstance(place, str):
        return lambda frame, value: frame[SELF].members.__setitem__(place, value)
    if variable.layout is not scope.layout:
        frame_of_globals = variable.layout.globals
        return lambda frame, value: frame_of_globals.__setitem__(place, value)
    if variable.is_reference:
        return lambda frame, value: frame[place].set(value)
    return lambda frame, value: frame.__setitem__(place, value)
