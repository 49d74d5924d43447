"""Text -> tokens.

Comments and continued lines (a backslash at the end of the line) are gone afterwards. A newline is a token, because it
ends a statement; whether it does is for the parser to say.
"""
import re
from typing import NamedTuple

from offline_reference.virtual_dm.script.errors import ScriptSyntaxError

NUMBER, STRING, NAME, OPERATOR, NEWLINE, END = "number", "string", "name", "operator", "newline", "end"


class Token(NamedTuple):
    """One token; `value` is the float of a number, the text of a string, the lower-case spelling of a name."""

    kind: str
    text: str
    value: object
    place: tuple  # line and column, from 1


OPERATORS = (
    "**", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", ":=", "+=", "-=", "*=", "/=",
    "+", "-", "*", "/", "%", "<", ">", "=", "!", "~", "&", "|", "?", ":", ",", ";", ".", "(", ")", "[", "]", "{", "}",
)  # fmt: skip

_PATTERN = re.compile(
    r"""
    (?P<space>[ \t\f\v\xa0]+)
  | (?P<newline>\n)
  | (?P<continued>\\(?P<after>[ \t]*)(?:\n|\Z))
  | (?P<line_comment>//[^\n]*)
  | (?P<block_comment>/\*.*?\*/)
  | (?P<open_comment>/\*)
  | (?P<number>0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<string>"(?:[^"\\\n]|\\[^\n])*")
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<operator>"""
    + "|".join(re.escape(operator) for operator in OPERATORS)
    + ")",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", '"': '"', "\\": "\\", "'": "'"}
_ESCAPE = re.compile(r"\\(.)")


def tokenize(source, notes=None):
    """Split a Source into tokens; the last one has the kind END.

    Parameters
    ----------
    source : errors.Source
    notes : list or None
        Receives (place, text) for what real DM is not known to accept.

    Raises
    ------
    ScriptSyntaxError
        For a character that cannot start a token, a string or comment without an end.
    """
    notes = [] if notes is None else notes
    text, tokens, position, line, line_start = source.text, [], 0, 1, 0
    while position < len(text):
        place = (line, position - line_start + 1)
        found = _PATTERN.match(text, position)
        if found is None or found.lastgroup == "open_comment":
            raise ScriptSyntaxError(_why_no_token(text, position), source, place)
        kind, piece = found.lastgroup, found.group()
        if kind == "after":
            kind = "continued"
        if kind == "number":
            tokens.append(Token(NUMBER, piece, _number(piece), place))
        elif kind == "string":
            tokens.append(Token(STRING, piece, _string(piece), place))
        elif kind == "name":
            tokens.append(Token(NAME, piece, piece.lower(), place))
        elif kind == "operator":
            tokens.append(Token(OPERATOR, piece, piece, place))
        elif kind == "newline":
            tokens.append(Token(NEWLINE, "the end of the line", None, place))
        elif kind == "continued" and found["after"]:
            notes.append((place, "blanks follow the backslash: it must be the last character to continue a line"))
        position = found.end()
        if "\n" in piece:
            line += piece.count("\n")
            line_start = text.rindex("\n", 0, position) + 1
    tokens.append(Token(END, "the end of the script", None, (line, position - line_start + 1)))
    return tokens


def _number(text):
    if text[:2] in ("0x", "0X"):
        return float(int(text, 16)) if len(text) < 200 else float("inf")
    return float(text)


def _string(text):
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[0]), text[1:-1])


def _why_no_token(text, position):
    if text.startswith("/*", position):
        return "This comment has no end: */ is missing."
    if text[position] == '"':
        return "This text has no closing quote on its line."
    if text[position] == "'":
        return "A single quote starts no text in DM: use double quotes."
    if text[position] == "\\":
        return "A backslash outside a text continues a line only as the last character of it."
    if text[position] == "^":
        return "DM has no operator ^: a power is written **."
    return f"The character {text[position]!r} means nothing here."
