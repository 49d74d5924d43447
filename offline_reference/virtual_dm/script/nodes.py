"""The tree of a script: only data. Two trees are equal if they say the same, wherever it stands in the text."""
from dataclasses import dataclass, field


@dataclass(slots=True)
class Node:
    """Every node knows its place (line and column, from 1)."""

    place: tuple = field(default=(0, 0), compare=False, repr=False, kw_only=True)


# -- expressions ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Number(Node):
    value: float


@dataclass(slots=True)
class String(Node):
    value: str


@dataclass(slots=True)
class Name(Node):
    name: str


@dataclass(slots=True)
class Unary(Node):
    """-x, +x, !x, ~x."""

    operator: str
    operand: Node


@dataclass(slots=True)
class Step(Node):
    """++x, x++, --x, x--."""

    operator: str
    target: Node
    is_prefix: bool


@dataclass(slots=True)
class Binary(Node):
    operator: str
    left: Node
    right: Node


@dataclass(slots=True)
class Conditional(Node):
    """test ? if_true : if_false."""

    test: Node
    if_true: Node
    if_false: Node


@dataclass(slots=True)
class Assign(Node):
    """target = value, also := += -= *= /=; an expression in DM."""

    operator: str
    target: Node
    value: Node


@dataclass(slots=True)
class Call(Node):
    """F(a, b)."""

    name: str
    arguments: list


@dataclass(slots=True)
class MethodCall(Node):
    """x.F(a, b), which is F(x, a, b) unless x is an object whose class has F."""

    target: Node
    name: str
    arguments: list


@dataclass(slots=True)
class Member(Node):
    """x.name without parentheses, such as self.super."""

    target: Node
    name: str


@dataclass(slots=True)
class Index(Node):
    """img[x, y], img[t, l, b, r], img[]."""

    target: Node
    indices: list


@dataclass(slots=True)
class SliceIndex(Node):
    """img{0} or display{"label"}."""

    target: Node
    index: Node


@dataclass(slots=True)
class ImageLiteral(Node):
    """[width, height] : { {a, b}, {c, d} }; rows is a list of expressions and lists."""

    sizes: list
    rows: list


# -- statements -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class ExpressionStatement(Node):
    value: Node


@dataclass(slots=True)
class Declarator(Node):
    """One name of a declaration; operator is None, "=" or ":="."""

    name: str
    operator: str | None = None
    value: Node | None = None


@dataclass(slots=True)
class Declaration(Node):
    type: str
    declarators: list


@dataclass(slots=True)
class Block(Node):
    statements: list


@dataclass(slots=True)
class If(Node):
    test: Node
    then: Node
    otherwise: Node | None


@dataclass(slots=True)
class While(Node):
    test: Node
    body: Node


@dataclass(slots=True)
class DoWhile(Node):
    body: Node
    test: Node


@dataclass(slots=True)
class For(Node):
    """for (start; test; step) body; start and step are lists, because commas may join several."""

    start: list
    test: Node | None
    step: list
    body: Node


@dataclass(slots=True)
class ForEach(Node):
    """foreach (object o; list); type is "" where the variable was declared before."""

    type: str
    name: str
    source: Node
    body: Node


@dataclass(slots=True)
class Break(Node):
    pass


@dataclass(slots=True)
class Continue(Node):
    pass


@dataclass(slots=True)
class Return(Node):
    value: Node | None


@dataclass(slots=True)
class Try(Node):
    body: Node
    handler: Node


@dataclass(slots=True)
class Parameter(Node):
    type: str
    name: str
    by_reference: bool


@dataclass(slots=True)
class Function(Node):
    """A function, a method, a constructor (returns is ""), or a prototype (body is None).

    The destructor's name starts with ~.
    """

    returns: str
    name: str
    parameters: list
    body: Block | None


@dataclass(slots=True)
class Class(Node):
    """members are Declarations and Functions, in their order."""

    name: str
    bases: list
    members: list


@dataclass(slots=True)
class Interface(Node):
    name: str
    prototypes: list


@dataclass(slots=True)
class Module(Node):
    """module a.b.c (this library's name) or uses a.b.c (one it needs); word is the keyword."""

    word: str
    path: str


@dataclass(slots=True)
class Script(Node):
    """A whole file. notes holds (place, text) for what real DM is not known to accept."""

    statements: list
    notes: list = field(default_factory=list, compare=False, repr=False)
