"""A place in the list of tokens, and the ways to look at it that every rule of the grammar uses."""
from offline_reference.virtual_dm.script.errors import ScriptSyntaxError
from offline_reference.virtual_dm.script.tokens import END, NAME, NEWLINE, OPERATOR

KEYWORDS = (
    "if", "else", "while", "for", "foreach", "do", "break", "continue", "return", "try", "catch", "class", "interface",
)  # fmt: skip


class Cursor:
    """Where the parser stands.

    Attributes
    ----------
    notes : list of (place, text)
        What real DM is not known to accept.
    open_brackets : int
        How many ( [ { of an expression are open: inside them a newline ends no statement.
    """

    def __init__(self, source, tokens, notes):
        self.source = source
        self.tokens = tokens
        self.notes = notes
        self.position = 0
        self.open_brackets = 0

    @property
    def next(self):
        if self.open_brackets:
            self.skip_newlines_with_note("a line break inside brackets needs a backslash at the end of the line")
        return self.tokens[self.position]

    def at(self, *texts):
        """Whether one of these operators comes next."""
        token = self.next
        return token.kind == OPERATOR and token.text in texts

    def at_word(self, *words):
        token = self.next
        return token.kind == NAME and token.value in words

    def take(self):
        token = self.next
        if token.kind != END:
            self.position += 1
        return token

    def take_if(self, text):
        if self.at(text):
            return self.take()
        return None

    def expect(self, text, where):
        if not self.at(text):
            self.refuse(f"{text} is expected {where}, but {self.shown(self.next)} stands here.")
        return self.take()

    def expect_name(self, where):
        token = self.next
        if token.kind != NAME or token.value in KEYWORDS:
            self.refuse(f"A name is expected {where}, but {self.shown(token)} stands here.")
        return self.take()

    def refuse(self, message, token=None):
        raise ScriptSyntaxError(message, self.source, (token or self.next).place)

    def note(self, place, text):
        self.notes.append((place, text))

    def skip_newlines(self):
        while self.tokens[self.position].kind == NEWLINE:
            self.position += 1

    def skip_blank_statements(self):
        while self.tokens[self.position].kind == NEWLINE or self.at(";"):
            self.position += 1

    def skip_newlines_with_note(self, text):
        if self.tokens[self.position].kind == NEWLINE:
            self.note(self.tokens[self.position].place, text)
            self.skip_newlines()

    @staticmethod
    def shown(token):
        return token.text if token.kind in (NEWLINE, END) else f"'{token.text}'"

    def after_newlines(self):
        """The next token that is no newline, without taking anything."""
        position = self.position
        while self.tokens[position].kind == NEWLINE:
            position += 1
        return self.tokens[position]

    def close(self, bracket, where):
        """Take a closing bracket; newlines count again behind it."""
        self.next  # noqa: B018  skips newlines while they still do not count
        self.open_brackets -= 1
        self.expect(bracket, where)
