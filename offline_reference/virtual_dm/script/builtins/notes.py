"""Notes: the older, shorter way to an image's tags and to the application-wide tags."""

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.registry import dm_function


@dm_function("number GetNumberNote(image img, string path, number &value)", "SEEN 11 f")
def get_number_note(call, img, path, value):
    return _number(img.tags, path, value)


@dm_function("number GetStringNote(image img, string path, string &value)", "SEEN 7 f")
def get_string_note(call, img, path, value):
    return _text(img.tags, path, value)


@dm_function("string GetStringNote(image img, string path)", "SEEN 7 f", "empty where there is none")
def string_note(call, img, path):
    return img.tags.get_as(path, "string")[1]


@dm_function("void SetNumberNote(image img, string path, number value)", "SEEN 8 f", "a float tag")
def set_number_note(call, img, path, value):
    img.tags.set(path, "float", value)


@dm_function("void SetStringNote(image img, string path, string value)", "SEEN 7 f")
def set_string_note(call, img, path, value):
    img.tags.set(path, "string", value)


@dm_function("void DeleteNote(image img, string path)", "SEEN 6 f")
def delete_note(call, img, path):
    img.tags.delete(path)


@dm_function("number GetPersistentNumberNote(string path, number &value)", "SEEN 17 f")
def get_persistent_number_note(call, path, value):
    return _number(call.workspace.persistent_tags, path, value)


@dm_function("number GetPersistentStringNote(string path, string &value)", "SEEN 4 f")
def get_persistent_string_note(call, path, value):
    return _text(call.workspace.persistent_tags, path, value)


@dm_function("void SetPersistentNumberNote(string path, number value)", "SEEN 14 f", "a double tag")
def set_persistent_number_note(call, path, value):
    call.workspace.persistent_tags.set(path, "double", value)


@dm_function("void SetPersistentStringNote(string path, string value)", "SEEN 3 f")
def set_persistent_string_note(call, path, value):
    call.workspace.persistent_tags.set(path, "string", value)


@dm_function("void DeletePersistentNote(string path)", "SEEN 8 f")
def delete_persistent_note(call, path):
    call.workspace.persistent_tags.delete(path)


@dm_function("void SetPersistentTagGroupNote(string path, taggroup tags)", "RECALLED", "a copy is stored")
def set_persistent_group_note(call, path, tags):
    call.workspace.persistent_tags.set(path, "group", tags.clone())


@dm_function("void AddStringToList(image img, string path, string text)", "SEEN 1 f", "makes the list if there is none")
def add_string_to_list(call, img, path, text):
    found = img.tags.find(path)
    if found is not None and (found.kind != "group" or not found.value.is_list):
        raise DMError(f"The tag {path!r} is no list.")
    img.tags.group(path, is_list=True).append("string", text)


def _number(tags, path, reference):
    ok, value = tags.get_as(path, "double")
    if ok:
        reference.set(float(value))
    return ok


def _text(tags, path, reference):
    ok, value = tags.get_as(path, "string")
    if ok:
        reference.set(value)
    return ok
