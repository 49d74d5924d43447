"""Path texts: taken apart and put together with backslashes, as on DM's Windows. No file is touched."""

import re

from offline_reference.virtual_dm.registry import dm_function

PATH_TYPE = "the path type is ignored"


def split(path):
    """(folder with its last separator, file name)."""
    folder, name = re.fullmatch(r"(.*[\\/])?([^\\/]*)", path, re.DOTALL).groups()
    return folder or "", name


@dm_function("string PathConcatenate(string first, string second)", "SEEN 20 f, SDK")
def concatenate(call, first, second):
    """Two parts with one backslash between them."""
    if not first:
        return second
    return first + ("" if first.endswith(("\\", "/")) else "\\") + second.lstrip("\\/")


@dm_function(
    "string PathExtractDirectory(string path, number type)",
    "SEEN 3 f, SDK",
    PATH_TYPE + "; ends in a backslash",
)
def extract_directory(call, path, path_type):
    return split(path)[0]


@dm_function("string PathExtractParentDirectory(string path, number type)", "SEEN 2 f, SDK", PATH_TYPE)
def extract_parent(call, path, path_type):
    """The folder above a folder."""
    return split(path.rstrip("\\/"))[0]


@dm_function("string PathExtractFileName(string path, number type)", "SEEN 5 f, SDK", PATH_TYPE)
def extract_file_name(call, path, path_type):
    return split(path)[1]


@dm_function("string PathExtractBaseName(string path, number type)", "SEEN 3 f, SDK", PATH_TYPE)
def extract_base_name(call, path, path_type):
    """File name without its ending."""
    name = split(path)[1]
    return name.rpartition(".")[0] if "." in name[1:] else name


@dm_function(
    "string PathExtractExtension(string path, number type)",
    "SEEN 4 f, SDK",
    PATH_TYPE + "; without the point",
)
def extract_extension(call, path, path_type):
    name = split(path)[1]
    return name.rpartition(".")[2] if "." in name[1:] else ""


@dm_function("string PathGetFullpath(string path)", "SDK", "the path itself")
def full_path(call, path):
    return path


@dm_function("string PathBeginRelative()", "SDK", "empty")
def begin_relative(call):
    return ""


@dm_function("string PathAddParentIndirection(string path)", "SDK")
def add_parent_indirection(call, path):
    return concatenate(call, path, "..\\")


@dm_function("number PathsSpecifySameFile(string a, string b)", "SDK", "compared as texts, in any case")
def same_file(call, a, b):
    def plain(path):
        return path.replace("/", "\\").rstrip("\\").lower()

    return plain(a) == plain(b)
