"""The list of DM functions that are simulated, each with its prototype and the evidence for it.

A built-in is a Python function with one or more decorators::

    @dm_function("image Warp(image source, pixels x, pixels y)", evidence="SEEN 21 f", guess="outside the source: 0")
    def warp(call, source, x, y):
        ...

It receives a `Call`, then its arguments already converted. DM finds a function by name, number and types of the
arguments, so functions may share a name and one Python function may carry several prototypes. Types in a prototype:

    number         float                    string         str
    complexnumber  complex                  rgbnumber      values.RGBNumber
    image          images.Image; an expression becomes a temporary image
    pixels         the expression itself, evaluated on the grid that is being computed: a float (or complex), or an
                   ndarray that broadcasts against ``call.shape``
    taggroup, object, roi, imagedisplay, imagedocument, documentwindow, component ...   the handle
    expression     the same, but not evaluated: a number, an image or an image expression (for the language's own use)
    any            whatever was given, unconverted (numbers, text, handles; an expression becomes an image)
    type &name     a values.Reference: ``name.get()``, ``name.set(value)``
    type? name     a handle that may be NULL or not valid yet: None
    ...            as the last parameter: any number of further arguments, as `any`

A function with a `pixels` parameter, or with `pixels` as its result type, is computed pixel by pixel and may be mixed
with icol and irow. It returns a scalar or an array that broadcasts against ``call.shape``, which is None where no image
is being computed. Results: None for void, float/int/bool for number, str, complex, handles, or an ndarray where an
image is declared (it becomes a new image; the type is kept if DM has it).

Refuse with errors.DMError what DM refuses; the place in the script is added by the interpreter.

Functions that need the language itself are in script/language.py: Alloc, Exit, Throw and the exception texts, Tert,
ExprSize, ClassName, ScriptObjectIsValid, ScriptObjectGetID, GetScriptObjectFromID, DoesFunctionExist,
ExecuteScriptString, ExecuteScriptFile, StartThread.
"""
import importlib
import pkgutil
import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

CANONICAL_TYPES = {
    "number": "number",
    "realnumber": "number",
    "double": "number",
    "float": "number",
    "long": "number",
    "int": "number",
    "short": "number",
    "bool": "number",
    "uint": "number",
    "uint16": "number",
    "uint32": "number",
    "uint64": "number",
    "int16": "number",
    "int32": "number",
    "int64": "number",
    "sint16": "number",
    "sint32": "number",
    "complexnumber": "complexnumber",
    "complex": "complexnumber",
    "rgbnumber": "rgbnumber",
    "string": "string",
    "image": "image",
    "realimage": "image",
    "compleximage": "image",
    "rgbimage": "image",
    "binaryimage": "image",
    "basicimage": "image",
    "imagereference": "image",
    "realsubarea": "image",
    "complexsubarea": "image",
    "rgbsubarea": "image",
    "subarea": "image",
    "taggroup": "taggroup",
    "taglist": "taggroup",
    "object": "object",
    "scriptobject": "object",
    "roi": "roi",
    "imagedisplay": "imagedisplay",
    "rasterimagedisplay": "imagedisplay",
    "lineplotimagedisplay": "imagedisplay",
    "argandimagedisplay": "imagedisplay",
    "imagedocument": "imagedocument",
    "compounddocument": "imagedocument",
    "documentwindow": "documentwindow",
    "window": "documentwindow",
    "component": "component",
    "annotation": "component",
    "menu": "menu",
    "menuitem": "menuitem",
    "thread": "object",
    "void": "void",
    "pixels": "pixels",
    "expression": "expression",
    "any": "any",
}
"""Type word, lower case -> the type it counts as when arguments are compared. C's words occur in SDK prototypes."""


class Parameter(NamedTuple):
    """One parameter of a prototype."""

    type: str
    name: str
    by_reference: bool = False
    may_be_null: bool = False


@dataclass(frozen=True)
class DMFunction:
    """One prototype of a built-in function with the Python function behind it."""

    name: str
    returns: str
    parameters: tuple
    variadic: bool
    run: object
    evidence: str
    guess: str
    signature: str

    @cached_property
    def is_per_pixel(self):
        return self.returns == "pixels" or any(parameter.type == "pixels" for parameter in self.parameters)

    @cached_property
    def takes_pixels_only(self):
        """Whether every parameter is `pixels`, so that numbers need no conversion."""
        return bool(self.parameters) and all(parameter.type == "pixels" for parameter in self.parameters)

    @cached_property
    def differs_by_pixel(self):
        """Whether numbers as arguments still give every pixel its own value, as Random() and PoissonRandom(5) do."""
        no_pixels = all(parameter.type != "pixels" for parameter in self.parameters)
        return self.returns == "pixels" and (no_pixels or "random" in self.name.lower())

    def takes(self, n_arguments):
        """Whether so many arguments fit this prototype."""
        return n_arguments == len(self.parameters) or (self.variadic and n_arguments > len(self.parameters))


class Call(Protocol):
    """What a built-in may ask of the run that calls it. The interpreter supplies it, or the Python door."""

    workspace: object
    """workspace.Workspace: open images, Results text, prepared answers, tags."""
    switches: object
    """switches: the contested behaviours chosen for this run."""
    shape: tuple
    """NumPy shape of the grid being computed, or None outside an image expression."""

    def warn(self, text):
        """Record that the script relies on something real DM is not known to do."""

    def run_text(self, text):
        """Run DM-script source as a script of its own; its exit value."""

    def run_file(self, path):
        """Run a DM-script file as a script of its own; its exit value."""

    def add_library(self, text, name):
        """Run DM-script source and keep its functions and classes for every later script."""

    def has_method(self, target, method):
        """Whether a ScriptObject's class, or one it derives from in the script, has this method."""

    def call_method(self, target, method, *arguments):
        """Call a method of a ScriptObject by name, as a dialog calls back its button's method."""

    def new_object(self, class_name):
        """What Alloc(class_name) gives."""


FUNCTIONS = {}
"""Lower-case name -> list of DMFunction."""

ASSIGNMENTS = {}
"""Lower-case name -> list of DMFunction that carry out `Name(arguments) = value`; the value comes last."""

BASE_CLASSES = {"object": "object"}
"""Lower-case name -> spelling of the classes that DM itself has and that scripts alloc or derive from."""

_TYPE = r"(?P<type>\w+)(?P<null>\?)?"
_SIGNATURE = re.compile(r"\s*(?P<returns>\w+)\s+(?P<name>\w+)\s*\((?P<parameters>.*)\)\s*$")
_PARAMETER = re.compile(rf"\s*{_TYPE}\s*(?P<reference>&)?\s*(?P<name>\w*)\s*$")


def dm_function(signature, evidence, guess=""):
    """Register a Python function as a DM function; see the top of this file.

    Parameters
    ----------
    signature : str
        DM prototype, such as "image Warp(image source, pixels x, pixels y)".
    evidence : str
        Why we believe it: "DOCUMENTED", "SEEN 21 f", "INFERRED ...", "RECALLED".
    guess : str
        What about its behaviour is only a guess, in a few words; listed in FIDELITY.md.
    """

    def register(run):
        function = _parsed(signature, run, evidence, guess)
        _add(FUNCTIONS, function)
        return run

    return register


def dm_assignment(signature, evidence, guess=""):
    """Register what `Name(arguments) = value` does: the last parameter receives the value.

    Written like a function without a result: "void Red(image target, pixels value)".
    """

    def register(run):
        _add(ASSIGNMENTS, _parsed(signature, run, evidence, guess))
        return run

    return register


def dm_class(name):
    """Register a class of DM's own, such as UIFrame, that scripts may alloc or derive from."""
    BASE_CLASSES[name.lower()] = name


def load_builtins():
    """Import every family in script/builtins, so that FUNCTIONS is complete."""
    importlib.import_module("offline_reference.virtual_dm.script.language")
    package = importlib.import_module("offline_reference.virtual_dm.script.builtins")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")


def parse_parameters(text):
    """Parameters of a prototype's text between its parentheses, and whether it ends in `...`."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    variadic = bool(parts) and parts[-1] == "..."
    return tuple(_parameter(part) for part in (parts[:-1] if variadic else parts) if part != "void"), variadic


def _parsed(signature, run, evidence, guess):
    found = _SIGNATURE.match(signature)
    if not found:
        raise ValueError(f"not a DM prototype: {signature!r}; write it as 'image Warp(image source, pixels x)'")
    if not evidence:
        raise ValueError(f"{signature!r} names no evidence: DOCUMENTED, SEEN n, INFERRED (why) or RECALLED")
    parameters, variadic = parse_parameters(found["parameters"])
    returns = canonical(found["returns"])
    return DMFunction(found["name"], returns, parameters, variadic, run, evidence, guess, signature)


def _parameter(text):
    found = _PARAMETER.match(text)
    if not found:
        raise ValueError(f"not a parameter of a DM prototype: {text!r}; write 'number x' or 'number &x'")
    return Parameter(canonical(found["type"]), found["name"], bool(found["reference"]), bool(found["null"]))


def canonical(type_word):
    """The type that a type word counts as; unknown words are handles of their own kind."""
    return CANONICAL_TYPES.get(type_word.lower(), type_word.lower())


def _add(table, function):
    twins = table.setdefault(function.name.lower(), [])
    for twin in twins:
        if _types(twin) == _types(function):
            raise ValueError(f"two built-ins take the same arguments: {twin.signature!r} and {function.signature!r}")
    twins.append(function)


def _types(function):
    return [(parameter.type, parameter.by_reference) for parameter in function.parameters], function.variadic
