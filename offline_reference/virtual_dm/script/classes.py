"""Functions and classes of a script: their bodies, their members, their instances."""
from offline_reference.virtual_dm import registry
from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.script import nodes
from offline_reference.virtual_dm.script.calls import UserFunction
from offline_reference.virtual_dm.script.conversions import UNINITIALISED
from offline_reference.virtual_dm.script.errors import ScriptSyntaxError
from offline_reference.virtual_dm.script.expressions import compile_expression
from offline_reference.virtual_dm.script.scopes import Layout, Scope, Variable
from offline_reference.virtual_dm.values import ScriptObject


class ScriptClass:
    """A class of the script.

    Attributes
    ----------
    base : ScriptClass or None
        The class of the script that it derives from.
    builtin_base : str
        Lower-case name of the class of DM's own at the root, such as "uiframe"; "object" if there is none.
    members : list of (str, closure)
        Lower-case names of this class's own members, and what gives their first value.
    member_variables : dict
        Lower-case name -> scopes.Variable, inherited ones too.
    methods : dict
        Lower-case name -> list of UserFunction, this class's own.
    """

    def __init__(self, name, base, builtin_base, program):
        self.name = name
        self.base = base
        self.builtin_base = builtin_base
        self.program = program
        self.members = []
        self.member_variables = {}
        self.methods = {}

    def lineage(self):
        """This class and those it derives from, nearest first."""
        found = self
        while found is not None:
            yield found
            found = found.base

    def methods_named(self, name):
        """Methods of that lower-case name, nearest class first."""
        return [method for one in self.lineage() for method in one.methods.get(name, ())]

    def derives_from(self, name):
        names = {one.name.lower() for one in self.lineage()}
        return name.lower() in names or name.lower() == self.builtin_base

    def new_object(self):
        """An instance: members first, then the constructors, the base's first."""
        instance = ScriptObject(self.name, self)
        ancestors = list(self.lineage())[::-1]
        for one in ancestors:
            for name, first_value in one.members:
                instance.members[name] = first_value([None, instance])
        for one in ancestors:
            for constructor in one.methods.get(one.name.lower(), ()):
                if constructor.takes(1):
                    constructor.run([instance])
        return instance

    def destroy(self, instance):
        """Run the destructors, the nearest first; called when the last variable let go of the instance."""
        for one in self.lineage():
            for destructor in one.methods.get("~" + one.name.lower(), ()):
                if destructor.takes(1):
                    self.program.interpreter.run_destructor(destructor, instance)


def compile_function_body(function, node, scope, compile_sequence):
    """Give a UserFunction its frame and its code.

    Parameters
    ----------
    function : UserFunction
    node : nodes.Function
    scope : Scope
        Around the function: globals, or the members of a class.
    compile_sequence : callable
        statements.compile_sequence, handed down because statements import this file.
    """
    layout = Layout()
    inside = Scope(scope.program, layout, scope, function, function.script_class)
    for parameter in node.parameters:
        if parameter.name.lower() in inside.names:
            message = f"Two parameters are named {parameter.name}."
            raise ScriptSyntaxError(message, scope.program.source, parameter.place)
        inside.declare(parameter.name or f"unnamed {len(inside.names)}", parameter.type, parameter.by_reference)
    function.slots = [variable.place for variable in inside.names.values()]
    function.layout = layout
    function.program = scope.program
    body = compile_sequence(node.body.statements, inside.inner())
    function.body = body


def compile_class(node, scope, compile_sequence):
    """Define a class: after this its name can be given to alloc."""
    program = scope.program
    script_class = _new_class(node, program)
    member_scope = _member_scope(script_class, scope)
    for member in node.members:
        if isinstance(member, nodes.Declaration):
            _declare_members(member, script_class, member_scope)
    pairs = [
        (_declare_method(member, script_class), member) for member in node.members if isinstance(member, nodes.Function)
    ]
    program.classes[node.name.lower()] = script_class
    for method, member in pairs:
        if member.body is not None:
            compile_function_body(method, member, member_scope, compile_sequence)
    return script_class


def _new_class(node, program):
    base, builtin_base = None, "object"
    for name in node.bases:
        found = program.visible_class(name)
        if found is not None:
            base, builtin_base = found, found.builtin_base
        elif name.lower() in registry.BASE_CLASSES:
            builtin_base = name.lower()
        else:
            program.unknown_bases[node.name.lower()] = name
    return ScriptClass(node.name, base, builtin_base, program)


def _member_scope(script_class, scope):
    """A scope in which the members of the class, inherited ones too, have their names."""
    names = {}
    for one in list(script_class.lineage())[::-1]:
        names.update(one.member_variables)
    script_class.member_variables = names
    return Scope(scope.program, None, scope, None, script_class, names)


def _declare_members(node, script_class, member_scope):
    """A member's first value may name members and globals that stand above it."""
    program = member_scope.program
    for declarator in node.declarators:
        key = declarator.name.lower()
        variable = Variable(declarator.name, node.type, key, None)
        if declarator.value is None:
            start = UNINITIALISED.get(variable.type)
            script_class.members.append((key, lambda frame, start=start: start))
        else:
            value, convert = compile_expression(declarator.value, member_scope), program.converter(variable.type)
            script_class.members.append((key, lambda frame, value=value, convert=convert: convert(value(frame))))
        member_scope.names[key] = variable


def _declare_method(node, script_class):
    method = UserFunction(node.name, node.returns, node.parameters, node.place, script_class)
    if not method.parameters or method.parameters[0].type != "object":
        raise ScriptSyntaxError(
            f"The first parameter of the method {node.name} must be `object self`.",
            script_class.program.source,
            node.place,
        )
    same = script_class.methods.setdefault(node.name.lower(), [])
    same.append(method)
    return method


def refuse_unknown_base(program, name):
    """A class whose base nobody knows can be written down, but not used."""
    base = program.unknown_bases.get(name.lower())
    if base:
        raise DMError(f"{name} derives from {base}, and there is no class of that name.")
