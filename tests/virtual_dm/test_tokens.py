"""Tokens of DM-script: where one ends, what it is worth, what is refused."""
import pytest

from offline_reference.virtual_dm.script.errors import ScriptSyntaxError, Source
from offline_reference.virtual_dm.script.tokens import NEWLINE, tokenize


def tokens(text):
    return [token.text for token in tokenize(Source(text))[:-1] if token.kind != NEWLINE]


@pytest.mark.parametrize(
    "text, value",
    [("1", 1.0), ("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("1e-8", 1e-8), ("1E99", 1e99), ("0xFFFF", 65535.0)],
)
def test_numbers_are_worth_what_they_say(text, value):
    assert tokenize(Source(text))[0].value == value


def test_an_absurdly_long_hexadecimal_number_is_infinite():
    assert tokenize(Source("0x" + "F" * 5000))[0].value == float("inf")


def test_text_knows_its_escapes():
    assert tokenize(Source(r'"a\tb\n\"c\" \\d"'))[0].value == 'a\tb\n"c" \\d'


def test_comments_are_gone():
    assert tokens("a // b\n/* c\nd */ e") == ["a", "e"]


def test_a_backslash_at_the_end_joins_two_lines():
    assert NEWLINE not in [token.kind for token in tokenize(Source("a + \\\n b"))]


def test_blanks_behind_the_backslash_are_noted():
    notes = []
    tokenize(Source("a + \\  \n b"), notes)
    assert [place for place, _ in notes] == [(1, 5)]


def test_names_keep_their_spelling_and_have_a_lower_case_value():
    token = tokenize(Source("ImageClone"))[0]
    assert (token.text, token.value) == ("ImageClone", "imageclone")


def test_long_operators_are_one_token():
    assert tokens("a**b<=c:=d&&e") == ["a", "**", "b", "<=", "c", ":=", "d", "&&", "e"]


def test_places_count_lines_behind_comments_and_texts():
    assert tokenize(Source('/* 1\n2 */ "x" y'))[1].place == (2, 10)


@pytest.mark.parametrize(
    "text, message",
    [
        ('a = "open', "no closing quote"),
        ("/* open", "no end"),
        ("a = 'x'", "double quotes"),
        ("a ^ b", "**"),
        ("a \\ b", "last character"),
        ("a @ b", "'@'"),
        ("a = µ", "'µ'"),
    ],
)
def test_what_is_no_token_is_refused_with_its_place(text, message):
    with pytest.raises(ScriptSyntaxError, match=message.replace("*", r"\*")) as caught:
        tokenize(Source(text))
    assert caught.value.column > (0 if text.startswith("/") else 1)
