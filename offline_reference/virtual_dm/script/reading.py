"""Script files -> text: DM writes them in the code page of the Windows it runs on."""
from pathlib import Path

from offline_reference.virtual_dm.script.errors import Source

END_OF_FILE = "\x1a"  # Windows' `copy a.s+b.s` leaves it behind


def read_source(path):
    """A script file as a Source named like the file.

    UTF-8 if it is valid UTF-8, else GBK if that makes words of it, else Windows-1252.
    """
    return Source(decode(Path(path).read_bytes()), Path(path).name, str(path))


def decode(data):
    """Bytes of a script file as text with \\n at the end of lines."""
    return plain_lines(_decoded(data).removeprefix("\ufeff").rstrip(END_OF_FILE))


def plain_lines(text):
    """Text with \\n at the end of lines, whatever it had."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data):
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _gbk_if_chinese(data) or data.decode("cp1252", errors="replace")


def _gbk_if_chinese(data):
    """GBK text, or None: in Western text a byte above 127 stands alone, in Chinese text they come in pairs."""
    try:
        text = data.decode("gbk")
    except UnicodeDecodeError:
        return None
    foreign = [character for character in text if ord(character) > 127]
    return text if sum(map(_is_chinese, foreign)) >= 0.9 * len(foreign) else None


def _is_chinese(character):
    """A character that Chinese comments are made of: ideographs, their punctuation, full-width letters."""
    return any(first <= character <= last for first, last in ("\u4e00\u9fff", "\u3000\u303f", "\uff00\uffef"))
