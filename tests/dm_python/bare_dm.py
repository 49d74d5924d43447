"""A DigitalMicrograph of the fewest lines in which the commands of dm_python run, for Pythons that are too old for
virtual_dm (3.7 and 3.10). It is as strict as its lines; the stand-in of virtual_dm is the measure of everything else.

    dm = bare_dm.install()          # a module of that name in sys.modules
    dm.show(pixels, "Scan")         # an open image, in front
"""
import copy
import sys
import types

import numpy as np


class TagGroup:
    """Tags under paths such as A:B; getters give (ok, value)."""

    def __init__(self, is_list=False):
        self.tags, self.is_list = {}, is_list

    def __getattr__(self, name):
        if name.startswith("GetTagAs"):
            return lambda path: self._get(path, name[len("GetTagAs"):])
        if name.startswith("SetTagAs"):
            return lambda path, value: self._set(path, value)
        raise AttributeError(name)

    def _parent(self, path, make=False):
        group = self
        for label in path.split(":")[:-1]:
            if label not in group.tags and not make:
                return None
            group = group.tags.setdefault(label, TagGroup())
        return group

    def _get(self, path, kind):
        parent = self._parent(path)
        value = None if parent is None else parent.tags.get(path.split(":")[-1])
        wanted = {"TagGroup": TagGroup, "String": str, "Text": object}.get(kind, (bool, int, float))
        if value is None or not isinstance(value, wanted):
            return False, TagGroup() if kind == "TagGroup" else "" if kind in ("String", "Text") else 0
        return True, str(value) if kind == "Text" else value

    def _set(self, path, value):
        assert isinstance(value, (bool, int, float, str, TagGroup)) and str(path).isascii(), (path, value)
        self._parent(path, make=True).tags[path.split(":")[-1]] = value

    def DeleteTagWithLabel(self, path):
        parent = self._parent(path)
        return parent is not None and parent.tags.pop(path.split(":")[-1], None) is not None

    def AddTagGroupAtEnd(self, group):
        self.tags[len(self.tags)] = group

    def Clone(self):
        return copy.deepcopy(self)

    def CountTags(self):
        return len(self.tags)

    def IsList(self):
        return self.is_list


class Display:
    """Takes what a display is told, and holds nothing but that."""

    def __init__(self):
        self.told, self.children = {}, []

    def __getattr__(self, name):
        if name.startswith(("Set", "Change")):
            return lambda *values: self.told.__setitem__(name, values)
        raise AttributeError(name)

    def AddNewComponent(self, *values):
        self.children.append(values)

    def CountChildrenOfType(self, type_code):
        return sum(child[0] == type_code for child in self.children)

    def CountROIs(self):
        return 0


class Image:
    """Pixels, name, calibrations, tags."""

    CODES = {"int16": 1, "float32": 2, "uint8": 6, "int32": 7, "uint16": 10, "uint32": 11, "float64": 12}

    def __init__(self, dm, pixels, name=""):
        self.dm, self.pixels, self.name, self.tags, self.displays = dm, pixels, name, TagGroup(), []
        self.calibrations = [(0.0, 1.0, "")] * pixels.ndim
        dm.n_images += 1
        self.id = dm.n_images

    def GetNumArray(self):
        return self.pixels

    def GetDataType(self):
        return self.CODES[self.pixels.dtype.name]

    def GetNumDimensions(self):
        return self.pixels.ndim

    def GetImgWidth(self):
        return self.pixels.shape[-1]

    def GetImgHeight(self):
        return self.pixels.shape[-2] if self.pixels.ndim > 1 else 1

    def GetDimensionCalibration(self, dimension, kind):
        assert kind == 0
        return self.calibrations[dimension]

    def SetDimensionCalibration(self, dimension, origin, scale, units, kind):
        assert kind == 0 and all(type(value) in (int, float) for value in (origin, scale)) and type(units) is str
        self.calibrations[dimension] = (origin, scale, units)

    def GetDimensionUnitString(self, dimension):
        return self.calibrations[dimension][2]

    def SetIntensityUnitString(self, units):
        assert type(units) is str

    def GetName(self):
        return self.name

    def SetName(self, name):
        assert type(name) is str
        self.name = name

    def GetID(self):
        return self.id

    def GetTagGroup(self):
        return self.tags

    def IsValid(self):
        return True

    def ShowImage(self):
        if not self.displays:
            self.displays.append(Display())
        self.dm.images.insert(0, self)

    def CountImageDisplays(self):
        return len(self.displays)

    def GetImageDisplay(self, index):
        return self.displays[index]


def install():
    """Make the module, put it in place and return it; ``images`` are the open ones, front first."""
    dm = types.ModuleType("DigitalMicrograph")
    dm.images, dm.n_images, dm.persistent_tags, dm.scripts = [], 0, TagGroup(), []

    def create(array):
        if type(array) is not np.ndarray or not array.flags.owndata or not array.flags.c_contiguous:
            raise RuntimeError("an array that owns its memory, in C order, is needed")
        return Image(dm, array.copy())

    def show(pixels, name):
        image = Image(dm, pixels, name)
        image.ShowImage()
        return image

    def first(matches):
        return next((image for image in dm.images if matches(image)), None)

    dm.CreateImage, dm.show = create, show
    dm.GetFrontImage = lambda: dm.images[0]
    dm.CountImageDocuments = lambda: len(dm.images)
    dm.GetImageDocument = lambda index: types.SimpleNamespace(
        CountImages=lambda: 1, GetImage=lambda number: dm.images[index])
    dm.FindImageByID = lambda number: first(lambda image: image.id == number)
    dm.FindImageByName = lambda name: first(lambda image: image.name == name)
    dm.NewTagGroup, dm.NewTagList = TagGroup, lambda: TagGroup(is_list=True)
    dm.GetPersistentTagGroup = lambda: dm.persistent_tags
    dm.ExecuteScriptString = dm.scripts.append
    dm.IsScriptOnMainThread, dm.DoEvents = lambda: True, lambda: None
    sys.modules["DigitalMicrograph"] = dm
    return dm
