"""Tag groups and tag lists: typed values under paths such as ``Microscope Info:Voltage`` or ``List[2]:Name``.

A tag keeps its type. A float tag is stored in 32 bits (-823.83 comes back as -823.8300170898438), long is a 32-bit
integer, and so on; what does not fit is refused. Getters convert between kinds and say whether they could.

Kinds: group, short, ushort, long, ulong, int64, uint64, float, double, boolean, string, float complex,
double complex, array, color, short point, long point, float point, short rect, long rect, float rect, rgb uint16.
Values: a group is a ``TagGroup``, an array a NumPy array (axes reversed as in images), a point (x, y),
a rect (top, left, bottom, right), a color (r, g, b), everything else the plain Python value.
"""
import math
import re
from dataclasses import dataclass

import numpy as np

from offline_reference.virtual_dm.errors import DMError

INTEGER_RANGES = {
    "short": (-(2**15), 2**15 - 1),
    "ushort": (0, 2**16 - 1),
    "long": (-(2**31), 2**31 - 1),
    "ulong": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1),
}
NUMBER_KINDS = (*INTEGER_RANGES, "float", "double", "boolean")
COMPLEX_KINDS = ("float complex", "double complex")
STRUCT_LENGTHS = {
    "color": 3,
    "rgb uint16": 3,
    "short point": 2,
    "long point": 2,
    "float point": 2,
    "short rect": 4,
    "long rect": 4,
    "float rect": 4,
}
KINDS = ("group", *NUMBER_KINDS, *COMPLEX_KINDS, "string", "array", *STRUCT_LENGTHS)

# what TagGroupGetTagType answers (python_reference 9)
TYPE_CODE_OF_KIND = {
    "group": 0,
    "short": 2,
    "long": 3,
    "ushort": 4,
    "ulong": 5,
    "float": 6,
    "double": 7,
    "boolean": 8,
    "int64": 11,
    "uint64": 12,
    "string": 20,
    "array": 20,
}
STRUCT_TYPE_CODE = 15
FAILED_VALUE = {"string": "", "float complex": 0j, "double complex": 0j}


@dataclass
class Tag:
    """One entry: label ("" in a list), kind and value."""

    label: str
    kind: str
    value: object

    @property
    def type_code(self):
        return TYPE_CODE_OF_KIND.get(self.kind, STRUCT_TYPE_CODE)


class TagGroup:
    """Ordered tags, found by label in a group and by number in a list.

    Setters create the groups that are missing on the way of a path. ``group`` and ``get_as(path, "group")``
    hand out the very group, not a copy.
    """

    def __init__(self, is_list=False):
        self.is_list = is_list
        self.tags = []

    def __repr__(self):
        return f"<{'TagList' if self.is_list else 'TagGroup'} of {len(self.tags)}>"

    def __eq__(self, other):
        return isinstance(other, TagGroup) and self.is_list == other.is_list and self.to_plain() == other.to_plain()

    __hash__ = object.__hash__  # a group is also a thing with an identity, kept in sets and dictionaries

    # -- by path ----------------------------------------------------------------------------------------------------

    def find(self, path):
        """The Tag at a path, or None."""
        group, step = self._walk(path)
        return None if group is None else group._entry(step)

    def exists(self, path):
        return self.find(path) is not None

    def get_as(self, path, kind):
        """(True, value converted to the kind), or (False, a default) if missing or not convertible.

        Numbers convert to strings and strings that hold a number do not convert to numbers; any number
        converts to any other number kind that can hold it, losing digits as C does.
        """
        return read_as(self.find(path), kind)

    def set(self, path, kind, value):
        """Write a value; makes groups on the way; replaces what was there, of whatever kind."""
        value = stored(kind, value)
        if isinstance(value, TagGroup) and (value is self or value.contains(self)):
            raise DMError(f"A tag group cannot hold itself, as {path!r} would make it do.")
        group, step = self._walk(path, create=True)
        group._put(step, kind, value)

    def group(self, path, is_list=False):
        """The group (or list) at a path; made if there is none."""
        tag = self.find(path)
        if tag is None or tag.kind != "group":
            self.set(path, "group", TagGroup(is_list))
            tag = self.find(path)
        return tag.value

    def delete(self, path):
        """Whether there was a tag to delete."""
        group, step = self._walk(path)
        tag = None if group is None else group._entry(step)
        if tag is None:
            return False
        group.tags = [other for other in group.tags if other is not tag]
        return True

    # -- by number --------------------------------------------------------------------------------------------------

    def __len__(self):
        return len(self.tags)

    def tag(self, index):
        """The Tag at an index, or None."""
        return self.tags[int(index)] if 0 <= index < len(self.tags) else None

    def get_indexed_as(self, index, kind):
        """As ``get_as``, by number."""
        return read_as(self.tag(index), kind)

    def set_indexed(self, index, kind, value):
        """Replace kind and value of the tag at an index; the label stays."""
        tag = self.tag(index)
        if tag is None:
            raise DMError(f"There is no tag number {index:g}: this {self._noun} has {len(self.tags)}.")
        tag.kind, tag.value = kind, stored(kind, value)

    def insert(self, index, kind, value):
        """Insert before an index of a list; an index outside (such as -1 or infinity) appends."""
        if not self.is_list:
            raise DMError("Tags without a label go into a tag list; this is a tag group.")
        tag = Tag("", kind, stored(kind, value))
        if 0 <= index < len(self.tags):
            self.tags.insert(int(index), tag)
        else:
            self.tags.append(tag)
        return tag

    def append(self, kind, value):
        """Append to a list; returns the Tag."""
        return self.insert(-1, kind, value)

    def add(self, label, kind, value):
        """Append a labelled tag to a group, whatever the label holds (no path); returns the Tag."""
        tag = Tag(str(label), kind, stored(kind, value))
        self.tags.append(tag)
        return tag

    def delete_indexed(self, index):
        """Whether there was a tag to delete."""
        if self.tag(index) is None:
            return False
        del self.tags[int(index)]
        return True

    def clear(self):
        self.tags = []

    # -- whole groups -----------------------------------------------------------------------------------------------

    def contains(self, group):
        """Whether a group lies somewhere below this one."""
        below = [tag.value for tag in self.tags if tag.kind == "group"]
        return any(child is group or child.contains(group) for child in below)

    def clone(self):
        """A deep copy."""
        twin = TagGroup(self.is_list)
        twin.tags = [Tag(tag.label, tag.kind, _copied(tag.value)) for tag in self.tags]
        return twin

    def copy_from(self, source):
        """Replace the contents with copies of another group's."""
        self.tags = source.clone().tags
        self.is_list = source.is_list

    def merge_from(self, source):
        """Copy another group's tags over this one's, keeping tags that it has not; lists are replaced."""
        for tag in source.tags:
            mine = None if self.is_list else self._entry(tag.label)
            both_groups = mine is not None and mine.kind == tag.kind == "group"
            if both_groups and not mine.value.is_list and not tag.value.is_list:
                mine.value.merge_from(tag.value)
            elif mine is not None:
                mine.kind, mine.value = tag.kind, _copied(tag.value)
            else:
                self.tags.append(Tag(tag.label, tag.kind, _copied(tag.value)))

    def to_plain(self):
        """Nested dict and list of plain values, for reading and for files; kinds are lost."""
        values = [tag.value.to_plain() if tag.kind == "group" else _plain(tag.value) for tag in self.tags]
        return values if self.is_list else dict(zip((tag.label for tag in self.tags), values, strict=True))

    @classmethod
    def from_plain(cls, tree):
        """From nested dict and list: int becomes long (int64 if it must), float becomes double."""
        group = cls(is_list=not isinstance(tree, dict))
        pairs = tree.items() if isinstance(tree, dict) else (("", value) for value in tree)
        for label, value in pairs:
            kind, value = _kind_of_plain(value)
            group.tags.append(Tag(str(label), kind, stored(kind, value)))
        return group

    # -- paths ------------------------------------------------------------------------------------------------------

    @property
    def _noun(self):
        return "tag list" if self.is_list else "tag group"

    def _walk(self, path, create=False):
        """(group, last step) of a path; (None, None) if a group on the way is missing and not to be made."""
        steps = steps_of(path)
        group = self
        for step, next_step in zip(steps, steps[1:], strict=False):
            tag = group._entry(step)
            if tag is None or tag.kind != "group":
                if not create:
                    return None, None
                child = TagGroup(is_list=isinstance(next_step, int))
                group._put(step, "group", child)
                group = child
            else:
                group = tag.value
        return group, steps[-1]

    def _entry(self, step):
        if isinstance(step, int):
            return self.tag(step)
        return next((tag for tag in self.tags if tag.label == step), None)

    def _put(self, step, kind, value):
        tag = self._entry(step)
        if tag is not None:
            tag.kind, tag.value = kind, value
        elif isinstance(step, int):
            if step != len(self.tags):
                raise DMError(f"There is no tag number {step}: this {self._noun} has {len(self.tags)}.")
            self.tags.append(Tag("", kind, value))
        elif self.is_list:
            raise DMError(f"A tag list has numbers, no labels such as {step!r}: write [0] for its first tag.")
        else:
            self.tags.append(Tag(step, kind, value))


def steps_of(path):
    """Steps of a path: "A:B[0]:C" is ["A", "B", 0, "C"].

    Raises
    ------
    DMError
        If a step is empty or a bracket does not hold a whole number.
    """
    steps = []
    for part in str(path).split(":"):
        match = re.fullmatch(r"([^\[\]]*)((?:\[\d+\])*)", part)
        if match is None or not part:
            raise DMError(
                f"{path!r} is no tag path: labels stand between colons and hold no brackets, "
                "and [n] after a label is the n-th tag of a list."
            )
        steps += [match[1]] if match[1] else []
        steps += [int(number) for number in re.findall(r"\d+", match[2])]
    return steps


def stored(kind, value):
    """A value as DM would keep it under a kind: float through 32 bits, integers checked, strings as text."""
    if kind == "group":
        if not isinstance(value, TagGroup):
            raise DMError(f"A group tag takes a tag group, not {value!r}.")
        return value
    if kind == "array":
        return np.array(value)
    if kind == "string":
        return str(value)
    if kind in STRUCT_LENGTHS:
        return _stored_struct(kind, value)
    if kind == "float complex":
        return complex(np.complex64(value))
    if kind == "double complex":
        return complex(value)
    return _stored_number(kind, value)


def read_as(tag, kind):
    """(ok, value) of a Tag, or of None, converted to a kind."""
    value = None if tag is None else _conversion(tag, kind)
    if value is None:
        return False, failed_value(kind)
    return True, value


def failed_value(kind):
    """What a getter hands back beside False."""
    if kind == "group":
        return TagGroup()
    if kind == "array":
        return None
    if kind in STRUCT_LENGTHS:
        return (0,) * STRUCT_LENGTHS[kind]
    return FAILED_VALUE.get(kind, False if kind == "boolean" else 0)


def number_text(value):
    """A number tag as text: whole numbers without a point, others with the digits they have."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, complex):
        return f"{value.real:g} + {value.imag:g}i"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _conversion(tag, kind):
    if tag.kind == kind:
        return tag.value
    if kind == "string":
        return _as_text(tag)
    if tag.kind in NUMBER_KINDS and kind in NUMBER_KINDS:
        return _as_number(tag.value, kind)
    if kind in COMPLEX_KINDS and tag.kind in (*COMPLEX_KINDS, *NUMBER_KINDS):
        return stored(kind, tag.value)
    if kind in COMPLEX_KINDS and STRUCT_LENGTHS.get(tag.kind) == 2:  # in a file a complex is a pair like a point
        return stored(kind, complex(*tag.value))
    both_structs = tag.kind in STRUCT_LENGTHS and kind in STRUCT_LENGTHS
    if both_structs and STRUCT_LENGTHS[tag.kind] == STRUCT_LENGTHS[kind]:
        return tag.value
    return None


def _as_text(tag):
    if tag.kind in NUMBER_KINDS or tag.kind in COMPLEX_KINDS:
        return number_text(float(f"{tag.value:.8g}") if tag.kind == "float" else tag.value)
    if tag.kind in STRUCT_LENGTHS:
        return ", ".join(number_text(number) for number in tag.value)
    if tag.kind == "array" and tag.value.dtype == np.uint16:
        return _text_of_array(tag.value)
    return None


def _text_of_array(array):
    """Texts in files are arrays of 16-bit characters; None if this one is not."""
    try:
        return array.tobytes().decode("utf-16-le")
    except UnicodeDecodeError:
        return None


def _as_number(value, kind):
    if kind in INTEGER_RANGES:
        low, high = INTEGER_RANGES[kind]
        return int(value) if _is_finite(value) and low <= int(value) <= high else None
    return stored(kind, value)


def _stored_number(kind, value):
    if kind == "boolean":
        return bool(value)
    if kind == "double":
        return float(value)
    if kind == "float":
        with np.errstate(over="ignore"):
            return float(np.float32(value))
    if kind not in INTEGER_RANGES:
        raise DMError(f"There are no tags of kind {kind!r}.")
    low, high = INTEGER_RANGES[kind]
    if not _is_finite(value) or not low <= int(value) <= high:
        raise DMError(f"{value:g} does not fit into a {kind} tag, which holds {low} to {high}.")
    return int(value)


def _is_finite(value):
    return isinstance(value, int) or math.isfinite(value)


def _stored_struct(kind, value):
    numbers = tuple(value)
    if len(numbers) != STRUCT_LENGTHS[kind]:
        raise DMError(f"A {kind} tag takes {STRUCT_LENGTHS[kind]} numbers, not {len(numbers)}.")
    return tuple(stored("float", n) for n in numbers) if kind.startswith("float") else tuple(int(n) for n in numbers)


def _copied(value):
    if isinstance(value, TagGroup):
        return value.clone()
    return value.copy() if isinstance(value, np.ndarray) else value


def _plain(value):
    return value.tolist() if isinstance(value, np.ndarray) else value


def _kind_of_plain(value):
    if isinstance(value, TagGroup):
        return "group", value
    if isinstance(value, dict | list):
        return "group", TagGroup.from_plain(value)
    if isinstance(value, np.ndarray):
        return "array", value
    if isinstance(value, bool | np.bool_):
        return "boolean", value
    if isinstance(value, int | np.integer):
        low, high = INTEGER_RANGES["long"]
        return ("long" if low <= value <= high else "int64"), value
    if isinstance(value, float | np.floating):
        return "double", value
    if isinstance(value, complex | np.complexfloating):
        return "double complex", value
    if isinstance(value, tuple) and len(value) in (2, 4):
        return ("float point" if len(value) == 2 else "float rect"), value
    return "string", str(value)
