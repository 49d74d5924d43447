"""Checks a script without running it: every name, every call against the catalogue, and what DM may refuse.

    for finding in check_source(read_source("mine.s")):
        print(finding)

An error is what DM refuses as far as anybody knows; a warning is what DM is not known to accept, or what rests on
hearsay. Types are not followed: a script may still pass an image where a number belongs.
"""
from dataclasses import dataclass

from offline_reference.virtual_dm import registry
from offline_reference.virtual_dm.script import catalogue, nodes
from offline_reference.virtual_dm.script.errors import ScriptError, ScriptStopped, ScriptSyntaxError, Source
from offline_reference.virtual_dm.script.image_expressions import INTRINSICS
from offline_reference.virtual_dm.script.needs import needed_sources
from offline_reference.virtual_dm.script.parser import parse, parsed

ERROR, WARNING = "error", "warning"
LEAVING = ("exit", "throw", "throwstring", "throwuserabort")
ALWAYS_KNOWN = {"null", "self", "super", *INTRINSICS}


@dataclass(frozen=True)
class Finding:
    """One thing to tell: where, how bad, what."""

    source: Source
    place: tuple
    severity: str
    text: str

    def __str__(self):
        located = str(ScriptError(self.text, self.source, self.place))
        where, _, rest = located.partition(": ")
        return f"{where}: {self.severity}: {rest}"


def check_source(source, libraries=()):
    """Findings of one script, in the order of its lines.

    Parameters
    ----------
    source : errors.Source
    libraries : iterable of errors.Source
        Scripts whose functions and classes are installed where this one will run, besides those that its own header
        needs.
    """
    registry.load_builtins()
    checker = Checker(source)
    try:
        tree = parse(source)
        for library in (*libraries, *needed_sources(source)):
            checker.learn_library(library)
    except (ScriptSyntaxError, ScriptStopped) as error:
        return [Finding(error.source, (error.line, error.column), ERROR, error.message)]
    checker.check(tree)
    return sorted(set(checker.findings), key=lambda finding: (finding.place, finding.severity))


class Checker:
    """Walks the tree in the order of the text, as DM reads it.

    Attributes
    ----------
    functions : dict
        Lower-case name -> set of argument counts, of functions above the present line.
    later_functions : dict
        The same for the whole file, with the line of each.
    methods : dict
        Lower-case name -> set of argument counts (self included), of all classes and interfaces of the file.
    later_globals : set
        Lower-case names of all global variables, declared above or below.
    needs_libraries : bool
        Whether the script leans on classes of other files, so that functions may come from there too.
    """

    def __init__(self, source):
        self.source = source
        self.findings = []
        self.functions = {}
        self.later_functions = {}
        self.methods = {}
        self.classes = {}
        self.needs_libraries = False
        self.later_globals = set()
        self.scopes = [set()]

    def check(self, tree):
        for place, text in tree.notes:
            self.warn(place, text[0].upper() + text[1:] + ".")
        self.check_characters()
        self.learn(tree)
        self.later_globals = {
            declarator.name.lower()
            for statement in tree.statements
            if isinstance(statement, nodes.Declaration)
            for declarator in statement.declarators
        }
        self.statements(tree.statements)

    def error(self, place, text):
        self.findings.append(Finding(self.source, place, ERROR, text))

    def warn(self, place, text):
        self.findings.append(Finding(self.source, place, WARNING, text))

    def check_characters(self):
        """DM reads files in the code page of its Windows: other characters look different elsewhere."""
        for number, line in enumerate(self.source.lines, 1):
            foreign = next((column for column, character in enumerate(line, 1) if ord(character) > 127), None)
            if foreign is not None:
                n_lines = sum(not line.isascii() for line in self.source.lines)
                self.warn(
                    (number, foreign),
                    f"Characters beyond ASCII in {n_lines} line(s), first here: DM reads them in the code page of its "
                    "own Windows.",
                )
                return

    # -- what the file defines --------------------------------------------------------------------------------------

    def learn_library(self, source):
        tree = parsed(source)
        self.learn(tree)
        for statement in tree.statements:
            if isinstance(statement, nodes.Function):
                self.functions.setdefault(statement.name.lower(), set()).add(len(statement.parameters))
            elif isinstance(statement, nodes.Class):
                self.learn_class(statement)
        self.later_functions.clear()

    def learn(self, tree):
        """Methods may be called before their class; functions must stand above."""
        for node in _definitions(tree.statements):
            if isinstance(node, nodes.Function):
                self.later_functions.setdefault(node.name.lower(), []).append(node)
            else:
                members = node.members if isinstance(node, nodes.Class) else node.prototypes
                for member in members:
                    if isinstance(member, nodes.Function):
                        self.methods.setdefault(member.name.lower(), set()).add(len(member.parameters))

    def learn_class(self, node):
        names = {d.name.lower() for member in node.members if isinstance(member, nodes.Declaration)
                 for d in member.declarators}  # fmt: skip
        for base in node.bases:
            names |= self.classes.get(base.lower(), set())
        self.classes[node.name.lower()] = names
        return names

    # -- statements -------------------------------------------------------------------------------------------------

    def statements(self, statements):
        for statement in statements:
            self.statement(statement)

    def statement(self, node):
        method = getattr(self, "visit_" + type(node).__name__.lower(), None)
        if method is not None:
            method(node)
        else:
            self.expression(node)

    def in_scope(self, visit, *arguments, names=()):
        self.scopes.append({name.lower() for name in names})
        visit(*arguments)
        self.scopes.pop()

    def visit_expressionstatement(self, node):
        if isinstance(node.value, nodes.Name) and self.is_function(node.value.name):
            self.error(node.value.place, f"{node.value.name} is a function: a call needs ( ).")
            return
        self.expression(node.value)

    def visit_declaration(self, node):
        if registry.canonical(node.type) not in _known_types():
            self.error(node.place, f"DM has no type {node.type} that we know of.")
        for declarator in node.declarators:
            if declarator.value is not None:
                self.expression(declarator.value)
                self.check_pixel_as_number(node.type, declarator.value)
            self.scopes[-1].add(declarator.name.lower())

    def check_pixel_as_number(self, type_word, value):
        if registry.canonical(type_word) == "number" and isinstance(value, nodes.Index) and value.indices:
            self.warn(value.place, "An index gives an image of pixels, not a number: GetPixel, sum or max of it does.")

    def visit_block(self, node):
        self.in_scope(self.statements, node.statements)

    def visit_if(self, node):
        self.condition(node.test)
        self.in_scope(self.statement, node.then)
        if node.otherwise is not None:
            self.in_scope(self.statement, node.otherwise)

    def condition(self, node):
        if isinstance(node, nodes.Assign) and node.operator == "=":
            if not isinstance(node.value, (nodes.Call, nodes.MethodCall)):
                self.warn(node.place, "This condition assigns: a comparison is written ==.")
        self.expression(node)

    def visit_while(self, node):
        self.condition(node.test)
        self.in_scope(self.statement, node.body)

    def visit_dowhile(self, node):
        self.in_scope(self.statement, node.body)
        self.condition(node.test)

    def visit_for(self, node):
        def parts():
            for part in node.start:
                self.statement(part)
            if node.test is not None:
                self.condition(node.test)
            for step in node.step:
                self.expression(step)
            self.statement(node.body)

        self.in_scope(parts)

    def visit_foreach(self, node):
        self.expression(node.source)
        if not node.type:
            self.name(nodes.Name(node.name, place=node.place))
        self.in_scope(self.statement, node.body, names=[node.name])

    def visit_break(self, node):
        pass

    visit_continue = visit_break

    def visit_module(self, node):
        self.needs_libraries = self.needs_libraries or node.word == "uses"

    def visit_interface(self, node):
        self.classes.setdefault(node.name.lower(), set())

    def visit_return(self, node):
        if node.value is not None:
            self.expression(node.value)

    def visit_try(self, node):
        self.in_scope(self.statement, node.body)
        self.in_scope(self.statement, node.handler)
        if not _leaves(node.handler):
            self.warn(
                node.handler.place,
                "This catch block ends without break, return, exit or Throw: whether DM then takes the exception for "
                "dealt with is not known.",
            )

    def visit_function(self, node):
        self.functions.setdefault(node.name.lower(), set()).add(len(node.parameters))
        if node.body is not None:
            self.in_scope(self.statements, node.body.statements, names=[p.name for p in node.parameters])

    def visit_class(self, node):
        for base in node.bases:
            if base.lower() not in self.classes and base.lower() not in registry.BASE_CLASSES:
                self.needs_libraries = True
                self.warn(node.place, f"{node.name} derives from {base}, which is not above: is it in a library?")
        names = self.learn_class(node)
        for member in node.members:
            if isinstance(member, nodes.Function):
                if member.body is not None:
                    parameters = {p.name.lower() for p in member.parameters}
                    self.in_scope(self.statements, member.body.statements, names=names | parameters)
            else:
                self.in_scope(self.visit_declaration, member, names=names)

    # -- expressions ------------------------------------------------------------------------------------------------

    def expression(self, node):
        if isinstance(node, nodes.Name):
            self.name(node)
        elif isinstance(node, nodes.Call):
            self.call(node)
        elif isinstance(node, nodes.MethodCall):
            self.method_call(node)
        else:
            if isinstance(node, nodes.Conditional):
                self.check_texts_of_choice(node)
            for child in _children(node):
                self.expression(child)

    def check_texts_of_choice(self, node):
        if any(isinstance(value, nodes.String) for value in (node.if_true, node.if_false)):
            self.warn(node.place, "Scripts choose numbers and pixels by ? :, none is known to choose texts: write if.")

    def name(self, node):
        key = node.name.lower()
        if key in ALWAYS_KNOWN or any(key in scope for scope in self.scopes):
            return
        if key in ("true", "false"):
            self.error(node.place, f"DM has no {node.name}: write {int(key == 'true')}, or declare it as a number.")
        elif self.is_function(node.name):
            self.error(node.place, f"{node.name} is a function: a call needs ( ).")
        elif key in self.later_globals:
            self.warn(node.place, f"{node.name} is declared further down: DM may not know it here.")
        elif len(key) <= 2 and key.isalpha():
            label = node.name.upper()
            self.warn(node.place, f"{node.name} is not declared: DM takes it for the image labelled {label}, if any.")
        else:
            self.error(node.place, f"{node.name} is not declared.")

    def is_function(self, name):
        key = name.lower()
        return key in self.functions or key in registry.FUNCTIONS or bool(catalogue.entries(name))

    def call(self, node):
        if node.name.lower() == "alloc" and len(node.arguments) == 1 and isinstance(node.arguments[0], nodes.Name):
            self.alloc(node.arguments[0])
            return
        for argument in node.arguments:
            self.expression(argument)
        self.resolve(node, len(node.arguments), ())

    def alloc(self, class_name):
        key = class_name.name.lower()
        if key not in self.classes and key not in registry.BASE_CLASSES:
            self.needs_libraries = True
            self.warn(class_name.place, f"There is no class {class_name.name} above: is it in a library?")

    def method_call(self, node):
        if not (isinstance(node.target, nodes.Member) and node.target.name.lower() == "super"):
            self.expression(node.target)
        for argument in node.arguments:
            self.expression(argument)
        self.resolve(node, len(node.arguments) + 1, self.methods.get(node.name.lower(), ()))

    def resolve(self, node, n_arguments, method_counts):
        """Whether a function of that name takes so many arguments."""
        key = node.name.lower()
        own = self.functions.get(key, set()) | set(method_counts) | self.methods.get(key, set())
        known = catalogue.entries(node.name)
        simulated = registry.FUNCTIONS.get(key, ())
        if n_arguments in own or any(function.takes(n_arguments) for function in simulated):
            self.warn_of_hearsay(node, own, known)
        elif any(entry.takes(n_arguments) for entry in known):
            self.warn_of_hearsay(node, own, known)
        elif not own and not known and not simulated:
            self.unknown(node)
        elif key in self.later_functions and not own:
            self.used_too_early(node)
        else:
            prototypes = [function.signature for function in simulated] or [entry.prototype for entry in known]
            counts = ", ".join(str(count) for count in sorted(own))
            is_what = "; ".join(prototypes) or f"it takes {counts}"
            self.error(node.place, f"{node.name} does not take {n_arguments} argument(s): {is_what}.")

    def warn_of_hearsay(self, node, own, known):
        evidence = [entry.evidence for entry in known]
        evidence += [function.evidence for function in registry.FUNCTIONS.get(node.name.lower(), ())]
        if not own and all(word.startswith("RECALLED") for word in evidence):
            self.warn(node.place, f"{node.name} is known only by hearsay: test it with DoesFunctionExist in your DM.")

    def unknown(self, node):
        if node.name.lower() in self.later_functions:
            self.used_too_early(node)
        elif self.needs_libraries:
            self.warn(node.place, catalogue.why_unknown(node.name) + " Is it in a library?")
        else:
            self.error(node.place, catalogue.why_unknown(node.name))

    def used_too_early(self, node):
        line = self.later_functions[node.name.lower()][0].place[0]
        self.warn(
            node.place,
            f"{node.name} is defined further down (line {line}): DM wants the definition, or a prototype, above the "
            "first call.",
        )


def _definitions(statements):
    """Functions, classes and interfaces, also inside bare blocks."""
    for statement in statements:
        if isinstance(statement, (nodes.Function, nodes.Class, nodes.Interface)):
            yield statement
        elif isinstance(statement, nodes.Block):
            yield from _definitions(statement.statements)


def _children(node):
    for name in node.__dataclass_fields__:
        yield from _nodes_in(getattr(node, name))


def _nodes_in(value):
    if isinstance(value, nodes.Node):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _nodes_in(one)


def _leaves(node):
    """Whether a statement surely ends in break, return, exit or Throw."""
    if isinstance(node, nodes.Block):
        return any(_leaves(statement) for statement in node.statements)
    if isinstance(node, nodes.If):
        return node.otherwise is not None and _leaves(node.then) and _leaves(node.otherwise)
    if isinstance(node, nodes.ExpressionStatement):
        return isinstance(node.value, nodes.Call) and node.value.name.lower() in LEAVING
    return isinstance(node, (nodes.Break, nodes.Return))


def _known_types():
    """Types that variables may have: those of the language and every handle that some function gives or takes."""
    words = {"roi", "imagedisplay", "imagedocument", "documentwindow", "component", *registry.CANONICAL_TYPES.values()}
    for entries in catalogue.all_entries().values():
        words.update(registry.canonical(entry.returns) for entry in entries)
    return words - {"pixels", "expression", "any", "void", "?"}
