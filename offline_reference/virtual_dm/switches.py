"""Contested behaviours of DM, by name: what nobody outside Gatan has written down for certain.

Each switch has a default, its alternatives, and the evidence. A script that may be trusted at a microscope gives
the same answer under every combination of the contested ones; ``all_combinations`` lists them. FIDELITY.md is
generated from this file.

    Workspace(switches=Switches(outside_value="edge"))
    for switches in all_combinations("script"): ...
"""
import difflib
import itertools
from dataclasses import dataclass


@dataclass(frozen=True)
class Switch:
    """One behaviour.

    Attributes
    ----------
    name : str
    default : str
    alternatives : tuple of str
        Every value, the default among them.
    door : str
        "script", "python" or "both".
    contested : bool
        Whether agreement tests must try every value. Not contested: DM is known to do the default,
        or a switch that makes a run milder on purpose.
    evidence : str
        DOC, SEEN or INF as in the references, and where.
    doc : str
        One or two sentences: what each value means.
    """

    name: str
    default: str
    alternatives: tuple
    door: str
    contested: bool
    evidence: str
    doc: str


SWITCHES = (
    Switch(
        "precision", "single", ("single", "double"), "script", True,
        "SEEN 1 (a public script's remark), INF: script_reference 4.3",
        "Matrix functions and Fourier transforms round their results to single precision, or keep double.",
    ),
    Switch(
        "outside_value", "zero", ("zero", "edge"), "script", True,
        "unknown: script_reference 3.1, 3.4",
        "What [x, y] and warp read outside an image: zero, or the nearest pixel of the edge.",
    ),
    Switch(
        "number_digits", "6", ("6", "15"), "script", True,
        "INF: script_reference 1.9",
        'Significant digits of a number that is turned into text without Format, as in "" + x.',
    ),
    Switch(
        "one_dimension", "distinct", ("distinct", "same"), "script", True,
        "DOC: script_reference 14.8; the other value INF",
        "Whether a 1D image of n pixels and a 2D one of n x 1 are different sizes for =, or the same.",
    ),
    Switch(
        "index_rounding", "truncate", ("truncate", "round"), "script", True,
        "unknown: script_reference 3.1",
        "How [ ] turns a fractional index into a pixel: cut off, or to the nearest.",
    ),
    Switch(
        "catch_without_break", "swallow", ("swallow", "rethrow"), "script", True,
        "unknown: script_reference 1.5",
        "Whether an exception is over when a catch block ends without break or return, or goes on outwards.",
    ),
    Switch(
        "expression_type", "single", ("single", "double"), "script", True,
        "INF: script_reference 2.4",
        "Pixel type of a new image made by an expression of integers, numbers and 4-byte reals: float32 or float64.",
    ),
    Switch(
        "plain_origin", "units", ("units", "pixels"), "both", True,
        "SEEN 1 for units (script_reference 6), not stated in python_reference 7",
        "Whether Get/SetDimensionOrigin speak of the first pixel's value in units, or of the zero point in pixels.",
    ),
    Switch(
        "python_flag", "0 waits", ("0 waits", "1 waits"), "both", True,
        "SEEN 2: python_reference 2; GMS 3.5 and later against 3.4",
        "Which second argument of ExecutePythonScriptString waits for the end of the script. "
        "virtual_dm runs the other one too, but only after the calling script.",
    ),
    Switch(
        "get_tag_as_tag_group", "tuple", ("tuple", "bare"), "python", True,
        "DOC for the tuple, SEEN 2 for the bare group: python_reference 9",
        "Whether GetTagAsTagGroup gives (ok, group) or the group alone.",
    ),
    Switch(
        "create_image", "copies", ("copies", "shares"), "python", True,
        "INF: python_reference 5",
        "Whether CreateImage copies the array, or the new image lives in the array's memory.",
    ),
    Switch(
        "create_image_failure", "exception", ("exception", "None"), "python", True,
        "unknown: python_reference 5",
        "What CreateImage does with an array it cannot take: raises, or returns None.",
    ),
    Switch(
        "array_of_an_image", "refused", ("refused", "taken"), "python", False,
        "SEEN 1 for taken (a script of the first beta), unknown since: python_reference 17.2",
        "Whether CreateImage takes an array that GetNumArray handed out, which does not own its memory.",
    ),
    Switch(
        "unit_strings", "str", ("str", "bytes"), "python", True,
        "SEEN 3: python_reference 7",
        "Units with a micro, degree or angstrom sign as text, or as Latin-1 bytes. ASCII units are always text.",
    ),
    Switch(
        "one_dimensional_array", "(n,)", ("(n,)", "(1, n)"), "python", True,
        "SEEN 1 each: python_reference 4",
        "NumPy shape of a 1D image: a vector, or one row.",
    ),
    Switch(
        "binary_array", "uint8", ("uint8", "bool"), "python", False,
        "unknown: python_reference 4",
        "NumPy type of a binary image's array.",
    ),
    Switch(
        "sys_argv", "empty", ("empty", "absent"), "python", False,
        "SEEN 20 for empty, SEEN 1 for absent: python_reference 3",
        "Whether sys.argv is an empty list, or there is no sys.argv at all.",
    ),
    Switch(
        "unusual_types", "refused", ("refused", "converted"), "python", False,
        "never seen: python_reference 4",
        "CreateImage of bool, uint64 or float16 arrays: refused, or taken as uint8, uint32, float32.",
    ),
    Switch(
        "numpy_scalars", "refused", ("refused", "taken"), "python", False,
        "INF from SWIG's type check: python_reference 5",
        "np.int64, np.float32 or np.bool_ scalars as arguments of DM's methods (np.float64 is a float and passes).",
    ),
    Switch(
        "default_integers", "int64", ("int64", "int32"), "python", False,
        "INF: python_reference 1 (Windows, NumPy 1)",
        "CreateImage of int64 arrays: refused as a type never seen in DM, or taken as the int32 that NumPy makes of "
        "integers without a type on Windows.",
    ),
    Switch(
        "thread", "main", ("main", "background"), "python", True,
        "SEEN 13: python_reference 11",
        "What IsScriptOnMainThread answers.",
    ),
    Switch(
        "find_front_image_empty", "None", ("None", "invalid"), "python", True,
        "not stated: python_reference 8",
        "What FindFrontImage gives when no image is open: None, or an image whose IsValid() is False.",
    ),
    Switch(
        "tag_group_keys", "absent", ("absent", "present"), "python", False,
        "SEEN 1: python_reference 9, added by GMS 3.6.1",
        "Whether tag groups have keys(). Absent is the older version, and the safe one.",
    ),
)
BY_NAME = {switch.name: switch for switch in SWITCHES}


class Switches:
    """The values of one workspace: an attribute for each switch.

    Raises
    ------
    ValueError
        For a name that is no switch, or a value it does not have.
    """

    def __init__(self, **values):
        for switch in SWITCHES:
            object.__setattr__(self, switch.name, switch.default)
        for name, value in values.items():
            self._set(name, value)

    def __setattr__(self, name, value):
        self._set(name, value)

    def __repr__(self):
        others = [f"{name}={value!r}" for name, value in self.changed().items()]
        return f"Switches({', '.join(others)})"

    def __eq__(self, other):
        return isinstance(other, Switches) and vars(self) == vars(other)

    __hash__ = None

    def changed(self):
        """Those that differ from their default, as a dict."""
        return {s.name: getattr(self, s.name) for s in SWITCHES if getattr(self, s.name) != s.default}

    def _set(self, name, value):
        if name not in BY_NAME:
            near = difflib.get_close_matches(name, BY_NAME, 1)
            hint = f": did you mean {near[0]!r}?" if near else f". There are: {', '.join(BY_NAME)}."
            raise ValueError(f"There is no switch {name!r}{hint}")
        if str(value) not in BY_NAME[name].alternatives:
            raise ValueError(f"Switch {name!r} is one of {', '.join(BY_NAME[name].alternatives)}, not {value!r}.")
        object.__setattr__(self, name, str(value))

    @classmethod
    def from_texts(cls, texts):
        """From "name=value" texts, as a command line has them."""
        pairs = {}
        for text in texts:
            name, separator, value = text.partition("=")
            if not separator:
                raise ValueError(f"A switch is written name=value, not {text!r}.")
            pairs[name.strip()] = value.strip()
        return cls(**pairs)


def contested(door=None):
    """The contested switches of a door ("script", "python"), or of both."""
    return [s for s in SWITCHES if s.contested and (door is None or s.door in (door, "both"))]


def all_combinations(door=None, only=None):
    """Every combination of the contested switches, or of those named in ``only``.

    Yields
    ------
    Switches
        2^n of them, so agreement tests name the switches that a script can feel; ``one_at_a_time`` is the cheap check.
    """
    chosen = contested(door) if only is None else [BY_NAME[name] for name in only]
    for values in itertools.product(*(switch.alternatives for switch in chosen)):
        yield Switches(**{switch.name: value for switch, value in zip(chosen, values, strict=True)})


def one_at_a_time(door=None):
    """The defaults, then each contested switch alone at each of its other values."""
    yield Switches()
    for switch in contested(door):
        for value in switch.alternatives:
            if value != switch.default:
                yield Switches(**{switch.name: value})
