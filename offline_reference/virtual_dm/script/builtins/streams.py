"""Streams over files and memory: position, text, image data, tags. A memory stream grows to the memory limit."""

import io

import numpy as np

from offline_reference.virtual_dm.errors import DMError, LimitReached
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.files import (
    ENCODING,
    ENCODING_GUESS,
    MOST_BYTES,
    encoded,
    file_of,
    open_files,
    read_line,
)
from offline_reference.virtual_dm.values import ScriptObject

ENDIAN = "endian 0 as the machine, 1 big, 2 little"
TAG_TYPES = {
    "short": "i2",
    "long": "i4",
    "ushort": "u2",
    "ulong": "u4",
    "float": "f4",
    "double": "f8",
    "boolean": "u1",
    "int64": "i8",
    "uint64": "u8",
    "float complex": "c8",
    "double complex": "c16",
}


def _file(stream):
    file = getattr(stream, "state", {}).get("file")
    if file is None or file.closed:
        raise DMError("This object is no open stream: NewStreamFromFileReference and NewStreamFromBuffer make one.")
    return file


@dm_function("object NewStreamFromFileReference(number file, number closeWithStream)", "SEEN 4 f")
def from_file(call, number, close_with_stream):
    """A stream over an open file; with 1 the file closes when the stream is gone."""
    file = file_of(call, number)
    stream = ScriptObject("Stream", state={"file": file})
    if close_with_stream:
        open_files(call).pop(int(number))  # the stream alone holds it now
    return stream


@dm_function("object NewStreamFromBuffer(number size)", "SEEN 1 f", "holds so many zero bytes, grows when written to")
def from_buffer(call, size):
    if not 0 <= size <= call.workspace.memory_limit:
        call.workspace.stop(LimitReached(f"A memory stream of {size:g} bytes is more than this run may take."))
    return ScriptObject("Stream", state={"file": io.BytesIO(bytes(int(size)))})


@dm_function("number StreamIsValid(object? stream)", "RECALLED")
def is_valid(call, stream):
    return stream is not None and "file" in stream.state and not stream.state["file"].closed


# -- position ---------------------------------------------------------------------------------------------------------


@dm_function("void StreamSetPos(object stream, number base, number offset)", "SEEN 1 f", "base 0 start, 1 here, 2 end")
def set_position(call, stream, base, offset):
    if base not in (0, 1, 2):
        raise DMError(f"StreamSetPos: the base is 0 (start), 1 (here) or 2 (end), not {base:g}.")
    file = _file(stream)
    start = {0: 0, 1: file.tell(), 2: _size(file)}[int(base)]
    if start + offset < 0:
        raise DMError("StreamSetPos: the place lies before the beginning.")
    file.seek(int(start + offset))


@dm_function("number StreamGetPos(object stream)", "SEEN 1 f")
def get_position(call, stream):
    return _file(stream).tell()


@dm_function("number StreamGetSize(object stream)", "RECALLED")
def get_size(call, stream):
    return _size(_file(stream))


def _size(file):
    place = file.tell()
    end = file.seek(0, 2)
    file.seek(place)
    return end


# -- bytes ------------------------------------------------------------------------------------------------------------


def _write(call, stream, data):
    file = _file(stream)
    limit = call.workspace.memory_limit if isinstance(file, io.BytesIO) else 4 * MOST_BYTES
    if file.tell() + len(data) > limit:
        call.workspace.stop(LimitReached("A stream would grow beyond what this run may take."))
    try:
        file.write(data)
        file.flush()
    except (OSError, ValueError) as error:
        raise DMError(f"The stream cannot be written to: {error}.") from None


def _read(stream, n_bytes):
    data = _file(stream).read(n_bytes)
    if len(data) < n_bytes:
        raise DMError(f"The stream ends after {len(data)} of the {n_bytes} bytes that are wanted.")
    return data


def _ordered(dtype, endian):
    """The dtype in the byte order of DM's endian number."""
    if endian not in (0, 1, 2):
        raise DMError(f"{endian:g} is no byte order: {ENDIAN}.")
    order = {0: "=", 1: ">", 2: "<"}[int(endian)]
    return np.dtype(dtype).newbyteorder(order)


# -- text -------------------------------------------------------------------------------------------------------------


@dm_function("string StreamReadAsText(object stream, number encoding, number bytes)", "SEEN 2 f", ENCODING_GUESS)
def read_text(call, stream, encoding, n_bytes):
    return _file(stream).read(max(int(min(n_bytes, MOST_BYTES)), 0)).decode(ENCODING, errors="replace")


@dm_function("number StreamReadTextLine(object stream, number encoding, string &line)", "RECALLED", ENCODING_GUESS)
def read_text_line(call, stream, encoding, line):
    text = read_line(_file(stream))
    line.set(text)
    return text != ""


@dm_function("void StreamWriteAsText(object stream, number encoding, string text)", "SEEN 1 f", ENCODING_GUESS)
def write_text(call, stream, encoding, text):
    _write(call, stream, encoded(text))


# -- image data -------------------------------------------------------------------------------------------------------


@dm_function("void ImageWriteImageDataToStream(image img, object stream, number endian)", "SEEN 1 f", ENDIAN)
def write_image(call, img, stream, endian):
    """All pixels, x fastest."""
    pixels = img.pixels if img.is_rgb else img.pixels.astype(_ordered(img.pixels.dtype, endian), copy=False)
    _write(call, stream, np.ascontiguousarray(pixels).tobytes())


@dm_function("void ImageReadImageDataFromStream(image img, object stream, number endian)", "SEEN 2 f", ENDIAN)
def read_image(call, img, stream, endian):
    """As many bytes as the image has, into its pixels as they are."""
    data = _read(stream, img.pixels.nbytes)
    dtype = img.pixels.dtype if img.is_rgb else _ordered(img.pixels.dtype, endian)
    img.pixels[...] = np.frombuffer(data, dtype).reshape(img.pixels.shape)


# -- tags -------------------------------------------------------------------------------------------------------------


@dm_function(
    "void TagGroupWriteTagDataToStream(taggroup tags, string path, object stream, number endian)",
    "SEEN 1 f",
    ENDIAN + "; the bytes of the tag's type",
)
def write_tag(call, tags, path, stream, endian):
    tag = tags.find(path)
    if tag is None:
        raise DMError(f"There is no tag {path!r} to write.")
    if tag.kind in TAG_TYPES:
        data = np.array(tag.value).astype(_ordered(TAG_TYPES[tag.kind], endian)).tobytes()
    elif tag.kind == "array":
        data = tag.value.astype(_ordered(tag.value.dtype, endian)).tobytes()
    elif tag.kind == "string":
        data = encoded(tag.value)
    else:
        raise DMError(f"A {tag.kind} tag such as {path!r} cannot be written to a stream here.")
    _write(call, stream, data)


@dm_function(
    "void TagGroupReadTagDataFromStream(taggroup tags, string path, object stream, number endian)",
    "SEEN 1 f",
    ENDIAN + "; the bytes of the tag's type",
)
def read_tag(call, tags, path, stream, endian):
    tag = tags.find(path)
    if tag is None or tag.kind not in (*TAG_TYPES, "array"):
        raise DMError(f"There is no number or array tag {path!r} that says how many bytes to read.")
    if tag.kind == "array":
        dtype = _ordered(tag.value.dtype, endian)
        tag.value[...] = np.frombuffer(_read(stream, tag.value.nbytes), dtype).reshape(tag.value.shape)
        return
    dtype = _ordered(TAG_TYPES[tag.kind], endian)
    tags.set(path, tag.kind, np.frombuffer(_read(stream, dtype.itemsize), dtype)[0].item())


@dm_function("void StreamSwapByteOrder(object stream)", "RECALLED", "no effect")
def swap_byte_order(call, stream):
    _file(stream)


@dm_function("void SwapByteOrder(image img)", "SDK")
def swap_bytes(call, img):
    """Turn round the bytes of every pixel, in place."""
    if not img.is_rgb:
        img.pixels.byteswap(inplace=True)
