"""Tag groups and tag lists: every kind of value by path, by number and by insertion; building, copying, files.

The functions of one kind differ only in the kind's name, so they are made by a loop over KINDS.
"""

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.tag_files import CODE_OF_DTYPE, read_tags, write_tags
from offline_reference.virtual_dm.tags import NUMBER_KINDS, TagGroup
from offline_reference.virtual_dm.values import RGBNumber

SCALAR_KINDS = {  # word in the function's name -> (kind of tag, DM type of the value, evidence)
    "Short": ("short", "number", "SDK"),
    "Long": ("long", "number", "SEEN 2 f, SDK"),
    "UInt16": ("ushort", "number", "SDK"),
    "UInt32": ("ulong", "number", "SEEN 2 f, SDK"),
    "Int64": ("int64", "number", "RECALLED"),
    "SInt64": ("int64", "number", "python_reference 9"),
    "UInt64": ("uint64", "number", "python_reference 9"),
    "Float": ("float", "number", "SEEN 2 f, SDK"),
    "Double": ("double", "number", "SDK"),
    "Number": ("double", "number", "SEEN 25 f"),
    "Boolean": ("boolean", "number", "SEEN 1 f, SDK"),
    "String": ("string", "string", "SEEN 24 f, SDK"),
    "Text": ("string", "string", "SDK"),
    "FloatComplex": ("float complex", "complexnumber", "SDK"),
    "DoubleComplex": ("double complex", "complexnumber", "SDK"),
    "TagGroup": ("group", "taggroup", "SEEN 21 f, SDK"),
}
POINT_KINDS = {  # word -> (kind of tag, names of the numbers in DM's order)
    "ShortPoint": ("short point", "x y"),
    "LongPoint": ("long point", "x y"),
    "FloatPoint": ("float point", "x y"),
    "ShortRect": ("short rect", "top left bottom right"),
    "LongRect": ("long rect", "top left bottom right"),
    "FloatRect": ("float rect", "top left bottom right"),
    "RGBUInt16": ("rgb uint16", "red green blue"),
}
UINT16 = 4  # type code of the characters of a string (SEEN 1 f)
NUMBER_GUESS = "a Number is stored as a double tag"


def _valid(tags):
    if not isinstance(tags, TagGroup):
        raise DMError("This tag group variable holds no tag group yet: start with NewTagGroup or NewTagList.")
    return tags


def _handed_out(reference, kind, found):
    """Set a reference to what a getter found; it stays as it is if nothing fits."""
    ok, value = found
    if ok:
        reference.set(float(value) if kind in NUMBER_KINDS else value)
    return ok


def _register_scalar(word, kind, dm_type, evidence):
    guess = NUMBER_GUESS if word == "Number" else ""

    def by_path(call, tags, path, value):
        return _handed_out(value, kind, _valid(tags).get_as(path, kind))

    def by_index(call, tags, index, value):
        return _handed_out(value, kind, _valid(tags).get_indexed_as(index, kind))

    def set_path(call, tags, path, value):
        _valid(tags).set(path, kind, _value(value))

    def set_index(call, tags, index, value):
        _valid(tags).set_indexed(index, kind, _value(value))

    def insert(call, tags, index, value):
        _valid(tags).insert(index, kind, _value(value))

    null = "?" if dm_type == "taggroup" else ""
    register = _registrar(word, evidence, guess)
    register(f"number TagGroupGetTagAs{word}(taggroup tags, string path, {dm_type}{null} &value)", by_path)
    register(f"number TagGroupGetIndexedTagAs{word}(taggroup tags, number index, {dm_type}{null} &value)", by_index)
    register(f"void TagGroupSetTagAs{word}(taggroup tags, string path, {dm_type} value)", set_path)
    register(f"void TagGroupSetIndexedTagAs{word}(taggroup tags, number index, {dm_type} value)", set_index)
    register(f"void TagGroupInsertTagAs{word}(taggroup tags, number index, {dm_type} value)", insert)


def _value(value):
    return _valid(value) if value is None else value


def _registrar(word, evidence, guess):
    def register(signature, run):
        dm_function(signature, evidence, guess)(run)

    return register


def _register_struct(word, kind, names):
    def by_path(call, tags, path, *references):
        return _set_all(references, *_valid(tags).get_as(path, kind))

    def by_index(call, tags, index, *references):
        return _set_all(references, *_valid(tags).get_indexed_as(index, kind))

    def set_path(call, tags, path, *numbers):
        _valid(tags).set(path, kind, numbers)

    def set_index(call, tags, index, *numbers):
        _valid(tags).set_indexed(index, kind, numbers)

    def insert(call, tags, index, *numbers):
        _valid(tags).insert(index, kind, numbers)

    given = ", ".join(f"number {name}" for name in names.split())
    wanted = ", ".join(f"number &{name}" for name in names.split())
    for signature, run in (
        (f"number TagGroupGetTagAs{word}(taggroup tags, string path, {wanted})", by_path),
        (f"number TagGroupGetIndexedTagAs{word}(taggroup tags, number index, {wanted})", by_index),
        (f"void TagGroupSetTagAs{word}(taggroup tags, string path, {given})", set_path),
        (f"void TagGroupSetIndexedTagAs{word}(taggroup tags, number index, {given})", set_index),
        (f"void TagGroupInsertTagAs{word}(taggroup tags, number index, {given})", insert),
    ):
        dm_function(signature, "SDK")(run)


def _set_all(references, ok, values):
    if ok:
        for reference, value in zip(references, values, strict=True):
            reference.set(float(value))
    return ok


for _word, (_kind, _type, _evidence) in SCALAR_KINDS.items():
    _register_scalar(_word, _kind, _type, _evidence)
_register_scalar("Number", "double complex", "complexnumber", "SEEN 1 f")
for _word, (_kind, _names) in POINT_KINDS.items():
    _register_struct(_word, _kind, _names)


@dm_function("number TagGroupGetTagAsList(taggroup tags, string path, taggroup? &list)", "SDK")
def get_list(call, tags, path, reference):
    ok, group = _valid(tags).get_as(path, "group")
    if ok and group.is_list:
        reference.set(group)
    return ok and group.is_list


# -- images and colours in tags ---------------------------------------------------------------------------------------


@dm_function("void TagGroupSetTagAsArray(taggroup tags, string path, image img)", "SEEN 2 f, SDK")
def set_array(call, tags, path, img):
    _valid(tags).set(path, "array", img.pixels)


@dm_function("void TagGroupSetIndexedTagAsArray(taggroup tags, number index, image img)", "SDK")
def set_indexed_array(call, tags, index, img):
    _valid(tags).set_indexed(index, "array", img.pixels)


@dm_function("void TagGroupInsertTagAsArray(taggroup tags, number index, image img)", "SDK")
def insert_array(call, tags, index, img):
    _valid(tags).insert(index, "array", img.pixels)


@dm_function(
    "number TagGroupGetTagAsArray(taggroup tags, string path, image img)",
    "SEEN 2 f, SDK",
    "the image must have as many pixels and the same type",
)
def get_array(call, tags, path, img):
    return _fill(img, *_valid(tags).get_as(path, "array"))


@dm_function(
    "number TagGroupGetIndexedTagAsArray(taggroup tags, number index, image img)",
    "SDK",
    "the image must have as many pixels and the same type",
)
def get_indexed_array(call, tags, index, img):
    return _fill(img, *_valid(tags).get_indexed_as(index, "array"))


def _fill(img, ok, array):
    if not ok or array.size != img.pixels.size or array.dtype != img.pixels.dtype:
        return False
    img.pixels[...] = array.reshape(img.pixels.shape)
    return True


@dm_function("void TagGroupSetTagRGBBitmap(taggroup tags, string path, image img)", "SDK", "stored as an array")
def set_bitmap(call, tags, path, img):
    _valid(tags).set(path, "array", img.pixels)


@dm_function("void TagGroupSetTagAsEightBitColor(taggroup tags, string path, rgbnumber colour)", "SDK")
def set_colour(call, tags, path, colour):
    _valid(tags).set(path, "color", colour[:3])


@dm_function("void TagGroupInsertTagAsEightBitColor(taggroup tags, number index, rgbnumber colour)", "SDK")
def insert_colour(call, tags, index, colour):
    _valid(tags).insert(index, "color", colour[:3])


@dm_function("void TagGroupSetIndexedTagAsEightBitColor(taggroup tags, number index, rgbnumber colour)", "SDK")
def set_indexed_colour(call, tags, index, colour):
    _valid(tags).set_indexed(index, "color", colour[:3])


@dm_function("number TagGroupGetIndexedTagAsEightBitColor(taggroup tags, number index, rgbnumber &colour)", "SDK")
def get_indexed_colour(call, tags, index, colour):
    ok, value = _valid(tags).get_indexed_as(index, "color")
    if ok:
        colour.set(RGBNumber(*map(float, value)))
    return ok


@dm_function("number TagGroupGetTagAsEightBitColor(taggroup tags, string path, rgbnumber &colour)", "SDK")
def get_colour(call, tags, path, colour):
    ok, value = _valid(tags).get_as(path, "color")
    if ok:
        colour.set(RGBNumber(*map(float, value)))
    return ok


# -- building ---------------------------------------------------------------------------------------------------------


@dm_function("taggroup NewTagGroup()", "SEEN 21 f, SDK")
def new_tag_group(call):
    return TagGroup()


@dm_function("taggroup NewTagList()", "SEEN 32 f, SDK")
def new_tag_list(call):
    return TagGroup(is_list=True)


def _add_group(parent, index, child):
    parent.insert(index, "group", child)
    return child


@dm_function("number TagGroupCreateNewLabeledTag(taggroup tags, string label)", "SEEN 13 f, SDK")
def create_labelled(call, tags, label):
    """Index of a new tag of that label; a value is written there with TagGroupSetIndexedTagAs..."""
    existing = [number for number, tag in enumerate(_valid(tags).tags) if tag.label == label]
    if existing:
        return existing[0]
    tags.add(label, "double", 0.0)
    return len(tags) - 1


@dm_function("taggroup TagGroupCreateNewLabeledGroup(taggroup tags, string label)", "SDK")
def create_labelled_group(call, tags, label):
    return _valid(tags).add(label, "group", TagGroup()).value


@dm_function("taggroup TagGroupCreateNewLabeledList(taggroup tags, string label)", "SDK")
def create_labelled_list(call, tags, label):
    return _valid(tags).add(label, "group", TagGroup(is_list=True)).value


@dm_function(
    "taggroup TagGroupAddLabeledTagGroup(taggroup tags, string label, taggroup child)",
    "SEEN 2 f, SDK",
    "replaces a group of that label",
)
def add_labelled_group(call, tags, label, child):
    existing = next((tag for tag in _valid(tags).tags if tag.label == label), None)
    if existing is None:
        tags.add(label, "group", _valid(child))
    else:
        existing.kind, existing.value = "group", _valid(child)
    return child


def _register_places(make, noun, evidence):
    """...AtEnd, ...AtBeginning, ...Before and ...After of a new group or list."""

    def at_end(call, tags):
        return _add_group(_valid(tags), -1, make())

    def at_beginning(call, tags):
        return _add_group(_valid(tags), 0, make())

    def before(call, tags, index):
        return _add_group(_valid(tags), index, make())

    def after(call, tags, index):
        return _add_group(_valid(tags), index + 1, make())

    dm_function(f"taggroup TagGroupCreate{noun}TagAtEnd(taggroup list)", evidence)(at_end)
    dm_function(f"taggroup TagGroupCreate{noun}TagAtBeginning(taggroup list)", "SDK")(at_beginning)
    dm_function(f"taggroup TagGroupCreate{noun}TagBefore(taggroup list, number index)", "SDK")(before)
    dm_function(f"taggroup TagGroupCreate{noun}TagAfter(taggroup list, number index)", "SDK")(after)


_register_places(TagGroup, "Group", "SEEN 1 f, SDK")
_register_places(lambda: TagGroup(is_list=True), "List", "SDK")


@dm_function("taggroup TagGroupAddTagGroupAtEnd(taggroup list, taggroup child)", "SEEN 1 f, SDK")
def add_group_at_end(call, tags, child):
    return _add_group(_valid(tags), -1, _valid(child))


@dm_function("taggroup TagGroupAddTagGroupAtBeginning(taggroup list, taggroup child)", "SDK")
def add_group_at_beginning(call, tags, child):
    return _add_group(_valid(tags), 0, _valid(child))


@dm_function("taggroup TagGroupAddTagGroupBefore(taggroup list, number index, taggroup child)", "SEEN 1 f, SDK")
def add_group_before(call, tags, index, child):
    return _add_group(_valid(tags), index, _valid(child))


@dm_function("taggroup TagGroupAddTagGroupAfter(taggroup list, number index, taggroup child)", "SEEN 1 f, SDK")
def add_group_after(call, tags, index, child):
    return _add_group(_valid(tags), index + 1, _valid(child))


def _new_indexed(tags, index):
    _valid(tags).insert(index, "double", 0.0)
    return min(int(index), len(tags) - 1) if index >= 0 else len(tags) - 1


@dm_function("number TagGroupCreateNewTagAtEnd(taggroup list)", "SEEN 2 f, SDK")
def create_tag_at_end(call, tags):
    return _new_indexed(tags, -1)


@dm_function("number TagGroupCreateNewTagAtBeginning(taggroup list)", "SDK")
def create_tag_at_beginning(call, tags):
    return _new_indexed(tags, 0)


@dm_function("number TagGroupCreateNewTagBefore(taggroup list, number index)", "SDK")
def create_tag_before(call, tags, index):
    return _new_indexed(tags, index)


@dm_function("number TagGroupCreateNewTagAfter(taggroup list, number index)", "SDK")
def create_tag_after(call, tags, index):
    return _new_indexed(tags, index + 1)


@dm_function("taggroup TagGroupGetOrCreateTagGroup(taggroup tags, string path)", "SEEN 1 f, SDK")
def get_or_create_group(call, tags, path):
    return _valid(tags).group(path)


@dm_function("taggroup TagGroupGetOrCreateTagList(taggroup tags, string path)", "SEEN 5 f, SDK")
def get_or_create_list(call, tags, path):
    return _valid(tags).group(path, is_list=True)


# -- facts ------------------------------------------------------------------------------------------------------------


@dm_function("number TagGroupIsValid(taggroup? tags)", "SEEN 7 f, SDK")
def is_valid(call, tags):
    return tags is not None


@dm_function("number TagGroupIsList(taggroup tags)", "SDK")
def is_list(call, tags):
    return _valid(tags).is_list


@dm_function("number TagGroupCountTags(taggroup tags)", "SEEN 33 f, SDK")
def count_tags(call, tags):
    return len(_valid(tags))


@dm_function("number TagGroupDoesTagExist(taggroup tags, string path)", "SEEN 14 f, SDK")
def does_tag_exist(call, tags, path):
    return _valid(tags).exists(path)


@dm_function("string TagGroupGetTagLabel(taggroup tags, number index)", "SEEN 12 f, SDK", "empty where there is none")
def get_tag_label(call, tags, index):
    tag = _valid(tags).tag(index)
    return "" if tag is None else tag.label


def type_words(tag):
    """Numbers that describe a tag's type: its code; for strings and arrays also the element's code and the count."""
    if tag.kind == "string":
        return [tag.type_code, UINT16, len(tag.value)]
    if tag.kind == "array":
        return [tag.type_code, CODE_OF_DTYPE.get(tag.value.dtype.name, 0), tag.value.size]
    return [tag.type_code]


@dm_function(
    "number TagGroupGetTagType(taggroup tags, number index, number typeIndex)",
    "SEEN 8 f, SDK",
    "codes as in python_reference 9; the fields of structs are not told",
)
def get_tag_type(call, tags, index, type_index):
    tag = _valid(tags).tag(index)
    if tag is None:
        raise DMError(f"There is no tag number {index:g}: this group has {len(tags)}.")
    words = type_words(tag)
    return words[int(type_index)] if 0 <= type_index < len(words) else 0


@dm_function(
    "number TagGroupGetTagTypeLength(taggroup tags, number index)", "SDK", "how many numbers describe the type"
)
def get_tag_type_length(call, tags, index):
    tag = _valid(tags).tag(index)
    return 0 if tag is None else len(type_words(tag))


@dm_function("number TagGroupGetTagSize(taggroup tags, number index)", "SDK", "bytes of the value, 2 a character")
def get_tag_size(call, tags, index):
    tag = _valid(tags).tag(index)
    if tag is None or tag.kind == "group":
        return 0
    if tag.kind == "array":
        return tag.value.nbytes
    return 2 * len(tag.value) if tag.kind == "string" else 8


@dm_function(
    "number TagGroupParseTagPath(taggroup tags, string path, taggroup? &parent, string &label)",
    "SDK",
    "1 if the parent exists",
)
@dm_function(
    "number TagGroupParseAndCreateTagPath(taggroup tags, string path, taggroup? &parent, string &label)",
    "SDK",
    "as TagGroupParseTagPath",
)
def parse_tag_path(call, tags, path, parent, label):
    before, _, last = path.rpartition(":")
    ok, group = (True, _valid(tags)) if not before else _valid(tags).get_as(before, "group")
    if ok:
        parent.set(group)
        label.set(last)
    return ok


@dm_function("number TagGroupIsOpen(taggroup tags)", "SDK", "1")
def is_open(call, tags):
    return 1


@dm_function("void TagGroupSetIsOpen(taggroup tags, number open)", "SDK", "no effect")
@dm_function("void TagGroupReleaseSeeds(taggroup tags, number seeds)", "SDK", "no effect")
def set_is_open(call, tags, _):
    """Only how a browser shows the group."""


@dm_function("void TagGroupMarkAsChanged(taggroup tags)", "SDK", "no effect")
def mark_as_changed(call, tags):
    """Only for browsers."""


# -- deleting and copying ---------------------------------------------------------------------------------------------


@dm_function("number TagGroupDeleteTagWithLabel(taggroup tags, string path)", "SEEN 7 f, SDK")
def delete_with_label(call, tags, path):
    return _valid(tags).delete(path)


@dm_function("void TagGroupDeleteTagWithIndex(taggroup tags, number index)", "SEEN 6 f, SDK")
def delete_with_index(call, tags, index):
    _valid(tags).delete_indexed(index)


@dm_function("void TagGroupDeleteAllTags(taggroup tags)", "SEEN 6 f, SDK")
def delete_all(call, tags):
    _valid(tags).clear()


@dm_function("taggroup TagGroupClone(taggroup tags)", "SEEN 3 f, SDK")
def clone(call, tags):
    return _valid(tags).clone()


@dm_function(
    "void TagGroupCopyTagsFrom(taggroup tags, taggroup source)",
    "SEEN 12 f, SDK",
    "tags of other names are kept",
)
@dm_function("void TagGroupMergeTagsFrom(taggroup tags, taggroup source)", "SDK")
def copy_tags_from(call, tags, source):
    if _valid(tags).is_list or _valid(source).is_list:
        tags.copy_from(source)
    else:
        tags.merge_from(source)


@dm_function("void TagGroupReplaceTagsWithCopy(taggroup tags, taggroup source)", "SEEN 1 f, SDK")
def replace_with_copy(call, tags, source):
    _valid(tags).copy_from(_valid(source))


@dm_function("number TagGroupCopyTag(taggroup tags, taggroup source, number index)", "SDK", "index of the copy")
def copy_tag(call, tags, source, index):
    tag = _valid(source).clone().tag(index)
    if tag is None:
        raise DMError(f"There is no tag number {index:g}: the source has {len(source)}.")
    _valid(tags).tags.append(tag)
    return len(tags) - 1


@dm_function("void TagGroupCopyTagToIndex(taggroup tags, number index, taggroup source, number sourceIndex)", "SDK")
def copy_tag_to_index(call, tags, index, source, source_index):
    tag = _valid(source).clone().tag(source_index)
    if tag is None:
        raise DMError(f"There is no tag number {source_index:g}: the source has {len(source)}.")
    _valid(tags).set_indexed(index, tag.kind, tag.value)


@dm_function("number TagGroupCopyTagToPath(taggroup tags, string path, taggroup source, string sourcePath)", "SDK")
def copy_tag_to_path(call, tags, path, source, source_path):
    tag = _valid(source).clone().find(source_path)
    if tag is not None:
        _valid(tags).set(path, tag.kind, tag.value)
    return tag is not None


# -- application-wide tags --------------------------------------------------------------------------------------------


@dm_function("taggroup GetPersistentTagGroup()", "SEEN 12 f, SDK")
@dm_function("taggroup GetUserPersistentTagGroup()", "SDK", "the same as GetPersistentTagGroup")
def get_persistent(call):
    return call.workspace.persistent_tags


@dm_function("documentwindow TagGroupOpenBrowserWindow(taggroup tags, number isFileBased)", "SEEN 3 f, SDK")
@dm_function("documentwindow TagGroupOpenBrowserWindow(taggroup tags, string title, number isFileBased)", "SEEN 1 f")
def open_browser(call, tags, *arguments):
    """A window among the workspace's windows; nothing is drawn."""
    return call.workspace.browse(_valid(tags), arguments[0] if isinstance(arguments[0], str) else "Tags")


# -- files -------------------------------------------------------------------------------------------------------------


@dm_function("void TagGroupSaveToFile(taggroup tags, string path)", "SDK")
def save_to_file(call, tags, path):
    """Write a .gtg file."""
    write_tags(call.workspace.path(path), _valid(tags))


@dm_function(
    "void TagGroupSaveToFileWithLabel(taggroup tags, string path, string label)", "SDK", "the label is dropped"
)
def save_to_file_with_label(call, tags, path, label):
    save_to_file(call, tags, path)


@dm_function("number TagGroupLoadFromFile(taggroup tags, string path)", "SDK", "1, or an error")
def load_from_file(call, tags, path):
    """Replace the contents by those of a .gtg (or image) file."""
    file = call.workspace.path(path)
    if not file.is_file():
        raise DMError(f"There is no file {path!r}.")
    _valid(tags).copy_from(read_tags(file))
    return 1


@dm_function("number TagGroupLoadFromFileWithLabel(taggroup tags, string path, string &label)", "SDK", "label: empty")
def load_from_file_with_label(call, tags, path, label):
    label.set("")
    return load_from_file(call, tags, path)
