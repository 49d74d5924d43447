"""Documents, windows, displays, annotations and ROIs: all of it recorded, nothing drawn."""
from offline_reference.virtual_dm import displays
from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.python.checks import COMPONENT, IMAGE, ROI, Proxy, checked


class Py_ImageDocument(Proxy):
    """A window's content: one or more images with annotations around them."""

    @checked
    def AddImage(self, image: IMAGE):
        self._thing.add_image(image)

    @checked
    def AddImageDisplay(self, image: IMAGE, displayType: int):
        return self._door.proxy("Py_ImageDisplay", self._thing.add_image(image, displayType))

    @checked
    def Close(self, saving: bool):
        if saving:
            self._workspace.tell(f"Save changes to {self._thing.name!r}?", "Close")
        self._workspace.close_document(self._thing)

    def CountImages(self):
        return len(self._thing.images)

    @checked
    def DeleteImage(self, image: IMAGE):
        self._thing.remove_image(image)

    @checked
    def GetImage(self, position: int):
        images = self._thing.images
        if not 0 <= position < len(images):
            raise DMError(f"Document {self._thing.name!r} has {len(images)} images, none of number {position}.")
        return self._door.proxy("Py_Image", images[position])

    @checked
    def GetImageByID(self, id: int):
        found = self._workspace.image_by_id(id)
        return self._door.proxy("Py_Image", found if found in self._thing.images else None)

    @checked
    def GetComponentByID(self, id: int):
        found = self._workspace.by_id(id, displays.Component)
        here = found is not None and found.image_document is self._thing
        return self._door.proxy(class_of(found), found) if here else None

    def GetName(self):
        return self._thing.name

    @checked
    def SetName(self, name: str):
        self._thing.name = self._thing.window.title = name

    def GetRootComponent(self):
        return self._door.proxy("Py_Component", self._thing.root)

    def GetTagGroup(self):
        return self._door.proxy("Py_TagGroup", self._thing.tags)

    def GetWindow(self):
        return self._door.proxy("Py_Window", self._thing.window)

    def GetWorkspace(self):
        return self._thing.workspace_id

    @checked
    def MoveToWorkspace(self, wsID: int):
        self._thing.workspace_id = wsID

    def Hide(self):
        self._workspace.hide_document(self._thing)

    def IsValid(self):
        return self._thing.is_open

    @checked
    def SaveToFile(self, handler: str, fileName: str):
        if not self._thing.images:
            raise DMError(f"Document {self._thing.name!r} has no image to save.")
        self._workspace.save_image(self._thing.images[0], fileName, handler)

    def Show(self):
        self._workspace.show_document(self._thing)

    @checked
    def ShowAtPosition(self, x: int, y: int):
        self._thing.window.position = (x, y)
        self.Show()

    @checked
    def ShowAtRect(self, top: int, left: int, bottom: int, right: int):
        self._thing.window.bounds = (top, left, bottom, right)
        self.Show()


class Py_Window(Proxy):
    """A window on the screen, had there been one."""

    @checked
    def Close(self, verify: bool):
        if verify:
            self._workspace.tell(f"Close {self._thing.title!r}?", "Close")
        if self._thing.document is not None:
            self._workspace.close_document(self._thing.document)
        self._thing.is_open = self._thing.is_shown = False

    def GetTitle(self):
        return self._thing.title

    @checked
    def SetTitle(self, title: str):
        self._thing.title = title

    def Hide(self):
        if self._thing.document is not None:
            self._workspace.hide_document(self._thing.document)
        self._thing.is_shown = False

    def Show(self):
        if self._thing.document is not None:
            self._workspace.show_document(self._thing.document)
        self._thing.is_shown = True

    def Update(self):
        pass

    def IsValid(self):
        return self._thing.is_open

    def WorkspaceIDFindByWindow(self):
        return self._thing.document.workspace_id if self._thing.document is not None else 0

    def GetImageDocument(self):
        return self._door.proxy("Py_ImageDocument", self._thing.document)

    def GetContentBounds(self):
        return self._thing.bounds

    @checked
    def SetContentBounds(self, top: int, left: int, bottom: int, right: int):
        self._thing.bounds = (top, left, bottom, right)

    def GetContentPosition(self):
        return self._thing.position

    @checked
    def SetContentPosition(self, x: int, y: int):
        self._thing.position = (x, y)

    def GetContentSize(self):
        return self._thing.size

    @checked
    def SetContentSize(self, x: int, y: int):
        self._thing.size = (x, y)

    # there is no frame around a window that is not drawn
    GetFrameBounds, SetFrameBounds = GetContentBounds, SetContentBounds
    GetFramePosition, SetFramePosition = GetContentPosition, SetContentPosition
    GetFrameSize, SetFrameSize = GetContentSize, SetContentSize


class Py_Component(Proxy):
    """An annotation or a display."""

    @checked
    def AddNewComponent(self, type: int, f1: float, f2: float, f3: float, f4: float):
        component = self._thing.add(displays.Component(type, (f1, f2, f3, f4)))
        return self._door.proxy("Py_Component", component)

    @checked
    def AddChildAtEnd(self, child: COMPONENT):
        self._thing.add(child)

    @checked
    def AddChildAtBeginning(self, child: COMPONENT):
        self._thing.add(child, 0)

    @checked
    def AddChildAfter(self, child: COMPONENT, annot_pos: COMPONENT):
        self._thing.add(child, self._place(annot_pos) + 1)

    @checked
    def AddChildBefore(self, child: COMPONENT, annot_pos: COMPONENT):
        self._thing.add(child, self._place(annot_pos))

    def CountChildren(self):
        return len(self._thing.children)

    @checked
    def CountChildrenOfType(self, type: int):
        return len(self._thing.children_of_type(type))

    @checked
    def GetChild(self, index: int):
        return self._component(self._thing.children, index)

    @checked
    def GetNthChildOfType(self, type: int, index: int):
        return self._component(self._thing.children_of_type(type), index)

    @checked
    def GetChildByID(self, ID: int):
        found = self._workspace.by_id(ID, displays.Component)
        return self._door.proxy(class_of(found), found) if found in self._thing.children else None

    def GetParentComponent(self):
        return self._door.proxy(class_of(self._thing.parent), self._thing.parent)

    def GetParentImageDisplay(self):
        return self._door.proxy("Py_ImageDisplay", self._thing.parent_display)

    def GetImageDocument(self):
        return self._door.proxy("Py_ImageDocument", self._thing.image_document)

    def RemoveFromParent(self):
        self._thing.remove_from_parent()

    def GetID(self):
        return self._workspace.id_of(self._thing)

    def GetType(self):
        return self._thing.type_code

    def IsValid(self):
        return True

    def GetTagGroup(self):
        return self._door.proxy("Py_TagGroup", self._thing.tags)

    def GetRect(self):
        return self._thing.rect

    GetBoundingRect = GetBoundingRectInView = GetRect

    @checked
    def SetRect(self, top: float, left: float, bottom: float, right: float):
        self._thing.rect = (top, left, bottom, right)

    def GetForegroundColor(self):
        return self._thing.foreground

    @checked
    def SetForegroundColor(self, red_i: float, green_i: float, blue_i: float):
        self._thing.foreground = (red_i, green_i, blue_i)

    def GetBackgroundColor(self):
        return self._thing.background

    @checked
    def SetBackgroundColor(self, red_i: float, green_i: float, blue_i: float):
        self._thing.background = (red_i, green_i, blue_i)

    def GetFontInfo(self):
        return self._thing.font_name, self._thing.font_attributes, self._thing.font_size

    @checked
    def SetFontInfo(self, face_name: str, attributes: int, size: int):
        self._thing.font_name, self._thing.font_attributes, self._thing.font_size = face_name, attributes, size

    def GetText(self):
        return self._thing.text

    TextAnnotationGetText = GetText

    @checked
    def TextAnnotationSetText(self, text: str):
        self._thing.text = text

    def TextAnnotationGetFixedPoint(self):
        top, left, _, _ = self._thing.rect
        return left, top

    @checked
    def TextAnnotationSetFixedPoint(self, x: float, y: float):
        top, left, bottom, right = self._thing.rect
        self._thing.rect = (y, x, y + bottom - top, x + right - left)

    def _place(self, child):
        if child not in self._thing.children:
            raise DMError("The component to insert next to is no child of this one.")
        return self._thing.children.index(child)

    def _component(self, components, index):
        if not 0 <= index < len(components):
            raise DMError(f"There are {len(components)} such components, none of number {index}.")
        return self._door.proxy(class_of(components[index]), components[index])


class Py_ImageDisplay(Py_Component):
    """How an image is shown: contrast, colours, ROIs."""

    @checked
    def AddROI(self, roi: ROI):
        self._thing.add_roi(roi)

    @checked
    def DeleteROI(self, roi: ROI):
        self._thing.delete_roi(roi)

    def CountROIs(self):
        return len(self._thing.rois)

    @checked
    def GetROI(self, index: int):
        rois = self._thing.rois
        if not 0 <= index < len(rois):
            raise DMError(f"The display has {len(rois)} ROIs, none of number {index}.")
        return self._door.proxy("Py_ROI", rois[index])

    @checked
    def DoesROIExist(self, name: str):
        return any(roi.name == name for roi in self._thing.rois)

    @checked
    def IsROISelected(self, roi: ROI):
        return roi in self._thing.selected_rois

    def GetContrastLimits(self):
        return self._thing.limits()

    @checked
    def SetContrastLimits(self, low: float, high: float):
        self._thing.contrast_limits = (low, high)

    def GetContrastParameters(self):
        return self._thing.contrast_parameters

    @checked
    def SetContrastParameters(self, bright: float, contrast: float):
        self._thing.contrast_parameters = (bright, contrast)

    def GetDisplayType(self):
        return self._thing.display_type

    @checked
    def ChangeDisplayType(self, new_type: int):
        self._thing.display_type = new_type
        displays.with_rows_as_curves(self._thing)

    def GetGammaCorrection(self):
        return self._thing.gamma

    @checked
    def SetGammaCorrection(self, gamma: float):
        self._thing.gamma = gamma

    def GetImage(self):
        return self._door.proxy("Py_Image", self._thing.image)

    def GetLinePlotImageDisplay(self):
        return self._door.proxy("Py_LinePlotImageDisplay", self._thing)

    @checked
    def SetColorTableByName(self, name: str):
        self._thing.color_table_name = name

    def GetInputColorTable(self):
        return self._door.proxy("Py_Image", self._thing.color_table)

    @checked
    def SetInputColorTable(self, image: IMAGE):
        self._thing.color_table = image

    def IsValid(self):
        return self._thing.is_valid


class Py_LinePlotImageDisplay(Py_ImageDisplay):
    """A display as curves."""

    def GetDoAutoSurvey(self):
        return self._thing.settings.get("line plot survey", (True, True))

    @checked
    def SetDoAutoSurvey(self, doAutoSurveyLow: bool, doAutoSurveyHigh: bool):
        self._thing.settings["line plot survey"] = (doAutoSurveyLow, doAutoSurveyHigh)

    @checked
    def GetSliceComponentColor(self, slice_index: int, comp_index: int):
        return self._slice(slice_index).colors.get(comp_index, (0.0, 0.0, 0.0))

    @checked
    def SetSliceComponentColor(self, slice_index: int, comp_index: int, r: float, g: float, b: float):
        self._slice(slice_index).colors[comp_index] = (r, g, b)

    @checked
    def GetSliceTransparency(self, slice_index: int):
        return self._slice(slice_index).transparency

    @checked
    def SetSliceTransparency(self, slice_index: int, doTransparent: bool, transparency: float):
        self._slice(slice_index).transparency = (doTransparent, transparency)

    def HomeDisplay(self):
        pass

    @checked
    def SetFilled(self, on: bool):
        self._thing.settings["filled"] = on

    @checked
    def SetLegendShown(self, on: bool):
        self._thing.settings["legend"] = on

    @checked
    def SetGridColor(self, r: float, g: float, b: float):
        self._thing.settings["grid color"] = (r, g, b)

    def _slice(self, index):
        """Curve of that number: the image's rows are the curves."""
        image = self._thing.image
        n_curves = image.sizes[1] if image.n_dimensions > 1 else 1
        while len(self._thing.slices) < n_curves:
            self._thing.slices.append(displays.Slice(image))
        if not 0 <= index < len(self._thing.slices):
            raise DMError(f"The line plot has {len(self._thing.slices)} curves, none of number {index}.")
        return self._thing.slices[index]


class Py_ROI(Proxy):
    """A region of interest."""

    def GetID(self):
        return self._workspace.id_of(self._thing)

    def CountVertices(self):
        return len(self._thing.vertices)

    @checked
    def GetVertex(self, index: int):
        self._refuse_missing(index)
        return self._thing.vertices[index]

    @checked
    def SetVertex(self, index: int, x: float, y: float):
        self._refuse_missing(index)
        self._thing.vertices[index] = (x, y)

    @checked
    def AddVertex(self, x: float, y: float):
        self._thing.add_vertex(x, y)

    def GetPoint(self):
        return self._only("point").vertices[0]

    @checked
    def SetPoint(self, x: float, y: float):
        self._thing.set_point(x, y)

    def GetRange(self):
        (start, _), (end, _) = self._only("range").vertices
        return start, end

    @checked
    def SetRange(self, start: float, end: float):
        self._thing.set_range(start, end)

    def GetLine(self):
        (start_x, start_y), (end_x, end_y) = self._only("line").vertices
        return start_x, start_y, end_x, end_y

    @checked
    def SetLine(self, sx: float, sy: float, ex: float, ey: float):
        self._thing.set_line(sx, sy, ex, ey)

    def GetRectangle(self):
        """(top, left, bottom, right) as floats."""
        return self._only("rectangle").bounds

    @checked
    def SetRectangle(self, top: float, left: float, bottom: float, right: float):
        self._thing.set_rectangle(top, left, bottom, right)

    def GetOval(self):
        return self._only("oval").bounds

    @checked
    def SetOval(self, top: float, left: float, bottom: float, right: float):
        self._thing.set_oval(top, left, bottom, right)

    def GetCircle(self):
        (x, y), = self._only("circle").vertices
        return x, y, self._thing.radius

    @checked
    def SetCircle(self, x: float, y: float, radius: float):
        self._thing.set_circle(x, y, radius)

    def GetColor(self):
        return self._thing.color

    @checked
    def SetColor(self, r: float, g: float, b: float):
        self._thing.color = (r, g, b)

    def _only(self, kind):
        if self._thing.kind != kind:
            raise DMError(f"The ROI is a {self._thing.kind}, not a {kind}: test with Is{kind.capitalize()}() first.")
        return self._thing

    def _refuse_missing(self, index):
        if not 0 <= index < len(self._thing.vertices):
            raise DMError(f"The ROI has {len(self._thing.vertices)} vertices, none of number {index}.")


def class_of(component):
    """Name of the proxy class of a component."""
    return "Py_ImageDisplay" if isinstance(component, displays.ImageDisplay) else "Py_Component"


def _add_property(cls, name, attribute, kind, getter="Get"):
    """Get<name> and Set<name> of an attribute that is only remembered."""

    def get(self):
        return getattr(self._thing, attribute)

    def set_(self, value: kind):
        setattr(self._thing, attribute, value)

    _add_methods(cls, {getter + name: get, f"Set{name}": set_})


def _add_slice_property(name, attribute, kind):
    """Get<name> and Set<name> of one curve of a line plot."""

    def get(self, slice_index: int):
        return getattr(self._slice(slice_index), attribute)

    def set_(self, slice_index: int, value: kind):
        setattr(self._slice(slice_index), attribute, value)

    _add_methods(Py_LinePlotImageDisplay, {f"Get{name}": get, f"Set{name}": set_})


def _add_methods(cls, methods):
    for name, method in methods.items():
        method.__name__ = name
        setattr(cls, name, checked(method))


for _name, _kind in (("DrawingMode", int), ("FillMode", int), ("FontSize", int), ("FontFaceName", str)):
    _attribute = {"FontSize": "font_size", "FontFaceName": "font_name", "FillMode": "fill_mode"}.get(_name)
    _add_property(Py_Component, _name, _attribute or "drawing_mode", _kind)
for _name in ("Deletable", "Movable", "Resizable", "Selectable"):
    _add_property(Py_Component, _name, f"is_{_name.lower()}", bool)
_add_property(Py_Component, "Selected", "is_selected", bool, getter="Is")
del Py_Component.GetSelectable  # the module has only its setter
for _name, _attribute in (("Alignment", "alignment"), ("ResizeStyle", "resize_style")):
    _add_property(Py_Component, _name, _attribute, int)
    for _verb in ("Get", "Set"):
        setattr(Py_Component, f"TextAnnotation{_verb}{_name}", getattr(Py_Component, _verb + _name))
        delattr(Py_Component, _verb + _name)

for _name, _attribute, _kind in (
    ("ContrastMode", "contrast_mode", int),
    ("SurveyTechnique", "survey_technique", int),
    ("IntensityScaleBarOn", "is_scale_bar_on", bool),
    ("DoAutoSurvey", "do_auto_survey", bool),
):
    _add_property(Py_ImageDisplay, _name, _attribute, _kind)
del Py_ImageDisplay.GetDoAutoSurvey  # only line plots have it
_add_property(Py_ImageDisplay, "CaptionOn", "is_caption_on", bool, getter="Is")

for _name, _attribute, _kind in (
    ("SliceDrawingStyle", "drawing_style", int),
    ("SliceLineStyle", "line_style", int),
    ("SliceLineThickness", "line_thickness", float),
):
    _add_slice_property(_name, _attribute, _kind)

for _name, _attribute, _kind in (
    ("Name", "name", str),
    ("Label", "label", str),
    ("RotationAngle", "angle", float),
    ("Deletable", "is_deletable", bool),
    ("Moveable", "is_movable", bool),
    ("Resizable", "is_resizable", bool),
    ("Selectable", "is_selectable", bool),
    ("Volatile", "is_volatile", bool),
):
    _add_property(Py_ROI, _name, _attribute, _kind)


def _is_kind(kind):
    return lambda self: self._thing.kind == kind


for _kind in ("point", "range", "line", "rectangle", "oval", "circle"):
    setattr(Py_ROI, f"Is{_kind.capitalize()}", _is_kind(_kind))
