"""Statements of the tree -> closures: each takes the frame of the running function and says how it ended.

None is the normal end; BREAK, CONTINUE and RETURN travel outwards until a loop, a function or a catch block takes them.
"""
from offline_reference.virtual_dm.errors import DMError, LimitReached
from offline_reference.virtual_dm.script import classes, nodes
from offline_reference.virtual_dm.script.assignments import copied, in_declared_type
from offline_reference.virtual_dm.script.conversions import UNINITIALISED, shown, to_image
from offline_reference.virtual_dm.script.errors import ScriptException, ScriptSyntaxError
from offline_reference.virtual_dm.script.expressions import compile_expression, condition
from offline_reference.virtual_dm.script.scopes import RESULT, setter
from offline_reference.virtual_dm.values import ScriptObject

BREAK, CONTINUE, RETURN = "break", "continue", "return"


def compile_statement(node, scope):
    """A function of the frame that carries out the statement."""
    return _COMPILERS[type(node)](node, scope)


def compile_sequence(statements, scope):
    """One after the other, until one ends in another way than normally."""
    runs = [compile_statement(statement, scope) for statement in statements]
    runs = [run for run in runs if run is not None]
    if len(runs) == 1:
        return runs[0]

    def run_all(frame):
        for run in runs:
            end = run(frame)
            if end is not None:
                return end
        return None

    return run_all


def _block(node, scope):
    return _freeing(compile_sequence, node.statements, scope.inner())


def _freeing(compile_body, body, scope):
    """A body whose images and objects die at its end, if nobody else holds them (script_reference 2.5)."""
    run = compile_body(body, scope)
    handles = [variable.place for variable in scope.names.values() if variable.type not in UNINITIALISED]
    if not handles or scope.parent is None:
        return run

    def run_and_free(frame):
        end = run(frame)
        for place in handles:
            frame[place] = None
        return end

    return run_and_free


def _body(node, scope):
    """Body of a loop or branch: a scope of its own even without braces."""
    if isinstance(node, nodes.Block):
        return compile_statement(node, scope)
    return _freeing(compile_statement, node, scope.inner()) or _nothing


def _nothing(frame):
    return None


def _expression_statement(node, scope):
    value = compile_expression(node.value, scope)

    def run(frame):
        value(frame)

    return run


# -- declarations -----------------------------------------------------------------------------------------------------


def _declaration(node, scope):
    runs = [_declarator(declarator, node.type, scope) for declarator in node.declarators]
    if len(runs) == 1:
        return runs[0]

    def run_all(frame):
        for run in runs:
            run(frame)

    return run_all


def _declarator(node, type_word, scope):
    program = scope.program
    value = None if node.value is None else compile_expression(node.value, scope)  # the old name, if it shadows one
    variable = scope.declare(node.name, type_word)
    if variable.type == "void":
        raise ScriptSyntaxError("A variable cannot be void.", program.source, node.place)
    write = setter(variable, scope)
    if value is None:
        start = UNINITIALISED.get(variable.type)
        return lambda frame: write(frame, start)
    first = initial_value(node.operator, variable, program)

    def run(frame):
        new = value(frame)
        try:
            write(frame, first(new))
        except Exception as error:
            raise program.located(error, node.place) from error

    return run


def initial_value(operator, variable, program):
    """What a declared variable holds at first: `image a = b` copies, `image a := b` does not."""
    if variable.type != "image":
        return program.converter(variable.type)
    if operator == ":=":
        return lambda new: None if new is None else in_declared_type(to_image(new), "image", program.call)
    return lambda new: copied(new, variable.type_word, program.call)


def _function(node, scope):
    program = scope.program
    function = program.declare_function(node)
    if node.body is not None:
        classes.compile_function_body(function, node, scope, compile_sequence)
    return None


def _class(node, scope):
    classes.compile_class(node, scope, compile_sequence)
    return None


def _definition_only(node, scope):
    return None


# -- branches and loops -----------------------------------------------------------------------------------------------


def _if(node, scope):
    test, then = condition(node.test, scope), _body(node.then, scope)
    otherwise = _nothing if node.otherwise is None else _body(node.otherwise, scope)

    def run(frame):
        return then(frame) if test(frame) else otherwise(frame)

    return run


def _while(node, scope):
    test, body = condition(node.test, scope), _body(node.body, scope)
    return _loop(test, body, None, scope.program, node.place)


def _do_while(node, scope):
    body, test = _body(node.body, scope), condition(node.test, scope)
    again = _loop(test, body, None, scope.program, node.place)

    def run(frame):
        end = body(frame)
        if end is BREAK:
            return None
        return end if end is RETURN else again(frame)

    return run


def _for(node, scope):
    scope = scope.inner()
    start = [
        compile_statement(part, scope) if isinstance(part, nodes.Declaration) else compile_expression(part, scope)
        for part in node.start
    ]
    test = None if node.test is None else condition(node.test, scope)
    steps = [compile_expression(step, scope) for step in node.step]
    body = _body(node.body, scope)
    loop = _loop(test, body, steps, scope.program, node.place)

    def run(frame):
        for part in start:
            part(frame)
        return loop(frame)

    return run


def _loop(test, body, steps, program, place):
    budget = program.budget
    step = steps[0] if steps and len(steps) == 1 else None
    test = test or (lambda frame: True)

    def turns(frame):
        while test(frame):
            budget.step()
            end = body(frame)
            if end is not None:
                if end is BREAK:
                    return None
                if end is RETURN:
                    return end
            if step is not None:
                step(frame)
            elif steps:
                for one in steps:
                    one(frame)
        return None

    def run(frame):
        try:
            return turns(frame)
        except LimitReached as error:
            raise program.located(error, place) from error

    return run


def _foreach(node, scope):
    scope = scope.inner()
    source, program = compile_expression(node.source, scope), scope.program
    variable = scope.declare(node.name, node.type) if node.type else scope.lookup(node.name)
    if variable is None:
        raise ScriptSyntaxError(f"{node.name} is not declared.", program.source, node.place)
    write, body, budget = setter(variable, scope), _body(node.body, scope), program.budget

    def run(frame):
        members = source(frame)
        if not isinstance(members, ScriptObject):
            error = DMError(f"foreach goes through an ObjectList, not through {shown(members)}.")
            raise program.located(error, node.place)
        for member in list(members.items):
            budget.step()
            write(frame, member)
            end = body(frame)
            if end is BREAK:
                break
            if end is RETURN:
                return end
        return None

    return run


def _signal(end):
    def compile_signal(node, scope):
        return lambda frame: end

    return compile_signal


def _return(node, scope):
    program = scope.program
    if node.value is None:
        return lambda frame: RETURN
    value = compile_expression(node.value, scope)
    returns = scope.function.returns if scope.function is not None else "any"
    convert = program.converter("any" if returns == "void" else returns)

    def run(frame):
        result = value(frame)
        try:
            frame[RESULT] = None if returns == "image" and result is None else convert(result)
        except Exception as error:
            raise program.located(error, node.place) from error
        return RETURN

    return run


# -- exceptions -------------------------------------------------------------------------------------------------------


def _try(node, scope):
    """In a catch block `break` means: dealt with; it leaves only the block (script_reference 1.5)."""
    body, handler = _body(node.body, scope), _body(node.handler, scope)
    interpreter = scope.program.interpreter

    def run(frame):
        depth = scope.program.budget.depth
        try:
            return body(frame)
        except ScriptException as error:
            scope.program.budget.depth = depth
            interpreter.exception = error
            end = handler(frame)
            if end is None and interpreter.switches.catch_without_break == "rethrow":
                raise
            return None if end is BREAK else end

    return run


_COMPILERS = {
    nodes.ExpressionStatement: _expression_statement,
    nodes.Declaration: _declaration,
    nodes.Block: _block,
    nodes.If: _if,
    nodes.While: _while,
    nodes.DoWhile: _do_while,
    nodes.For: _for,
    nodes.ForEach: _foreach,
    nodes.Break: _signal(BREAK),
    nodes.Continue: _signal(CONTINUE),
    nodes.Return: _return,
    nodes.Try: _try,
    nodes.Function: _function,
    nodes.Class: _class,
    nodes.Interface: _definition_only,
    nodes.Module: _definition_only,
}
