"""Py_TagGroup: getters give (ok, value), setters make the path, floats go through 32 bits."""
from offline_reference.virtual_dm import tag_files
from offline_reference.virtual_dm.images import Image, converted
from offline_reference.virtual_dm.python.checks import IMAGE, TAG_GROUP, Proxy, as_type, checked, in_range
from offline_reference.virtual_dm.tags import INTEGER_RANGES, STRUCT_LENGTHS, TagGroup

# name in the methods -> kind of tag
PLAIN_KINDS = {
    "Boolean": "boolean",
    "Double": "double",
    "Float": "float",
    "Long": "long",
    "Short": "short",
    "String": "string",
    "Text": "string",
    "UInt16": "ushort",
    "UInt32": "ulong",
}
INDEXED_KINDS = {**PLAIN_KINDS, "SInt64": "int64", "UInt64": "uint64"}
COMPLEX_KINDS = {"DoubleComplex": "double complex", "FloatComplex": "float complex"}
STRUCT_KINDS = {
    "FloatPoint": "float point",
    "FloatRect": "float rect",
    "LongPoint": "long point",
    "LongRect": "long rect",
    "ShortPoint": "short point",
    "ShortRect": "short rect",
}


class Py_TagGroup(Proxy):
    """Tags of an image, of a display, or of the application."""

    # -- by path; the typed methods are added below the class ---------------------------------------------------------

    @checked
    def GetTagAsTagGroup(self, tag_path: str):
        ok, group = self._thing.get_as(tag_path, "group")
        group = self._door.proxy("Py_TagGroup", group)
        return (ok, group) if self._switches.get_tag_as_tag_group == "tuple" else group

    @checked
    def SetTagAsTagGroup(self, tag_path: str, sub_tagsIn: TAG_GROUP):
        self._thing.set(tag_path, "group", sub_tagsIn)

    @checked
    def GetTagAsArray(self, tagPath: str, image: IMAGE):
        return _fill(image, *self._thing.get_as(tagPath, "array"))

    @checked
    def SetTagAsArray(self, tagPath: str, image: IMAGE):
        self._thing.set(tagPath, "array", image.pixels)

    @checked
    def DeleteTagWithLabel(self, tagPath: str):
        return self._thing.delete(tagPath)

    # -- by index -----------------------------------------------------------------------------------------------------

    def CountTags(self):
        return len(self._thing)

    @checked
    def GetTagLabel(self, index: int):
        tag = self._thing.tag(index)
        return "" if tag is None else tag.label

    @checked
    def GetTagType(self, index: int, type_index: int):
        tag = self._thing.tag(index)
        return -1 if tag is None else tag.type_code

    @checked
    def GetIndexedTagAsTagGroup(self, index: int, subGroup: TAG_GROUP):
        """Fill subGroup; unlike the other getters a bool alone comes back."""
        ok, group = self._thing.get_indexed_as(index, "group")
        if ok:
            subGroup.copy_from(group)
        return ok

    @checked
    def SetIndexedTagAsTagGroup(self, index: int, subGroup: TAG_GROUP):
        self._thing.set_indexed(index, "group", subGroup)

    @checked
    def InsertTagAsTagGroup(self, ref_index: int, subGroup: TAG_GROUP):
        self._thing.insert(ref_index, "group", subGroup)

    @checked
    def GetIndexedTagAsArray(self, index: int, image: IMAGE):
        return _fill(image, *self._thing.get_indexed_as(index, "array"))

    @checked
    def SetIndexedTagAsArray(self, index: int, image: IMAGE):
        self._thing.set_indexed(index, "array", image.pixels)

    @checked
    def InsertTagAsArray(self, ref_index: int, image: IMAGE):
        self._thing.insert(ref_index, "array", image.pixels)

    @checked
    def DeleteTagWithIndex(self, index: int):
        self._thing.delete_indexed(index)

    @checked
    def AddTagGroupAtBeginning(self, newGroup: TAG_GROUP):
        self._thing.insert(0, "group", newGroup)
        return self._door.proxy("Py_TagGroup", newGroup)

    @checked
    def AddTagGroupAtEnd(self, newGroup: TAG_GROUP):
        self._thing.append("group", newGroup)
        return self._door.proxy("Py_TagGroup", newGroup)

    # -- whole groups -------------------------------------------------------------------------------------------------

    def IsList(self):
        return self._thing.is_list

    def IsValid(self):
        return True

    def Clone(self):
        return self._door.proxy("Py_TagGroup", self._thing.clone())

    @checked
    def CopyTagsFrom(self, srcGroup: TAG_GROUP):
        self._thing.copy_from(srcGroup)

    @checked
    def CopyTag(self, srcGroup: TAG_GROUP, srcIndex: int):
        tag = srcGroup.tag(srcIndex)
        if tag is None:
            return False
        value = tag.value.clone() if isinstance(tag.value, TagGroup) else tag.value
        if self._thing.is_list:
            self._thing.append(tag.kind, value)
        else:
            self._thing.add(tag.label, tag.kind, value)
        return True

    def DeleteAllTags(self):
        self._thing.clear()

    @checked
    def SaveToFile(self, path: str):
        tag_files.write_tags(self._workspace.path(path), self._thing)

    @checked
    def LoadFromFile(self, path: str):
        """True; False if there is no such file, as a getter that does not raise."""
        file = self._workspace.path(path)
        if not file.is_file():
            return False
        self._thing.copy_from(tag_files.read_tags(file))
        return True

    @checked
    def OpenBrowserWindow(self, isFileBased: bool):
        return self._door.proxy("Py_Window", self._workspace.browse(self._thing))

    # -- as Python sees it --------------------------------------------------------------------------------------------

    def __len__(self):
        return len(self._thing)

    def __getitem__(self, key):
        tag = self._thing.tag(key) if isinstance(key, int) else self._thing.find(key)
        if tag is None:
            raise (IndexError if isinstance(key, int) else KeyError)(key)
        if tag.kind == "group":
            return self._door.proxy("Py_TagGroup", tag.value)
        if tag.kind == "array":
            return tag.value.copy()
        return tag.value

    def __setitem__(self, key, value):
        kind, value = _kind_of(value)
        if isinstance(key, int):
            self._thing.set_indexed(key, kind, value)
        else:
            self._thing.set(key, kind, value)

    def __getattr__(self, name):  # and no __iter__: DM has none, so a loop goes by index
        if name == "keys" and self._door is not None and self._switches.tag_group_keys == "present":
            return lambda: [tag.label for tag in self._thing.tags]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")


def _fill(image, ok, array):
    """Put a tag's array into an image that the script brought; False if it does not fit."""
    if not ok or array.size != image.pixels.size:
        return False
    image.pixels[...] = converted(array.reshape(image.pixels.shape), image.pixels.dtype)
    return True


def _kind_of(value):
    if isinstance(value, Proxy) and isinstance(value._thing, TagGroup):
        return "group", value._thing
    if isinstance(value, Proxy) and isinstance(value._thing, Image):
        return "array", value._thing.pixels
    for python_type, kind in ((bool, "boolean"), (int, "long"), (float, "double"), (str, "string")):
        if isinstance(value, python_type):
            return kind, value
    raise TypeError(f"a tag takes bool, int, float, str, a Py_TagGroup or a Py_Image, not {type(value).__name__}")


def _value_for(kind, value, where, switches):
    """One value on its way into a tag of that kind, checked as the generated layer does."""
    if kind in INTEGER_RANGES:
        if kind != "long" and isinstance(value, int) and not isinstance(value, bool):
            return in_range(value, INTEGER_RANGES[kind], where)
        return in_range(as_type(int, value, where, switches), INTEGER_RANGES[kind], where)
    return as_type({"boolean": bool, "string": str}.get(kind, float), value, where, switches)


def _add_methods(name, kind, n_values, by_path, gets):
    """GetTagAs..., SetTagAs... by path, and the three by index, of one kind."""

    def join(values, where, switches):
        if len(values) != n_values:
            raise TypeError(f"{where} takes {n_values} value{'s' * (n_values > 1)} after the path or index")
        part = "double" if kind.endswith("complex") or kind.startswith("float ") else kind
        part = "long" if part.endswith(("point", "rect")) and part.startswith(("long", "short")) else part
        part = "ushort" if part == "rgb uint16" else part
        values = [_value_for(part, value, where, switches) for value in values]
        if kind in STRUCT_LENGTHS:
            return tuple(values)
        return complex(*values) if n_values == 2 else values[0]

    def split(ok, value):
        if kind in STRUCT_LENGTHS:
            return (ok, *value)
        return (ok, value)

    def get(self, tagPath):
        return split(*self._thing.get_as(as_type(str, tagPath, f"GetTagAs{name}()", self._switches), kind))

    def set_(self, tagPath, *values):
        where = f"SetTagAs{name}()"
        self._thing.set(as_type(str, tagPath, where, self._switches), kind, join(values, where, self._switches))

    def get_indexed(self, index):
        return split(*self._thing.get_indexed_as(as_type(int, index, f"GetIndexedTagAs{name}()", self._switches), kind))

    def set_indexed(self, index, *values):
        where = f"SetIndexedTagAs{name}()"
        value = join(values, where, self._switches)
        self._thing.set_indexed(as_type(int, index, where, self._switches), kind, value)

    def insert(self, ref_index, *values):
        where = f"InsertTagAs{name}()"
        value = join(values, where, self._switches)
        self._thing.insert(as_type(int, ref_index, where, self._switches), kind, value)

    methods = {f"SetIndexedTagAs{name}": set_indexed, f"InsertTagAs{name}": insert}
    if gets:
        methods[f"GetIndexedTagAs{name}"] = get_indexed
    if by_path:
        methods.update({f"GetTagAs{name}": get, f"SetTagAs{name}": set_})
    for method_name, method in methods.items():
        method.__name__ = method_name
        method.__qualname__ = f"Py_TagGroup.{method_name}"
        setattr(Py_TagGroup, method_name, method)


for _name, _kind in INDEXED_KINDS.items():
    _add_methods(_name, _kind, 1, by_path=_name in PLAIN_KINDS, gets=True)
for _name, _kind in COMPLEX_KINDS.items():
    _add_methods(_name, _kind, 2, by_path=True, gets=True)
for _name, _kind in STRUCT_KINDS.items():
    _add_methods(_name, _kind, STRUCT_LENGTHS[_kind], by_path=False, gets=True)
_add_methods("RGBUInt16", "rgb uint16", 3, by_path=False, gets=False)
