"""What DM shows: displays, ROIs, annotations, documents, windows. Nothing is drawn; every setting is remembered.

Rectangles are (top, left, bottom, right), colours (red, green, blue) from 0 to 1, points (x, y): DM's own orders.
Settings without an attribute of their own go into ``settings``, a dict by the name that DM's function has.
"""
import math
from dataclasses import dataclass, field

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.tags import TagGroup

RASTER, SURFACE, LINE_PLOT, AUTOMATIC = 1, 2, 3, -2  # display types
LINE, ARROW, DOUBLE_ARROW, BOX, OVAL, TEXT, GROUP, IMAGE_DISPLAY, SCALE_BAR = 2, 3, 4, 5, 6, 13, 17, 20, 31
MOST_CURVES = 256  # of a 2D image shown as a line plot


class Component:
    """An annotation, a group of them, or a display; a tree under a document's root.

    ``type_code`` is DM's: 2 line, 3 arrow, 4 double arrow, 5 box, 6 oval, 13 text, 17 group, 20 image display,
    31 scale bar (2, 5, 6, 13, 20, 31 SEEN; the others INF). ``rect`` is in pixels below a display, in page units
    below a root.
    """

    def __init__(self, type_code, rect=(0, 0, 0, 0)):
        self.type_code = int(type_code)
        self.rect = tuple(float(edge) for edge in rect)
        self.children = []
        self.parent = None
        self.document = None
        self.tags = TagGroup()
        self.foreground = (0.0, 0.0, 0.0)
        self.background = (1.0, 1.0, 1.0)
        self.drawing_mode = 1
        self.fill_mode = 1
        self.font_name = "Arial"
        self.font_attributes = 0
        self.font_size = 12
        self.is_selected = False
        self.is_selectable = self.is_movable = self.is_resizable = self.is_deletable = True
        self.text = ""
        self.alignment = 0
        self.resize_style = 0
        self.settings = {}

    def __repr__(self):
        return f"<{type(self).__name__} of type {self.type_code}, {len(self.children)} children>"

    def add(self, child, position=None):
        """Put a component below this one, at the end or at a position; takes it from where it was."""
        if child is self or child.descends_to(self):
            raise DMError("A component cannot become its own descendant.")
        child.remove_from_parent()
        self.children.insert(len(self.children) if position is None else int(position), child)
        child.parent = self
        return child

    def remove_from_parent(self):
        if self.parent is not None:
            self.parent.children.remove(self)
            self.parent = None

    def descends_to(self, other):
        """Whether another component lies somewhere below this one."""
        return any(child is other or child.descends_to(other) for child in self.children)

    def below(self):
        """All components below this one, parents first."""
        for child in self.children:
            yield child
            yield from child.below()

    def children_of_type(self, type_code):
        return [child for child in self.children if child.type_code == type_code]

    @property
    def root(self):
        return self if self.parent is None else self.parent.root

    @property
    def image_document(self):
        """The document above, or None."""
        return self.root.document

    @property
    def parent_display(self):
        """The image display above, or None."""
        if self.parent is None or isinstance(self.parent, ImageDisplay):
            return self.parent
        return self.parent.parent_display

    def clone(self):
        """A copy with copies of its children, below nothing."""
        twin = type(self).__new__(type(self))
        twin.__dict__.update(self.__dict__)
        twin.parent = twin.document = None
        twin.tags, twin.settings, twin.children = self.tags.clone(), dict(self.settings), []
        for child in self.children:
            twin.add(child.clone())
        return twin


@dataclass
class Slice:
    """One curve of a line plot."""

    image: object
    label: str = ""
    is_visible: bool = True
    is_selected: bool = False
    colors: dict = field(default_factory=dict)  # component number -> (r, g, b)
    drawing_style: int = 1
    line_style: int = 0
    line_thickness: float = 1.0
    transparency: tuple = (False, 0.0)
    settings: dict = field(default_factory=dict)


class ImageDisplay(Component):
    """How one image is shown, and what is drawn on it."""

    def __init__(self, image, display_type=AUTOMATIC):
        width = image.sizes[0]
        height = image.sizes[1] if image.n_dimensions > 1 else 1
        super().__init__(IMAGE_DISPLAY, (0, 0, height, width))
        self.image = image
        self.display_type = automatic_display_type(image) if display_type == AUTOMATIC else int(display_type)
        self.rois = []
        self.selected_rois = []
        self.contrast_limits = None  # until set: the image's smallest and largest value
        self.do_auto_survey = True
        self.contrast_mode = 1
        self.contrast_parameters = (0.5, 0.5)  # brightness, contrast
        self.gamma = 0.5
        self.survey_technique = 0
        self.color_table_name = "Greyscale"
        self.color_table = None
        self.is_scale_bar_on = False
        self.is_caption_on = False
        self.displayed_layers = [(0, 0), (0, 0)]
        self.slices = [Slice(image)]
        self.is_valid = True

    def add_roi(self, roi, position=None):
        """Add a ROI and select it, as a ROI drawn last is; one that is there already stays once."""
        if roi not in self.rois:
            self.rois.insert(len(self.rois) if position is None else position, roi)
        self.selected_rois = [roi]
        roi.display = self

    def delete_roi(self, roi):
        self.rois = [other for other in self.rois if other is not roi]
        self.selected_rois = [other for other in self.selected_rois if other is not roi]
        roi.display = None

    @property
    def selection(self):
        """The selected rectangle (top, left, bottom, right) in whole pixels, or None: what DM's ``img[]`` means."""
        roi = next((roi for roi in self.selected_rois if roi.bounds is not None), None)
        if roi is None:
            return None
        height, width = (self.image.pixels.shape[-2:] if self.image.n_dimensions > 1 else (1, *self.image.sizes))
        top, left, bottom, right = roi.bounds
        if roi.kind == "range":
            top, bottom = 0, height
        top, left = max(math.floor(top), 0), max(math.floor(left), 0)
        bottom, right = min(math.ceil(bottom), height), min(math.ceil(right), width)
        return (top, left, bottom, right) if top < bottom and left < right else None

    def limits(self):
        """Contrast limits as set, else the image's smallest and largest value."""
        if self.contrast_limits is not None:
            return self.contrast_limits
        pixels = self.image.pixels
        if pixels.dtype.names:
            return (0.0, 255.0)
        values = abs(pixels) if pixels.dtype.kind == "c" else pixels
        return (float(values.min()), float(values.max()))


def with_rows_as_curves(display):
    """The display; if it is the line plot of a 2D image, each row of the image is a curve of it."""
    img = display.image
    if display.display_type == LINE_PLOT and img.n_dimensions == 2 and len(display.slices) == 1:
        n_rows = img.sizes[1]
        if 1 < n_rows <= MOST_CURVES:
            display.slices = [Slice(img.slice((0, row), [(0, img.sizes[0], 1)])) for row in range(n_rows)]
    return display


def automatic_display_type(image):
    """Line plot for a single row, raster else (INF)."""
    return LINE_PLOT if image.n_dimensions == 1 or (image.n_dimensions == 2 and image.sizes[1] == 1) else RASTER


class ROI:
    """A region of interest: kind and vertices.

    ``kind`` is "point", "range", "line", "rectangle", "oval", "circle" or "polygon". Vertices are (x, y) in pixels;
    a rectangle and an oval have two (left top, right bottom), a line and a range (y = 0) two, a point one,
    a circle its centre, with ``radius``.
    """

    def __init__(self):
        self.kind = "polygon"
        self.vertices = []
        self.radius = 0.0
        self.angle = 0.0
        self.is_closed = True
        self.name = self.label = ""
        self.color = (1.0, 0.0, 0.0)
        self.is_volatile = True
        self.is_deletable = self.is_movable = self.is_resizable = self.is_selectable = True
        self.display = None
        self.settings = {}

    def __repr__(self):
        return f"<ROI {self.kind} {self.vertices}>"

    def set_point(self, x, y):
        self._become("point", [(x, y)])

    def set_range(self, start, end):
        self._become("range", [(start, 0.0), (end, 0.0)])

    def set_line(self, start_x, start_y, end_x, end_y):
        self._become("line", [(start_x, start_y), (end_x, end_y)])

    def set_rectangle(self, top, left, bottom, right):
        self._become("rectangle", [(left, top), (right, bottom)])

    def set_oval(self, top, left, bottom, right):
        self._become("oval", [(left, top), (right, bottom)])

    def set_circle(self, x, y, radius):
        self._become("circle", [(x, y)])
        self.radius = float(radius)

    def add_vertex(self, x, y):
        self.vertices.append((float(x), float(y)))

    @property
    def bounds(self):
        """(top, left, bottom, right) of a range, rectangle, oval, circle or polygon; None for points and lines."""
        if self.kind in ("point", "line") or not self.vertices:
            return None
        xs, ys = zip(*self.vertices, strict=True)
        return (min(ys) - self.radius, min(xs) - self.radius, max(ys) + self.radius, max(xs) + self.radius)

    def clone(self):
        twin = ROI()
        twin.__dict__.update(self.__dict__)
        twin.vertices, twin.settings, twin.display = list(self.vertices), dict(self.settings), None
        return twin

    def _become(self, kind, vertices):
        self.kind, self.radius = kind, 0.0
        self.vertices = [(float(x), float(y)) for x, y in vertices]


class DocumentWindow:
    """A window: title, place, whether it is shown. Closing is the workspace's business."""

    def __init__(self, title="", document=None):
        self.title = title
        self.document = document
        self.position = (0, 0)  # left, top of the content
        self.size = (512, 512)  # width, height of the content
        self.is_shown = False
        self.is_open = True
        self.text = ""  # of a script or text window
        self.file = ""
        self.settings = {}

    def __repr__(self):
        return f"<DocumentWindow {self.title!r}>"

    @property
    def bounds(self):
        """Content as (top, left, bottom, right)."""
        (left, top), (width, height) = self.position, self.size
        return (top, left, top + height, left + width)

    @bounds.setter
    def bounds(self, bounds):
        top, left, bottom, right = bounds
        self.position, self.size = (left, top), (right - left, bottom - top)


class ImageDocument:
    """Images shown in one window, with annotations around them; the first display shows the front image."""

    def __init__(self, title=""):
        self.name = title
        self.root = Component(GROUP)
        self.root.document = self
        self.displays = []
        self.tags = TagGroup()
        self.window = DocumentWindow(title, self)
        self.workspace_id = 0
        self.file = ""
        self.file_format = ""
        self.is_dirty = True
        self.is_open = True
        self.settings = {}

    def __repr__(self):
        return f"<ImageDocument {self.name!r} of {len(self.displays)} displays>"

    @property
    def images(self):
        return [display.image for display in self.displays]

    def add_image(self, image, display_type=AUTOMATIC):
        """Show an image in this document; returns its new ImageDisplay."""
        display = ImageDisplay(image, display_type)
        image.displays.append(display)
        self.displays.append(display)
        self.root.add(display)
        if not self.name:
            self.name = self.window.title = image.name
        return display

    def remove_image(self, image):
        """Take all displays of an image away; returns how many there were."""
        gone = [display for display in self.displays if display.image is image]
        for display in gone:
            self.displays.remove(display)
            image.displays.remove(display)
            display.remove_from_parent()
            display.is_valid = False
        return len(gone)
