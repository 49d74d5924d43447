"""Expressions of the tree -> closures: each takes the frame of the running function and gives a value.

Numbers are Python floats, texts are str. What involves an image becomes a PixelExpression and is computed where its
size is known (image_expressions).
"""
import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.script import indexing, nodes
from offline_reference.virtual_dm.script.assignments import assignment
from offline_reference.virtual_dm.script.calls import NO_METHODS, call_site, make_reference
from offline_reference.virtual_dm.script.conversions import (
    shown,
    to_number,
    to_truth,
)
from offline_reference.virtual_dm.script.errors import ScriptSyntaxError
from offline_reference.virtual_dm.script.image_expressions import (
    INTRINSICS,
    Choice,
    Intrinsic,
    PixelExpression,
    new_image,
)
from offline_reference.virtual_dm.script.operators import NUMBER_OPERATORS, binary, sign
from offline_reference.virtual_dm.script.scopes import getter, setter


def compile_expression(node, scope):
    """A function of the frame that gives the expression's value."""
    return _COMPILERS[type(node)](node, scope)


# -- simple values ----------------------------------------------------------------------------------------------------


def _constant(node, scope):
    value = node.value
    return lambda frame: value


def _name(node, scope):
    variable = scope.lookup(node.name)
    if variable is not None:
        return getter(variable, scope)
    key = node.name.lower()
    program = scope.program
    if key in INTRINSICS:
        intrinsic = Intrinsic(key, program.call)
        return lambda frame: intrinsic
    if key == "null":
        return lambda frame: None
    place = node.place

    def global_below_or_image_by_label(frame):
        variable = program.global_scope.names.get(key)
        if variable is not None:
            program.call.place = place
            program.call.warn(f"{node.name} is declared further down: DM may not know it here")
            return variable.layout.globals[variable.place]
        image = program.call.workspace.image_by_label(key)
        if image is None:
            raise program.located(DMError(_why_undeclared(node.name)), place)
        return image

    return global_below_or_image_by_label


def _why_undeclared(name):
    if name.lower() in ("true", "false"):
        return f"DM has no {name}: write {1 if name.lower() == 'true' else 0}, or declare it as a number."
    if name.lower() in ("and", "or"):
        return f"DM has no word {name}: write {'&&' if name.lower() == 'and' else '||'}."
    return f"{name} is not declared, and no open image has this label."


def _image_literal(node, scope):
    sizes = [compile_expression(size, scope) for size in node.sizes]
    program = scope.program
    leaves = []

    def flatten(rows, depth):
        for row in rows:
            if isinstance(row, list):
                flatten(row, depth + 1)
            else:
                leaves.append(compile_expression(row, scope))

    flatten(node.rows, 0)

    def run(frame):
        try:
            shape = tuple(int(to_number(size(frame))) for size in reversed(sizes))
            values = [leaf(frame) for leaf in leaves]
            numbers = [value if isinstance(value, complex) else to_number(value) for value in values]
            if min(shape) < 1 or np.prod(shape) != len(numbers):
                raise DMError(
                    f"This image of {' x '.join(str(size) for size in reversed(shape))} pixels has "
                    f"{len(numbers)} values between its braces."
                )
            return new_image(np.array(numbers).reshape(shape), False, program.call)
        except Exception as error:
            raise program.located(error, node.place) from error

    return run


# -- operators --------------------------------------------------------------------------------------------------------


def _binary(node, scope):
    if node.operator in ("&&", "||"):
        return _logical(node, scope)
    left, right = compile_expression(node.left, scope), compile_expression(node.right, scope)
    symbol, place, program = node.operator, node.place, scope.program
    fast = NUMBER_OPERATORS[symbol]

    def run(frame):
        a, b = left(frame), right(frame)
        if type(a) is float and type(b) is float:
            return fast(a, b)
        try:
            return binary(symbol, a, b, program.call)
        except Exception as error:
            raise program.located(error, place) from error

    return run


def _logical(node, scope):
    """&& and || do not look at the right side if the left one decides; images are combined pixel by pixel."""
    left, right = compile_expression(node.left, scope), compile_expression(node.right, scope)
    symbol, place, program = node.operator, node.place, scope.program
    decides = symbol == "||"

    def run(frame):
        a = left(frame)
        try:
            if not isinstance(a, (Image, PixelExpression)) and to_truth(a) == decides:
                return float(decides)
            b = right(frame)
            if isinstance(a, (Image, PixelExpression)) or isinstance(b, (Image, PixelExpression)):
                return binary(symbol, a, b, program.call)
            return 1.0 if to_truth(b) else 0.0
        except Exception as error:
            raise program.located(error, place) from error

    return run


def _unary(node, scope):
    operand = compile_expression(node.operand, scope)
    symbol, place, program = node.operator, node.place, scope.program

    def run(frame):
        value = operand(frame)
        if type(value) is float and symbol == "-":
            return -value
        try:
            return sign(symbol, value, program.call)
        except Exception as error:
            raise program.located(error, place) from error

    return run


def _conditional(node, scope):
    test, if_true, if_false = [
        compile_expression(part, scope) for part in (node.test, node.if_true, node.if_false)
    ]
    program = scope.program

    def run(frame):
        condition = test(frame)
        if isinstance(condition, (Image, PixelExpression)):
            return choice(condition, if_true(frame), if_false(frame), program.call)
        try:
            chosen = if_true if to_truth(condition) else if_false
        except Exception as error:
            raise program.located(error, node.place) from error
        return chosen(frame)

    return run


def choice(condition, if_true, if_false, call):
    """Tert and ?: of a condition that may be an image."""
    if not isinstance(condition, (Image, PixelExpression)):
        return if_true if to_truth(condition) else if_false
    if isinstance(condition, PixelExpression) and not condition.needs_a_grid() and isinstance(if_true, str):
        return if_true if to_truth(condition) else if_false
    return Choice([condition, if_true, if_false], call)


def condition(node, scope):
    """The condition of if, while, for: a function of the frame that gives True or False."""
    value_of = compile_expression(node, scope)
    program = scope.program

    def run(frame):
        value = value_of(frame)
        if type(value) is float:
            return value != 0.0
        try:
            return to_truth(value)
        except Exception as error:
            raise program.located(error, node.place) from error

    return run


# -- calls ------------------------------------------------------------------------------------------------------------


def _call(node, scope):
    if node.name.lower() == "alloc" and len(node.arguments) == 1 and isinstance(node.arguments[0], nodes.Name):
        return _alloc(node, scope)
    return _site(node.name, node.arguments, node.place, scope)


def _alloc(node, scope):
    class_name, program = node.arguments[0].name, scope.program
    visible = program.visible_class(class_name)

    def run(frame):
        try:
            found = visible or program.visible_class(class_name)  # classes further down are known when the script runs
            if found is not None and visible is None:
                program.call.warn(f"the class {class_name} is defined below this line (SEEN 5 f of one author)")
            return program.interpreter.new_object(class_name, found)
        except Exception as error:
            raise program.located(error, node.place) from error

    return run


def _method_call(node, scope):
    is_super = isinstance(node.target, nodes.Member) and node.target.name.lower() == "super"
    if not is_super:
        return _site(node.name, [node.target, *node.arguments], node.place, scope)
    if scope.script_class is None:
        raise ScriptSyntaxError("super means something only in a method of a class.", scope.program.source, node.place)
    base = scope.script_class.base or NO_METHODS
    return _site(node.name, [node.target.target, *node.arguments], node.place, scope, base)


def _site(name, argument_nodes, place, scope, super_class=None):
    arguments = [compile_expression(argument, scope) for argument in argument_nodes]
    references = [reference_maker(argument, scope) for argument in argument_nodes]
    return call_site(name, arguments, references, scope, place, super_class)


def reference_maker(node, scope):
    """A function of the frame that makes a Reference, or None if the expression is no variable."""
    variable = scope.lookup(node.name) if isinstance(node, nodes.Name) else None
    if variable is None:
        return None
    if variable.is_reference and variable.layout is scope.layout:
        return lambda frame: frame[variable.place]
    return make_reference(getter(variable, scope), setter(variable, scope), variable, scope.program)


def _member(node, scope):
    raise ScriptSyntaxError(
        f"{node.name} stands without (): members of other objects cannot be read, methods need parentheses.",
        scope.program.source,
        node.place,
    )


# -- brackets ---------------------------------------------------------------------------------------------------------


def _index(node, scope):
    target = compile_expression(node.target, scope)
    indices = [compile_expression(index, scope) for index in node.indices]
    program = scope.program

    def run(frame):
        image = target(frame)
        try:
            return indexing.indexed(image, [index(frame) for index in indices], program.call)
        except Exception as error:
            raise program.located(error, node.place) from error

    return run


def _slice_index(node, scope):
    target, index = compile_expression(node.target, scope), compile_expression(node.index, scope)
    program = scope.program

    def run(frame):
        try:
            return indexing.curve(target(frame), index(frame))
        except Exception as error:
            raise program.located(error, node.place) from error

    return run


# -- assignment -------------------------------------------------------------------------------------------------------


def _assign(node, scope):
    value = compile_expression(node.value, scope)
    if isinstance(node.target, nodes.Name):
        return _assign_name(node, value, scope)
    if node.operator == ":=":
        raise ScriptSyntaxError("Only a variable can be bound with :=, not part of an image.", scope.program.source,
                                node.place)  # fmt: skip
    if isinstance(node.target, nodes.Index):
        return _assign_index(node, value, scope)
    if isinstance(node.target, (nodes.Call, nodes.MethodCall)):
        return _assign_call(node, value, scope)
    return _assign_part(node, value, scope)


def _assign_name(node, value, scope):
    variable = scope.lookup(node.target.name)
    if variable is None:
        return _assign_part(node, value, scope)  # an image by its label
    read, write = getter(variable, scope), setter(variable, scope)
    store = assignment(node.operator, variable.type, variable.type_word, scope.program)
    program, place = scope.program, node.place
    if node.operator == "=" and variable.type == "number":
        convert = program.converter("number")

        def run_number(frame):
            new = value(frame)
            if type(new) is not float:
                try:
                    new = convert(new)
                except Exception as error:
                    raise program.located(error, place) from error
            write(frame, new)
            return new

        return run_number

    def run(frame):
        new = value(frame)
        try:
            result = store(read(frame), new)
            write(frame, result)
            return result
        except Exception as error:
            raise program.located(error, place) from error

    return run


def _assign_index(node, value, scope):
    target = compile_expression(node.target.target, scope)
    indices = [compile_expression(index, scope) for index in node.target.indices]
    program = scope.program

    def run(frame):
        image = target(frame)
        try:
            places = [index(frame) for index in indices]
            new = value(frame)
            if not isinstance(new, (float, complex, tuple, Image, PixelExpression)):
                raise DMError(f"Pixels cannot become {shown(new)}.")
            indexing.assign_indexed(node.operator, image, places, new, program.call)
            return new
        except Exception as error:
            raise program.located(error, node.place) from error

    return run


def _assign_call(node, value, scope):
    """stack.Slice2(..) = img writes through the view; Red(img) = .. has a function of its own."""
    name = node.target.name
    if isinstance(node.target, nodes.Call):
        argument_nodes = node.target.arguments
    else:
        argument_nodes = [node.target.target, *node.target.arguments]
    program = scope.program
    if program.interpreter.has_assignment(name):
        arguments = [compile_expression(argument, scope) for argument in argument_nodes]

        def run(frame):
            try:
                values = [argument(frame) for argument in arguments]
                new = value(frame)
                program.interpreter.assign_function(name, node.operator, values, new, program)
                return new
            except Exception as error:
                raise program.located(error, node.place) from error

        return run
    return _assign_part(node, value, scope)


def _assign_part(node, value, scope):
    """Whatever gives an image on the left side: a view, a labelled image, a curve."""
    target = compile_expression(node.target, scope)
    program = scope.program

    def run(frame):
        image = target(frame)
        new = value(frame)
        try:
            if not isinstance(image, Image):
                raise DMError(f"Nothing can be assigned to {shown(image)} here.")
            if node.operator == ":=":
                raise DMError("Only a declared variable can be bound with :=.")
            indexing.change(node.operator, image, new, program.call)
            return new
        except Exception as error:
            raise program.located(error, node.place) from error

    return run


def _step(node, scope):
    """x++ and ++x of numbers; also of pixels and images, where both mean += 1."""
    symbol = node.operator[0]
    change = nodes.Assign(symbol + "=", node.target, nodes.Number(1.0), place=node.place)
    run_change = compile_expression(change, scope)
    variable = scope.lookup(node.target.name) if isinstance(node.target, nodes.Name) else None
    if node.is_prefix or variable is None or variable.type != "number":
        return run_change
    read, write = getter(variable, scope), setter(variable, scope)
    step = 1.0 if symbol == "+" else -1.0

    def run(frame):
        old = read(frame)
        write(frame, old + step)
        return old

    return run


_COMPILERS = {
    nodes.Number: _constant,
    nodes.String: _constant,
    nodes.Name: _name,
    nodes.Unary: _unary,
    nodes.Step: _step,
    nodes.Binary: _binary,
    nodes.Conditional: _conditional,
    nodes.Assign: _assign,
    nodes.Call: _call,
    nodes.MethodCall: _method_call,
    nodes.Member: _member,
    nodes.Index: _index,
    nodes.SliceIndex: _slice_index,
    nodes.ImageLiteral: _image_literal,
}
