"""Tokens -> tree, by recursive descent: one method for each kind of statement (expressions: expression_parser).

What DM is not known to accept but every reader understands (a line break inside brackets, `do`) is parsed and noted in
``Script.notes``; `script check` shows the notes.
"""
import functools

from offline_reference.virtual_dm.script import nodes
from offline_reference.virtual_dm.script.cursor import KEYWORDS
from offline_reference.virtual_dm.script.errors import ScriptSyntaxError, Source
from offline_reference.virtual_dm.script.expression_parser import ExpressionParser
from offline_reference.virtual_dm.script.limits import deep_recursion
from offline_reference.virtual_dm.script.tokens import END, NAME, NEWLINE, OPERATOR, tokenize


def parse(text, name="script"):
    """Parse a script.

    Parameters
    ----------
    text : str or errors.Source
    name : str
        Shown in errors, usually the file's name.

    Returns
    -------
    nodes.Script

    Raises
    ------
    ScriptSyntaxError
    """
    source = text if isinstance(text, Source) else Source(text, name)
    notes = []
    tokens = tokenize(source, notes)
    parser = Parser(source, tokens, notes)
    try:
        with deep_recursion():
            return parser.script()
    except RecursionError:
        raise ScriptSyntaxError("This is nested too deeply to read.", source, parser.next.place) from None


@functools.lru_cache(maxsize=64)
def parsed(source):
    """The tree of a Source, kept for the next workspace that loads the same library: nobody writes into a tree."""
    return parse(source)


class Parser(ExpressionParser):
    def script(self):
        statements = []
        self.skip_blank_statements()
        while self.next.kind != END:
            if self.at("}"):
                self.refuse("This } closes nothing: there is one too many, or a { is missing further up.")
            statements.append(self.statement())
            self.skip_blank_statements()
        return nodes.Script(statements, self.notes, place=(1, 1))

    def statement(self):
        token = self.next
        if token.kind == OPERATOR and token.text == "{":
            return self.block()
        if token.kind == OPERATOR and token.text == ";":
            self.take()
            return nodes.Block([], place=token.place)
        if token.kind == NAME:
            if token.value in KEYWORDS:
                return getattr(self, token.value + "_statement", self.stray_keyword)()
            if token.value == "switch" and self.tokens[self.position + 1].text == "(":
                self.refuse("DM has no switch: write if .. else if.")
            if self._starts_declaration():
                return self.module() if self.at_word("module", "uses") else self.declaration_or_function()
        value = self.expression()
        self.end_of_statement()
        return nodes.ExpressionStatement(value, place=token.place)

    def stray_keyword(self):
        self.refuse(f"'{self.next.text}' cannot start a statement here.")

    def end_of_statement(self):
        token = self.next
        if token.kind == NEWLINE or self.at(";"):
            self.take()
        elif self.take_if(","):
            self.note(token.place, "a comma ends a statement here, as ; does everywhere else")
        elif token.kind != END and not self.at("}"):
            self.refuse(
                f"The statement should end here, but {self.shown(token)} follows: two statements on one line "
                "need a ; between them."
            )

    def block(self):
        start = self.expect("{", "to open a block")
        statements = []
        self.skip_blank_statements()
        while not self.at("}"):
            if self.next.kind == END:
                self.refuse("This { is never closed.", start)
            statements.append(self.statement())
            self.skip_blank_statements()
        self.take()
        return nodes.Block(statements, place=start.place)

    def body(self):
        """What follows if, else, for, while, try, catch: a block or one statement, maybe on the next line."""
        self.skip_newlines()
        if self.next.kind == END or self.at("}"):
            self.refuse("A statement is expected here.")
        return self.statement()

    def condition(self, word):
        self.expect("(", f"after {word}")
        self.open_brackets += 1
        test = self.expression()
        self.close(")", f"after the condition of {word}")
        return test

    def if_statement(self):
        place = self.take().place
        test = self.condition("if")
        then = self.body()
        otherwise = None
        if self._word_after_blank("else"):
            self.skip_newlines()
            self.take()
            otherwise = self.body()
        return nodes.If(test, then, otherwise, place=place)

    def _word_after_blank(self, word):
        token = self.after_newlines()
        return token.kind == NAME and token.value == word

    def while_statement(self):
        place = self.take().place
        test = self.condition("while")
        return nodes.While(test, self.body(), place=place)

    def do_statement(self):
        place = self.take().place
        self.note(place, "do ... while: no script is known to use it, take while")
        body = self.body()
        self.skip_blank_statements()
        if not self.at_word("while"):
            self.refuse("while is expected after the body of do.")
        self.take()
        test = self.condition("while")
        self.end_of_statement()
        return nodes.DoWhile(body, test, place=place)

    def for_statement(self):
        place = self.take().place
        self.expect("(", "after for")
        self.open_brackets += 1
        start = self.for_start()
        self.expect(";", "after the start of for")
        test = None if self.at(";") else self.expression()
        self.expect(";", "after the condition of for")
        step = [] if self.at(")") else self.expressions()
        self.close(")", "after the step of for")
        return nodes.For(start, test, step, self.body(), place=place)

    def for_start(self):
        if self.at(";"):
            return []
        if self._starts_declaration():
            type_word = self.take()
            return [self.declarators(type_word)]
        return self.expressions()

    def foreach_statement(self):
        place = self.take().place
        self.expect("(", "after foreach")
        self.open_brackets += 1
        type_word = self.take().text if self._starts_declaration() else ""
        name = self.expect_name("of foreach's variable")
        self.expect(";", "after foreach's variable")
        source = self.expression()
        self.close(")", "after the list of foreach")
        return nodes.ForEach(type_word, name.text, source, self.body(), place=place)

    def break_statement(self):
        place = self.take().place
        self.end_of_statement()
        return nodes.Break(place=place)

    def continue_statement(self):
        place = self.take().place
        self.end_of_statement()
        return nodes.Continue(place=place)

    def return_statement(self):
        place = self.take().place
        ends = self.next.kind in (NEWLINE, END) or self.at(";", "}")
        value = None if ends else self.expression()
        self.end_of_statement()
        return nodes.Return(value, place=place)

    def try_statement(self):
        place = self.take().place
        body = self.body()
        self.skip_blank_statements()
        if not self.at_word("catch"):
            self.refuse("catch is expected after the statement of try.")
        self.take()
        return nodes.Try(body, self.body(), place=place)

    # -- declarations -----------------------------------------------------------------------------------------------

    def _starts_declaration(self):
        """Two names in a row: nothing else in the language starts so."""
        first, second = self.tokens[self.position], self.tokens[min(self.position + 1, len(self.tokens) - 1)]
        return all(token.kind == NAME and token.value not in KEYWORDS for token in (first, second))

    def module(self):
        """module a.b.c, uses a.b.c: the library's name for itself and for those it needs."""
        word = self.take()
        path = [self.expect_name(f"after {word.text}").text]
        while self.take_if("."):
            path.append(self.expect_name("after the dot").text)
        self.end_of_statement()
        return nodes.Module(word.value, ".".join(path), place=word.place)

    def declaration_or_function(self):
        type_word = self.take()
        behind_name = self.tokens[self.position + 1]
        if behind_name.kind == OPERATOR and behind_name.text == "(":
            return self.function(type_word.text, type_word.place)
        declaration = self.declarators(type_word)
        self.end_of_statement()
        return declaration

    def declarators(self, type_word):
        found = [self.declarator()]
        while self.take_if(","):
            self.skip_newlines_with_note("a declaration goes on in the next line only after a backslash")
            found.append(self.declarator())
        return nodes.Declaration(type_word.text, found, place=type_word.place)

    def declarator(self):
        name = self.expect_name("to declare")
        operator = self.take_if("=") or self.take_if(":=")
        if operator is None:
            return nodes.Declarator(name.text, place=name.place)
        self.skip_newlines_with_note("an expression goes on in the next line only after a backslash")
        return nodes.Declarator(name.text, operator.text, self.expression(), place=name.place)

    def function(self, returns, place):
        """A function or prototype whose result type was taken already; the name comes next.

        Instead of a block the body may be one statement on the same line.
        """
        name = self.expect_name("of the function")
        parameters = self.parameters()
        if self.next.kind == NAME:
            statement = self.statement()
            return nodes.Function(
                returns, name.text, parameters, nodes.Block([statement], place=statement.place), place=place
            )
        if self.after_newlines().text == "{":
            self.skip_newlines()
            return nodes.Function(returns, name.text, parameters, self.block(), place=place)
        self.end_of_statement()
        return nodes.Function(returns, name.text, parameters, None, place=place)

    def parameters(self):
        self.expect("(", "before the parameters")
        self.open_brackets += 1
        found = []
        if self.at_word("void") and self.tokens[self.position + 1].text == ")":
            self.take()
        while not self.at(")"):
            found.append(self.parameter())
            if self.at("="):
                self.refuse("Parameters have no default values in DM: overload the function instead.")
            if not self.take_if(",") and not self.at(")"):
                self.refuse(f"A comma or ) is expected between parameters, but {self.shown(self.next)} stands here.")
        self.close(")", "after the parameters")
        return found

    def parameter(self):
        type_word = self.expect_name("as the type of a parameter")
        by_reference = bool(self.take_if("&"))
        name = "" if self.at(",", ")") else self.expect_name("of the parameter").text
        return nodes.Parameter(type_word.text, name, by_reference, place=type_word.place)

    def class_statement(self):
        place = self.take().place
        name = self.expect_name("of the class").text
        bases = []
        if self.take_if(":"):
            bases.append(self.expect_name("of the class it derives from").text)
            while self.take_if(","):
                bases.append(self.expect_name("of the class it derives from").text)
        self.skip_newlines()
        members = self.members(name)
        return nodes.Class(name, bases, members, place=place)

    def members(self, class_name):
        start = self.expect("{", "to open the class")
        found = []
        self.skip_blank_statements()
        while not self.at("}"):
            if self.next.kind == END:
                self.refuse("This { is never closed.", start)
            found.append(self.member(class_name))
            self.skip_blank_statements()
        self.take()
        return found

    def member(self, class_name):
        token = self.next
        if self.take_if("~"):
            method = self.function("", token.place)
            method.name = "~" + method.name
            return method
        behind = self.tokens[min(self.position + 1, len(self.tokens) - 1)]
        if token.kind == NAME and token.value == class_name.lower() and behind.text == "(":
            return self.function("", token.place)
        if token.kind != NAME or not self._starts_declaration():
            self.refuse(f"A class holds declarations and methods, but {self.shown(token)} stands here.")
        return self.declaration_or_function()

    def interface_statement(self):
        place = self.take().place
        name = self.expect_name("of the interface").text
        self.skip_newlines()
        prototypes = self.members(name)
        return nodes.Interface(name, prototypes, place=place)
