"""Runs scripts on a workspace.

    interpreter = Interpreter(workspace)
    interpreter.run(source)

A script is parsed and compiled to closures as a whole before its first line runs. Functions and classes of libraries
stay known to every later script of the same workspace; variables do not outlive their script.
"""
from pathlib import Path

import numpy as np

from offline_reference.virtual_dm import registry
from offline_reference.virtual_dm.errors import DMError, StopRun, UserAbort
from offline_reference.virtual_dm.images import CODE_OF_DTYPE, Image
from offline_reference.virtual_dm.script import catalogue
from offline_reference.virtual_dm.script.calls import (
    UnknownFunction,
    UserFunction,
    choose,
    convert_arguments,
    invoke,
    plain_result,
)
from offline_reference.virtual_dm.script.classes import refuse_unknown_base
from offline_reference.virtual_dm.script.conversions import converter
from offline_reference.virtual_dm.script.errors import (
    ScriptError,
    ScriptException,
    ScriptStopped,
    Source,
)
from offline_reference.virtual_dm.script.image_expressions import Grid, computable, evaluated
from offline_reference.virtual_dm.script.limits import Budget, Limits, deep_recursion
from offline_reference.virtual_dm.script.needs import needed_sources
from offline_reference.virtual_dm.script.operators import binary
from offline_reference.virtual_dm.script.parser import parsed
from offline_reference.virtual_dm.script.reading import plain_lines, read_source
from offline_reference.virtual_dm.script.scopes import Layout, Scope
from offline_reference.virtual_dm.script.statements import compile_sequence
from offline_reference.virtual_dm.values import ScriptObject


class ExitScript(Exception):
    """exit(value): ends the script, no catch block sees it."""

    def __init__(self, value):
        super().__init__(value)
        self.value = value


class Interpreter:
    """Everything that outlives one script: libraries, the last exception, the budget of the run.

    Parameters
    ----------
    workspace : workspace.Workspace
    limits : limits.Limits, optional

    Attributes
    ----------
    exception : ScriptException or None
        The one that a catch block dealt with last.
    """

    def __init__(self, workspace, limits=None):
        registry.load_builtins()
        self.workspace = workspace
        self.switches = workspace.switches
        self.budget = Budget(limits or Limits())
        self.call = Call(self)
        self.library_functions = {}
        self.library_classes = {}
        self.exception = None
        self._n_libraries = 0
        self._loaded = {}  # path -> text of libraries that headers asked for
        self._n_running = 0

    # -- running ----------------------------------------------------------------------------------------------------

    def run(self, source):
        """Run a script to its end.

        Parameters
        ----------
        source : errors.Source

        Returns
        -------
        float
            What the script gave to exit(), else 0.

        Raises
        ------
        ScriptError
            Always one of these, whatever went wrong inside.
        """
        self._load_new_libraries()
        program, value = self._run_program(source)
        if self._n_running == 0:
            self._run_deferred(program)
        return value

    def _run_deferred(self, program):
        """What the script started without waiting for it: background Python, tasks of the main thread."""
        try:
            with deep_recursion(), np.errstate(all="ignore"):
                self.workspace.run_deferred()
        except ExitScript:
            self._run_deferred(program)
        except Exception as error:
            raise program.located(error, self.call.place) from error

    def add_needed_libraries(self, source):
        """Load the libraries that the header of a script file asks for, unless an earlier script had them loaded."""
        for library in needed_sources(source):
            if self._loaded.get(library.path) != library.text:
                self._loaded[library.path] = library.text
                self.add_library(library)

    def add_library(self, source):
        """Run a script and keep its functions and classes for all later ones."""
        program, _ = self._run_program(source)
        for name, functions in program.functions.items():
            self.library_functions[name] = functions + self.library_functions.get(name, [])
        self.library_classes.update(program.classes)

    def _load_new_libraries(self):
        while self._n_libraries < len(self.workspace.libraries):
            item = self.workspace.libraries[self._n_libraries]
            self._n_libraries += 1
            self.add_library(Source(item.text, item.file or item.command))

    def _run_program(self, source):
        if self._n_running == 0:
            self.budget.restart()
        self._n_running += 1
        program = Program(source, self)
        try:
            with deep_recursion(), np.errstate(all="ignore"):
                program.execute()
            return program, 0.0
        except ExitScript as end:
            return program, end.value
        except ScriptError:
            raise
        except Exception as error:
            raise program.located(error, (1, 1)) from error
        finally:
            self._n_running -= 1

    # -- what compiled code asks for ----------------------------------------------------------------------------------

    def new_object(self, class_name, script_class):
        """An instance of a class of the script (or of a library), or of one of DM's own classes."""
        if script_class is not None:
            refuse_unknown_base(script_class.program, script_class.name)
            return script_class.new_object()
        spelling = registry.BASE_CLASSES.get(class_name.lower())
        if spelling is None:
            raise DMError(f"There is no class {class_name} above this line.")
        return ScriptObject(spelling)

    def has_assignment(self, name):
        return name.lower() in registry.ASSIGNMENTS

    def assign_function(self, name, operator, values, new, program):
        """Red(img) = values."""
        if operator != "=":
            reading = choose(name, registry.FUNCTIONS[name.lower()], values, [None] * len(values))
            old = invoke(reading, values, [None] * len(values), program)
            new = program.operate(operator[0], old, new)
        arguments = [*values, new]
        function = choose(name, registry.ASSIGNMENTS[name.lower()], arguments, [None] * len(arguments))
        converted = convert_arguments(function, arguments, [None] * len(arguments), program)
        shape = values[0].pixels.shape if isinstance(values[0], Image) else None
        self.call.run_on_grid(function, self.call.evaluated(function, converted, shape), shape)

    def run_destructor(self, destructor, instance):
        """Destructors run whenever an object dies, where nobody can catch what they throw."""
        try:
            destructor.run([instance])
        except Exception as error:  # noqa: BLE001
            self.warn(f"a destructor failed: {error}")

    def warn(self, text):
        if text not in self.workspace.warnings:
            self.workspace.warnings.append(text)


class Program:
    """One script on its way from text to effects.

    Attributes
    ----------
    functions : dict
        Lower-case name -> list of UserFunction defined so far, the latest first.
    classes : dict
        Lower-case name -> ScriptClass.
    """

    def __init__(self, source, interpreter):
        self.source = source
        self.interpreter = interpreter
        self.call = interpreter.call
        self.budget = interpreter.budget
        self.functions = {}
        self.classes = {}
        self.unknown_bases = {}
        self.global_scope = None
        self._converters = {}

    def execute(self):
        tree = parsed(self.source)
        frame = []
        self.global_scope = Scope(self, Layout(frame))
        run = compile_sequence(tree.statements, self.global_scope)
        outer, self.call.program = self.call.program, self
        try:
            run(frame)
        finally:
            self.call.program = outer

    # -- for the compilers --------------------------------------------------------------------------------------------

    def converter(self, type_name):
        if type_name not in self._converters:
            self._converters[type_name] = converter(type_name, int(self.interpreter.switches.number_digits))
        return self._converters[type_name]

    def declare_function(self, node):
        """The UserFunction of a definition or prototype; a definition fills the prototype that stood before it."""
        function = UserFunction(node.name, node.returns, node.parameters, node.place)
        same_name = self.functions.setdefault(node.name.lower(), [])
        for known in same_name:
            if _types(known) == _types(function) and known.body is None:
                known.parameters, known.returns = function.parameters, function.returns
                return known
        same_name.insert(0, function)
        return function

    def visible_functions(self, name):
        """Candidates for a call that stands here: of the script so far, of libraries, built in."""
        key = name.lower()
        return [
            *self.functions.get(key, ()),
            *self.interpreter.library_functions.get(key, ()),
            *registry.FUNCTIONS.get(key, ()),
        ]

    def why_not_visible(self, name):
        """The error for a name that no function above the call has."""
        later = self.functions.get(name.lower())
        if later:
            return UnknownFunction(
                f"{name} is defined further down (line {later[-1].place[0]}): DM wants the definition, or a prototype, "
                "above the first call."
            )
        if catalogue.entries(name):
            return catalogue.not_simulated(name)
        return UnknownFunction(catalogue.why_unknown(name))

    def visible_class(self, name):
        return self.classes.get(name.lower()) or self.interpreter.library_classes.get(name.lower())

    def operate(self, symbol, left, right):
        return binary(symbol, left, right, self.call)

    def located(self, error, place):
        """Any error as one that knows its place in the script; those that do already stay as they are."""
        if isinstance(error, (ScriptError, ExitScript)):
            return error
        if isinstance(error, DMError):
            found = ScriptException(str(error), self.source, place)
            found.is_user_abort = isinstance(error, UserAbort)
            return found
        if isinstance(error, (StopRun, UnknownFunction)):
            return ScriptStopped(str(error), self.source, place)
        if isinstance(error, (ValueError, OverflowError)) and "to integer" in str(error):  # int() of a number, in words
            return ScriptException("A whole number is wanted here, not infinity or NaN.", self.source, place)
        if isinstance(error, OSError):
            return ScriptException(f"The file or folder cannot be used: {error.strerror}.", self.source, place)
        if isinstance(error, RecursionError):
            return ScriptStopped("Calls or brackets are nested too deeply.", self.source, place)
        if isinstance(error, MemoryError):
            return ScriptStopped("There is not enough memory for this.", self.source, place)
        return ScriptStopped(
            f"virtual_dm itself failed here, not the script: please report it ({type(error).__name__}: {error}).",
            self.source,
            place,
        )


def _types(function):
    return [(parameter.type, parameter.by_reference) for parameter in function.parameters]


class Call:
    """What built-in functions see of a run: registry.Call."""

    def __init__(self, interpreter):
        self._interpreter = interpreter
        self.workspace = interpreter.workspace
        self.switches = interpreter.switches
        self.shape = None
        self.place = (1, 1)
        self.program = None

    def warn(self, text):
        program = self.program
        where = f"{program.source.name}, line {self.place[0]}: " if program else ""
        self._interpreter.warn(where + text)

    def run_text(self, text, name="script text"):
        return self._interpreter.run(Source(plain_lines(text), name))

    def run_file(self, path):
        return self._interpreter.run(read_source(self.workspace.path(path)))

    def add_library(self, text, name="library"):
        self._interpreter.add_library(Source(plain_lines(text), name))

    def has_method(self, target, method):
        return target.script_class is not None and bool(target.script_class.methods_named(method.lower()))

    def call_method(self, target, method, *arguments):
        values = [target, *[plain_result(argument) for argument in arguments]]
        if not self.has_method(target, method):
            raise DMError(f"The class {target.class_name} has no method {method}.")
        function = choose(method, target.script_class.methods_named(method.lower()), values, [None] * len(values))
        return invoke(function, values, [None] * len(values), function.program)

    def new_object(self, class_name):
        return self._interpreter.new_object(class_name, self.program and self.program.visible_class(class_name))

    # -- for the interpreter itself -----------------------------------------------------------------------------------

    @property
    def exception(self):
        """The exception that a catch block deals with, or None."""
        return self._interpreter.exception

    @property
    def budget(self):
        return self._interpreter.budget

    def function_exists(self, name):
        """Whether a call of that name would find a function, the script's own included."""
        key = name.lower()
        own = self.program is not None and key in self.program.functions
        return own or key in self._interpreter.library_functions or key in registry.FUNCTIONS

    def exit(self, value):
        raise ExitScript(value)

    def run_builtin(self, function, arguments):
        """Call a built-in outside a grid."""
        if self.shape is None:
            return function.run(self, *arguments)
        before, self.shape = self.shape, None
        try:
            return function.run(self, *arguments)
        finally:
            self.shape = before

    def run_on_grid(self, function, arguments, shape):
        """Call a built-in for the pixels of a grid; the shape () is that of a single number."""
        if self.shape is None and not shape:
            return function.run(self, *arguments)
        before, self.shape = self.shape, shape or None
        try:
            return function.run(self, *arguments)
        finally:
            self.shape = before

    def evaluated(self, function, arguments, shape):
        """Arguments with those for `pixels` parameters computed over the grid."""
        grid = Grid(shape or (), self)
        return [
            computable(evaluated(argument, grid)) if parameter.type == "pixels" else argument
            for argument, parameter in zip(arguments, function.parameters, strict=True)
        ]

    def image_of_array(self, array):
        """The image that a built-in gives by returning an array."""
        if array.dtype not in CODE_OF_DTYPE:
            array = array.astype(np.float32 if array.dtype.kind != "c" else np.complex64)
        return Image(array if array.flags.c_contiguous else np.array(array, order="C"))

    def refuse_large(self, shape):
        self.workspace.refuse_too_large(shape)
        self.budget.refuse_overtime()

    def refuse_long_text(self, n_characters):
        self.budget.refuse_long_text(n_characters)


def of_workspace(workspace, limits=None):
    """The interpreter of a workspace, the same one each time: libraries stay installed."""
    interpreter = getattr(workspace, "script_interpreter", None)
    if interpreter is None:
        interpreter = workspace.script_interpreter = Interpreter(workspace, limits)
    if limits is not None:
        interpreter.budget.limits = limits
    return interpreter


def source_of(script, name="script"):
    """A Source from a path or from text."""
    if isinstance(script, Source):
        return script
    if isinstance(script, Path) or ("\n" not in script and script.strip().lower().endswith(".s")):
        return read_source(script)
    return Source(plain_lines(script), name)
