"""Expressions: tokens -> tree, one method for each level of precedence, loose ones first."""
from offline_reference.virtual_dm.script import nodes
from offline_reference.virtual_dm.script.cursor import KEYWORDS, Cursor
from offline_reference.virtual_dm.script.tokens import NAME, NUMBER, OPERATOR, STRING

ASSIGNMENTS = ("=", ":=", "+=", "-=", "*=", "/=")
BINARY_LEVELS = (
    ("||",),
    ("&&",),
    ("|",),
    ("&",),
    ("==", "!="),
    ("<", "<=", ">", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
"""Binary operators from loose to tight (script_reference 1.6); ** binds tighter than a sign and stands apart."""
LEVEL_OF = {operator: level for level, operators in enumerate(BINARY_LEVELS) for operator in operators}
WORDS_OF_OTHER_LANGUAGES = {"and": "&&", "or": "||", "then": "nothing, the condition of if ends at its bracket"}
ASSIGNABLE = (nodes.Name, nodes.Index, nodes.SliceIndex, nodes.Call, nodes.MethodCall, nodes.Member)


class ExpressionParser(Cursor):
    def expression(self):
        target = self.conditional()
        if not self.at(*ASSIGNMENTS):
            return target
        operator = self.take()
        if not isinstance(target, ASSIGNABLE):
            self.refuse(f"Only a variable or part of an image can stand left of {operator.text}.", operator)
        self._continue_after(operator)
        return nodes.Assign(operator.text, target, self.expression(), place=operator.place)

    def expressions(self):
        """One or more, with commas between."""
        found = [self.expression()]
        while self.take_if(","):
            found.append(self.expression())
        return found

    def _continue_after(self, operator):
        """An operator at the end of a line: everybody sees what is meant, DM wants a backslash."""
        self.skip_newlines_with_note(f"the line ends in {operator.text} without a backslash")

    def conditional(self):
        test = self.binary(0)
        if not self.at("?"):
            return test
        question = self.take()
        self._continue_after(question)
        if_true = self.conditional()
        colon = self.expect(":", "between the two values of ?")
        self._continue_after(colon)
        return nodes.Conditional(test, if_true, self.conditional(), place=question.place)

    def binary(self, lowest):
        """Binary operators of this level and tighter, by precedence climbing."""
        left = self.unary()
        while True:
            token = self.next
            level = LEVEL_OF.get(token.text, -1) if token.kind == OPERATOR else -1
            if token.kind == NAME and token.value in WORDS_OF_OTHER_LANGUAGES:
                self.refuse(f"DM has no word {token.text}: write {WORDS_OF_OTHER_LANGUAGES[token.value]}.")
            if level < lowest:
                return left
            self.take()
            self._continue_after(token)
            left = nodes.Binary(token.text, left, self.binary(level + 1), place=token.place)

    def unary(self):
        token = self.next
        if self.at("-", "+", "!", "~"):
            self.take()
            return nodes.Unary(token.text, self.unary(), place=token.place)
        return self.power()

    def power(self):
        base = self.step()
        if not self.at("**"):
            return base
        operator = self.take()
        self._continue_after(operator)
        return nodes.Binary("**", base, self.unary(), place=operator.place)

    def step(self):
        token = self.next
        if self.at("++", "--"):
            self.take()
            return nodes.Step(token.text, self.postfix(), True, place=token.place)
        target = self.postfix()
        if self.at("++", "--"):
            token = self.take()
            return nodes.Step(token.text, target, False, place=token.place)
        return target

    def postfix(self):
        value = self.primary()
        while True:
            token = self.next
            if self.take_if("."):
                value = self.member_of(value)
            elif self.take_if("["):
                self.open_brackets += 1
                indices = [] if self.at("]") else self.expressions()
                self.close("]", "after the index")
                value = nodes.Index(value, indices, place=token.place)
            elif self.at("{"):
                self.take()
                self.open_brackets += 1
                index = self.expression()
                self.close("}", "after the number of the slice")
                value = nodes.SliceIndex(value, index, place=token.place)
            else:
                return value

    def member_of(self, value):
        name = self.expect_name("after the dot")
        if not self.at("("):
            return nodes.Member(value, name.text, place=name.place)
        return nodes.MethodCall(value, name.text, self.arguments(), place=name.place)

    def arguments(self):
        self.expect("(", "before the arguments")
        self.open_brackets += 1
        found = [] if self.at(")") else self.expressions()
        self.close(")", "after the arguments")
        return found

    def primary(self):
        token = self.next
        if token.kind == NUMBER:
            self.take()
            return nodes.Number(token.value, place=token.place)
        if token.kind == STRING:
            self.take()
            return nodes.String(token.value, place=token.place)
        if token.kind == NAME and token.value not in KEYWORDS:
            self.take()
            if self.at("("):
                return nodes.Call(token.text, self.arguments(), place=token.place)
            return nodes.Name(token.text, place=token.place)
        if self.take_if("("):
            self.open_brackets += 1
            value = self.expression()
            self.close(")", "to close the bracket")
            return value
        if self.at("["):
            return self.image_literal()
        return self.refuse(f"A value is expected here, but {self.shown(token)} stands here.")

    def image_literal(self):
        place = self.take().place
        self.open_brackets += 1
        sizes = self.expressions()
        self.close("]", "after the sizes of the image")
        self.expect(":", "between the sizes of an image and its rows")
        self.skip_newlines()
        return nodes.ImageLiteral(sizes, self.rows(), place=place)

    def rows(self):
        """{ a, { b, c } }: line breaks are free in here (script_reference 1.1)."""
        self.expect("{", "to open the rows of the image")
        found = []
        self.skip_newlines()
        while not self.at("}"):
            found.append(self.rows() if self.at("{") else self.expression())
            self.skip_newlines()
            if not self.take_if(",") and not self.at("}"):
                self.refuse(f"A comma or }} is expected between the rows, but {self.shown(self.next)} stands here.")
            self.skip_newlines()
        self.take()
        return found
