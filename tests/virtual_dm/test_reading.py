"""Script files in the code pages that DM writes."""
import pytest

from offline_reference.virtual_dm.script.reading import decode


@pytest.mark.parametrize(
    "text, encoding",
    [
        ("// Grösse in µm, Winkel in °\n", "cp1252"),
        ("// Größe in µm\n", "utf-8"),
        ("// 电子衍射：半径\nnumber r = 1\n", "gbk"),
        ("// 电子衍射\n", "utf-8-sig"),
        ("// plain\n", "utf-16"),
    ],
)
def test_code_pages_are_told_apart(text, encoding):
    assert decode(text.encode(encoding)) == text


def test_every_kind_of_line_end_becomes_one():
    assert decode(b"a\r\nb\rc\n") == "a\nb\nc\n"


def test_bytes_that_are_no_text_are_read_all_the_same():
    assert decode(bytes(range(256)))


def test_the_end_of_file_mark_of_old_windows_tools_is_dropped():
    assert decode(b"number a\r\n\x1a") == "number a\n"
