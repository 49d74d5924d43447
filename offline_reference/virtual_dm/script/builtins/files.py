"""Files and folders inside the one folder that the run may use; texts are Windows-1252."""

import weakref

from offline_reference.virtual_dm.errors import DMError, LimitReached
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.tags import TagGroup

ENCODING = "cp1252"
MOST_FILES = 200
MOST_BYTES = 2**30  # of one text file or line [bytes]
ENCODING_GUESS = "the encoding number is ignored"

_open = weakref.WeakKeyDictionary()  # Workspace -> {file number: file object}
_last_number = weakref.WeakKeyDictionary()


def open_files(call):
    """File number -> binary file object, of this workspace."""
    return _open.setdefault(call.workspace, {})


def file_of(call, number):
    """The open file of a number.

    Raises
    ------
    DMError
        If there is none, or it is closed.
    """
    file = open_files(call).get(int(number))
    if file is None or file.closed:
        raise DMError(f"There is no open file with number {number:g}.")
    return file


def _opened(call, path, mode):
    files = open_files(call)
    if len(files) >= MOST_FILES:
        call.workspace.stop(LimitReached(f"More than {MOST_FILES} files are open: close them with CloseFile."))
    real = call.workspace.path(path)
    if len(real.parent.name) == 1 and real.parent.parent == call.workspace.folder:
        real.parent.mkdir(exist_ok=True)  # the root of a drive such as C: is always there
    try:
        file = open(real, mode)  # noqa: SIM115
    except OSError as error:
        raise DMError(f"The file {path!r} cannot be opened: {error.strerror or error}.") from None
    number = _last_number.get(call.workspace, 0) + 1
    _last_number[call.workspace] = number
    files[number] = file
    return number


@dm_function("void CreateFile(string path)", "SEEN 5 f, SDK", "an existing file is emptied")
def create_file(call, path):
    close_file(call, _opened(call, path, "wb"))


@dm_function("number CreateFileForWriting(string path)", "SEEN 13 f, SDK", "an existing file is emptied")
def create_file_for_writing(call, path):
    return _opened(call, path, "wb+")


@dm_function("number OpenFileForReading(string path)", "SEEN 10 f, SDK")
def open_for_reading(call, path):
    return _opened(call, path, "rb")


@dm_function("number OpenFileForWriting(string path)", "SEEN 3 f, SDK", "from the beginning, what is there stays")
@dm_function("number OpenFileForReadingAndWriting(string path)", "SEEN 1 f, SDK", "from the beginning")
def open_for_writing(call, path):
    return _opened(call, path, "rb+")


@dm_function("void CloseFile(number file)", "SEEN 20 f, SDK")
def close_file(call, number):
    file = open_files(call).pop(int(number), None)
    if file is not None:
        file.close()


def encoded(text):
    return text.encode(ENCODING, errors="replace")


def write_bytes(call, file, data):
    """Write where the file stands, within the limit."""
    if file.tell() + len(data) > MOST_BYTES:
        call.workspace.stop(LimitReached(f"A file would grow beyond {MOST_BYTES} bytes."))
    try:
        file.write(data)
        file.flush()
    except (OSError, ValueError) as error:
        raise DMError(f"The file cannot be written to: {error}.") from None


@dm_function("void WriteFile(number file, string text)", "SEEN 15 f, SDK")
def write_file(call, number, text):
    write_bytes(call, file_of(call, number), encoded(text))


@dm_function("void WriteFile(number file, number encoding, string text)", "SEEN 1 f", ENCODING_GUESS)
def write_file_encoded(call, number, encoding, text):
    write_file(call, number, text)


def read_line(file):
    """The next line with its end, "" behind the last one."""
    return file.readline(MOST_BYTES).decode(ENCODING, errors="replace")


@dm_function("number ReadFileLine(number file, string &line)", "SEEN 10 f, SDK")
def read_file_line(call, number, line):
    """1 and the next line with its end-of-line characters; 0 at the end."""
    text = read_line(file_of(call, number))
    line.set(text)
    return text != ""


@dm_function("number ReadFileLine(number file, number encoding, string &line)", "SEEN 4 f", ENCODING_GUESS)
def read_file_line_encoded(call, number, encoding, line):
    return read_file_line(call, number, line)


@dm_function("string ReadFile(number file, number count)", "SEEN 1 f, SDK")
def read_file(call, number, count):
    return file_of(call, number).read(max(int(min(count, MOST_BYTES)), 0)).decode(ENCODING, errors="replace")


def _size(file):
    place = file.tell()
    end = file.seek(0, 2)
    file.seek(place)
    return end


@dm_function("number GetFileSize(number file)", "SEEN 1 f")
def file_size(call, number):
    """Bytes of an open file."""
    return _size(file_of(call, number))


@dm_function("number GetFileSize(string path)", "RECALLED")
def file_size_of_path(call, path):
    real = call.workspace.path(path)
    if not real.is_file():
        raise DMError(f"There is no file {path!r}.")
    return real.stat().st_size


# -- folders ----------------------------------------------------------------------------------------------------------


@dm_function("number DoesFileExist(string path)", "SEEN 16 f, SDK")
def does_file_exist(call, path):
    return bool(path) and call.workspace.path(path).is_file()


@dm_function("number DoesDirectoryExist(string path)", "SEEN 4 f, SDK")
def does_directory_exist(call, path):
    return bool(path) and call.workspace.path(path).is_dir()


@dm_function("void CreateDirectory(string path)", "SEEN 2 f, SDK", "folders above are made too")
def create_directory(call, path):
    try:
        call.workspace.path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DMError(f"The folder {path!r} cannot be made: {error.strerror or error}.") from None


@dm_function("void DeleteFile(string path)", "SEEN 10 f, SDK", "an error if there is none")
@dm_function("void DeleteImageFile(string path)", "SDK", "an error if there is none")
def delete_file(call, path):
    real = call.workspace.path(path)
    if not real.is_file():
        raise DMError(f"There is no file {path!r} to delete.")
    real.unlink()


@dm_function("void DeleteDirectory(string path)", "SDK", "only an empty one")
def delete_directory(call, path):
    real = call.workspace.path(path)
    try:
        real.rmdir()
    except OSError as error:
        raise DMError(f"The folder {path!r} cannot be deleted: {error.strerror or error}.") from None


@dm_function(
    "taggroup GetFilesInDirectory(string path, number flags)",
    "SEEN 5 f, SDK",
    "+ 1 files, + 2 folders; sorted by name, each a group with its Name",
)
def files_in_directory(call, path, flags):
    folder = call.workspace.path(path)
    if not folder.is_dir():
        raise DMError(f"There is no folder {path!r}.")
    found = TagGroup(is_list=True)
    for item in sorted(folder.iterdir(), key=lambda item: item.name.lower()):
        if (item.is_file() and int(flags) & 1) or (item.is_dir() and int(flags) & 2):
            group = TagGroup()
            group.set("Name", "string", item.name)
            found.append("group", group)
    return found
