"""Which function a call means, and calling it.

DM looks for a function by its name, the number of arguments and their types. Functions of the script and of installed
libraries stand beside the built-in ones; where both fit equally well, the script's own wins.
"""
from offline_reference.virtual_dm import registry
from offline_reference.virtual_dm.errors import DMError, NotSimulated
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.registry import Parameter
from offline_reference.virtual_dm.script import catalogue
from offline_reference.virtual_dm.script.conversions import (
    SCALARS,
    TYPE_OF_CLASS,
    UNINITIALISED,
    keep,
    optional_image,
    type_of,
)
from offline_reference.virtual_dm.script.errors import ScriptStopped
from offline_reference.virtual_dm.script.image_expressions import FunctionCall, PixelExpression
from offline_reference.virtual_dm.script.scopes import SELF
from offline_reference.virtual_dm.tags import TagGroup
from offline_reference.virtual_dm.values import Reference, RGBNumber, ScriptObject

PLAIN_CLASSES = frozenset((float, str, complex, Image, TagGroup, RGBNumber, type(None)))
"""Arguments of these classes always lead to the same function again, so the choice is remembered."""


class UnknownFunction(Exception):
    """No function fits; the message says why, and the run stops there."""


class UserFunction:
    """A function or method of the script. Its body is compiled after its name is known, so that it may call itself."""

    variadic = takes_pixels_only = is_per_pixel = False

    def __init__(self, name, returns, parameters, place, script_class=None):
        self.name = name
        self.returns = registry.canonical(returns) if returns else "void"
        self.parameters = tuple(
            Parameter(registry.canonical(p.type), p.name, p.by_reference, may_be_null=True) for p in parameters
        )
        self.place = place
        self.script_class = script_class
        self.body = None
        self.layout = None
        self.slots = ()
        self.program = None

    @property
    def signature(self):
        parameters = ", ".join(f"{p.type} {'&' if p.by_reference else ''}{p.name}" for p in self.parameters)
        return f"{self.returns} {self.name}({parameters})"

    def takes(self, n_arguments):
        return n_arguments == len(self.parameters)

    def run(self, arguments):
        """Call with converted arguments: values, or a Reference for each & parameter."""
        if self.body is None:
            raise UnknownFunction(f"{self.name} is declared but never defined.")
        frame = self.layout.new_frame()
        for slot, argument in zip(self.slots, arguments, strict=True):
            frame[slot] = argument
        if self.script_class is not None:
            frame[SELF] = arguments[0]
        budget = self.program.budget
        budget.enter_call()
        try:
            self.body(frame)
        finally:
            budget.leave_call()
        result = frame[0]
        return UNINITIALISED.get(self.returns) if result is None else result


# -- choosing ---------------------------------------------------------------------------------------------------------


def cost(parameter, value, reference):
    """How far a value is from a parameter's type: 0 fits, None cannot be passed."""
    if parameter.by_reference:
        if reference is None:
            return None
        return 0 if parameter.type in (reference.type_name, "any") or reference.type_name == "any" else None
    wanted = parameter.type
    if wanted == "any":
        return 6
    if isinstance(value, PixelExpression):
        return _cost_of_expression(wanted, value)
    given = type_of(value)
    if given == "NULL":
        return None if wanted in (*UNINITIALISED, "pixels", "expression") else (1 if parameter.may_be_null else 3)
    if given == wanted:
        return 0
    if wanted == "pixels" and given == "rgbnumber":
        return None
    if wanted in ("pixels", "expression"):
        return 0.5 if isinstance(value, Image) else 1 if isinstance(value, SCALARS) else None
    found = {
        ("number", "complexnumber"): 2,
        ("number", "rgbnumber"): 3,
        ("number", "string"): 4,
        ("complexnumber", "string"): 4,
        ("imagedisplay", "component"): 1,
    }.get((given, wanted))
    if found is None and given == "object" and (wanted == "object" or wanted not in TYPE_OF_CLASS.values()):
        return 2
    return found


def _cost_of_expression(wanted, value):
    if wanted in ("pixels", "expression"):
        return 0
    if wanted == "image":
        return 1 if value.needs_a_grid() else None
    if value.needs_a_grid():
        return None
    return {"number": 1, "complexnumber": 2, "string": 5}.get(wanted)


def choose(name, candidates, values, references):
    """The candidate whose parameters are nearest to these arguments.

    Raises
    ------
    UnknownFunction
        If none fits.
    """
    best, lowest = None, None
    for function in candidates:
        if not function.takes(len(values)):
            continue
        costs = [
            cost(parameter, value, reference)
            for parameter, value, reference in zip(function.parameters, values, references, strict=False)
        ]
        if None not in costs and (best is None or sum(costs) < lowest):
            best, lowest = function, sum(costs)
    if best is None:
        raise _no_function(name, candidates, values)
    return best


def _no_function(name, candidates, values):
    """Why no candidate fits: not simulated in this form, or refused by DM as well."""
    given = ", ".join(type_of(value) for value in values) or "no arguments"
    simulated = "; ".join(function.signature for function in candidates)
    takes_as_many = any(function.takes(len(values)) for function in candidates)
    others = [
        entry.prototype
        for entry in catalogue.entries(name)
        if _fits(entry, values) and not (takes_as_many and entry.parameters is None)
    ]
    if others:
        known = "; ".join(others)
        return NotSimulated(f"{name}({given}) is known to DM ({known}), not simulated here: only {simulated}.")
    if takes_as_many:
        return UnknownFunction(f"{name} does not take ({given}): it is {simulated}.")
    return UnknownFunction(f"{name} does not take {len(values)} argument(s): it is {simulated}.")


def _fits(entry, values):
    """Whether a prototype of the catalogue takes these arguments, as far as its types are known."""
    if not entry.takes(len(values)):
        return False
    if entry.parameters is None:
        return True
    costs = [
        0 if parameter.by_reference else cost(parameter, value, None)
        for parameter, value in zip(entry.parameters, values, strict=False)
    ]
    return None not in costs


# -- calling ----------------------------------------------------------------------------------------------------------


def convert_arguments(function, values, references, program):
    """Arguments as the function's parameters want them."""
    converted = []
    for number, value in enumerate(values):
        if number >= len(function.parameters):
            converted.append(keep(value))
            continue
        parameter = function.parameters[number]
        if parameter.by_reference:
            converted.append(references[number])
        elif parameter.type in ("pixels", "expression"):
            converted.append(value)
        elif parameter.type == "image" and parameter.may_be_null:
            converted.append(optional_image(value))
        else:
            converted.append(program.converter(parameter.type)(value))
            if converted[-1] is None and not parameter.may_be_null and parameter.type != "any":
                raise DMError(f"{parameter.name or 'This argument'} is no valid {parameter.type} (yet).")
    return converted


def invoke(function, values, references, program):
    """Call a chosen function with arguments that are not converted yet."""
    arguments = convert_arguments(function, values, references, program)
    if isinstance(function, UserFunction):
        return function.run(arguments)
    if function.is_per_pixel:
        return _per_pixel(function, arguments, program.call)
    return result_of(function, program.call.run_builtin(function, arguments), program.call)


def _per_pixel(function, arguments, call):
    """A number if only numbers went in, else an expression that waits for its grid."""
    per_pixel = [number for number, parameter in enumerate(function.parameters) if parameter.type == "pixels"]
    waits = any(isinstance(arguments[number], (Image, PixelExpression)) for number in per_pixel)
    if waits or function.differs_by_pixel:
        return FunctionCall(function, arguments, per_pixel, call)
    return plain_result(call.run_on_grid(function, arguments, None))


def plain_result(value):
    """NumPy's and Python's numbers as the float or complex that scripts compute with."""
    if type(value) is float or value is None or isinstance(value, (str, complex)):
        return complex(value) if isinstance(value, complex) else value
    if isinstance(value, RGBNumber) or not hasattr(value, "item") and not isinstance(value, (int, bool)):
        return value
    value = value.item() if hasattr(value, "item") else value
    return value if isinstance(value, (complex, str)) else float(value)


def result_of(function, value, call):
    """What a built-in returned, as a value of DM-script."""
    if function.returns == "image" and hasattr(value, "dtype") and hasattr(value, "shape"):
        return call.image_of_array(value)
    if isinstance(value, Image):
        return value
    return plain_result(value)


# -- call sites -------------------------------------------------------------------------------------------------------


def call_site(name, arguments, reference_makers, scope, place, super_class=None):
    """A closure that evaluates the arguments and calls the function that fits.

    Parameters
    ----------
    arguments : list of closures of the frame
    reference_makers : list of closures or None
        One for each argument; None where it is no variable.
    super_class : ScriptClass or None
        For self.super.F(): methods are looked for from here.
    """
    program = scope.program
    visible = program.visible_functions(name)
    key = name.lower()
    ways = {}  # classes of the arguments -> how the function that fits them is called

    def find(values, references):
        target = values[0] if values else None
        if isinstance(target, ScriptObject) and target.script_class is not None and super_class is not NO_METHODS:
            methods = (super_class or target.script_class).methods_named(key)
            if any(method.takes(len(values)) for method in methods):
                return choose(name, methods, values, references)
        if not visible:
            raise program.why_not_visible(name)
        return choose(name, visible, values, references)

    def way_for(values, classes, frame):
        references = [maker and maker(frame) for maker in reference_makers]
        function = find(values, references)
        way = quick_way(function, classes, program) or slow_way(function, reference_makers, program)
        if PLAIN_CLASSES.issuperset(classes):
            ways[classes] = way
        return way

    def run(frame):
        values = [argument(frame) for argument in arguments]
        try:
            classes = tuple([type(value) for value in values])
            way = ways.get(classes) or way_for(values, classes, frame)
            program.call.place = place
            return way(values, frame)
        except UnknownFunction as error:
            raise ScriptStopped(str(error), program.source, place) from None
        except Exception as error:
            raise program.located(error, place) from error

    return run


def slow_way(function, reference_makers, program):
    """Calls with arguments that must be converted, or handed over by reference."""
    if not any(parameter.by_reference for parameter in function.parameters):
        return lambda values, frame: invoke(function, values, reference_makers, program)

    def way(values, frame):
        return invoke(function, values, [maker and maker(frame) for maker in reference_makers], program)

    return way


def quick_way(function, classes, program):
    """Calls without looking at the arguments again, or None: they have exactly the types of the parameters."""
    call = program.call
    if function.takes_pixels_only and not function.differs_by_pixel and set(classes) == {float}:
        return lambda values, frame: plain_result(call.run_on_grid(function, values, None))
    exact = len(classes) == len(function.parameters) and all(
        not parameter.by_reference and TYPE_OF_CLASS.get(given) == parameter.type
        for parameter, given in zip(function.parameters, classes, strict=True)
    )
    if not exact or function.is_per_pixel:
        return None
    if isinstance(function, UserFunction):
        return lambda values, frame: function.run(values)
    return lambda values, frame: result_of(function, call.run_builtin(function, values), call)


NO_METHODS = object()
"""As super_class: the base is one of DM's own classes, whose methods are built-in functions."""


def make_reference(variable_getter, variable_setter, variable, program):
    """A closure of the frame that makes a Reference to a variable."""
    convert = program.converter(variable.type)
    type_name = variable.type

    def maker(frame):
        def set_value(value):
            variable_setter(frame, convert(plain_result(value)))

        return Reference(lambda: variable_getter(frame), set_value, type_name)

    return maker
