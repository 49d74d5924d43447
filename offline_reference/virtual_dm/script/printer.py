"""Tree -> text; parsing the text gives the same tree again."""
from offline_reference.virtual_dm.script import nodes
from offline_reference.virtual_dm.script.expression_parser import LEVEL_OF

_INDENT = "    "
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}

# How tight an expression binds; brackets are needed where a looser one stands in a tighter place.
_ASSIGN, _CONDITIONAL, _BINARY, _UNARY, _POWER, _STEP, _POSTFIX = 0, 1, 2, 20, 21, 22, 23


def print_script(script):
    """Text of a whole Script."""
    return "".join(_statement(statement, "") for statement in script.statements)


def print_expression(node):
    """Text of one expression."""
    return _EXPRESSIONS[type(node)](node)


# -- expressions ------------------------------------------------------------------------------------------------------


def _tightness(node):
    if isinstance(node, nodes.Assign):
        return _ASSIGN
    if isinstance(node, nodes.Conditional):
        return _CONDITIONAL
    if isinstance(node, nodes.Binary):
        return _POWER if node.operator == "**" else _BINARY + LEVEL_OF[node.operator]
    if isinstance(node, nodes.Unary):
        return _UNARY
    return _STEP if isinstance(node, nodes.Step) else _POSTFIX


def _in(node, tightness):
    """The text of a node where at least this tightness is needed."""
    text = print_expression(node)
    return text if _tightness(node) >= tightness else f"({text})"


def _list(expressions):
    return ", ".join(print_expression(expression) for expression in expressions)


def _number(node):
    if node.value in (float("inf"),):
        return "1e999"
    whole = node.value.is_integer() and node.value < 1e15
    return str(int(node.value)) if whole else repr(float(node.value))


def _string(node):
    return '"' + "".join(_ESCAPES.get(character, character) for character in node.value) + '"'


def _unary(node):
    operand = _in(node.operand, _UNARY)
    blank = " " if operand.startswith(node.operator) else ""  # - -x is no --x
    return f"{node.operator}{blank}{operand}"


def _step(node):
    target = _in(node.target, _POSTFIX)
    return node.operator + target if node.is_prefix else target + node.operator


def _binary(node):
    if node.operator == "**":
        return f"{_in(node.left, _STEP)} ** {_in(node.right, _UNARY)}"
    level = _BINARY + LEVEL_OF[node.operator]
    return f"{_in(node.left, level)} {node.operator} {_in(node.right, level + 1)}"


def _conditional(node):
    return f"{_in(node.test, _BINARY)} ? {_in(node.if_true, _CONDITIONAL)} : {_in(node.if_false, _CONDITIONAL)}"


def _assign(node):
    return f"{_in(node.target, _POSTFIX)} {node.operator} {print_expression(node.value)}"


def _target(node):
    """What stands left of a dot or bracket: 5.Format() would read as the number 5. and a name."""
    text = _in(node, _POSTFIX)
    return f"({text})" if isinstance(node, (nodes.Number, nodes.ImageLiteral)) else text


def _rows(rows):
    return "{" + ", ".join(_rows(row) if isinstance(row, list) else print_expression(row) for row in rows) + "}"


_EXPRESSIONS = {
    nodes.Number: _number,
    nodes.String: _string,
    nodes.Name: lambda node: node.name,
    nodes.Unary: _unary,
    nodes.Step: _step,
    nodes.Binary: _binary,
    nodes.Conditional: _conditional,
    nodes.Assign: _assign,
    nodes.Call: lambda node: f"{node.name}({_list(node.arguments)})",
    nodes.MethodCall: lambda node: f"{_target(node.target)}.{node.name}({_list(node.arguments)})",
    nodes.Member: lambda node: f"{_target(node.target)}.{node.name}",
    nodes.Index: lambda node: f"{_target(node.target)}[{_list(node.indices)}]",
    nodes.SliceIndex: lambda node: f"{_target(node.target)}{{{print_expression(node.index)}}}",
    nodes.ImageLiteral: lambda node: f"[{_list(node.sizes)}] : {_rows(node.rows)}",
}


# -- statements -------------------------------------------------------------------------------------------------------


def _statement(node, indent):
    printer = _STATEMENTS[type(node)]
    return printer(node, indent)


def _body(node, indent):
    """Body of if, for, ...: a block on its own lines, a single statement one step further in."""
    return _statement(node, indent if isinstance(node, nodes.Block) else indent + _INDENT)


def _block(node, indent):
    inside = "".join(_statement(statement, indent + _INDENT) for statement in node.statements)
    return f"{indent}{{\n{inside}{indent}}}\n"


def _declarator(node):
    return node.name if node.operator is None else f"{node.name} {node.operator} {print_expression(node.value)}"


def _declaration_text(node):
    return f"{node.type} " + ", ".join(_declarator(declarator) for declarator in node.declarators)


def _if(node, indent):
    text = f"{indent}if ({print_expression(node.test)})\n{_body(node.then, indent)}"
    if node.otherwise is not None:
        text += f"{indent}else\n{_body(node.otherwise, indent)}"
    return text


def _for(node, indent):
    start = [_declaration_text(part) if isinstance(part, nodes.Declaration) else print_expression(part)
             for part in node.start]  # fmt: skip
    test = "" if node.test is None else print_expression(node.test)
    return f"{indent}for ({', '.join(start)}; {test}; {_list(node.step)})\n{_body(node.body, indent)}"


def _foreach(node, indent):
    variable = f"{node.type} {node.name}".strip()
    head = f"foreach ({variable}; {print_expression(node.source)})"
    return f"{indent}{head}\n{_body(node.body, indent)}"


def _return(node, indent):
    value = "" if node.value is None else " " + print_expression(node.value)
    return f"{indent}return{value}\n"


def _parameter(node):
    return f"{node.type} {'&' if node.by_reference else ''}{node.name}".rstrip()


def _function(node, indent):
    head = f"{node.returns} {node.name}".strip() + "(" + ", ".join(_parameter(p) for p in node.parameters) + ")"
    return f"{indent}{head};\n" if node.body is None else f"{indent}{head}\n" + _block(node.body, indent)


def _class(node, indent):
    bases = " : " + ", ".join(node.bases) if node.bases else ""
    members = "".join(_statement(member, indent + _INDENT) for member in node.members)
    return f"{indent}class {node.name}{bases}\n{indent}{{\n{members}{indent}}}\n"


def _interface(node, indent):
    members = "".join(_statement(member, indent + _INDENT) for member in node.prototypes)
    return f"{indent}interface {node.name}\n{indent}{{\n{members}{indent}}}\n"


_STATEMENTS = {
    nodes.ExpressionStatement: lambda node, indent: f"{indent}{print_expression(node.value)}\n",
    nodes.Declaration: lambda node, indent: f"{indent}{_declaration_text(node)}\n",
    nodes.Block: _block,
    nodes.If: _if,
    nodes.While: lambda node, indent: f"{indent}while ({print_expression(node.test)})\n{_body(node.body, indent)}",
    nodes.DoWhile: lambda node, indent: (
        f"{indent}do\n{_body(node.body, indent)}{indent}while ({print_expression(node.test)})\n"
    ),
    nodes.For: _for,
    nodes.ForEach: _foreach,
    nodes.Break: lambda node, indent: f"{indent}break\n",
    nodes.Continue: lambda node, indent: f"{indent}continue\n",
    nodes.Return: _return,
    nodes.Try: lambda node, indent: (
        f"{indent}try\n{_body(node.body, indent)}{indent}catch\n{_body(node.handler, indent)}"
    ),
    nodes.Function: _function,
    nodes.Class: _class,
    nodes.Interface: _interface,
    nodes.Module: lambda node, indent: f"{indent}{node.word} {node.path}\n",
}
