"""Document windows: finding them, their place and title; text and script windows; the screen."""

from offline_reference.virtual_dm.displays import DocumentWindow
from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.recorded import DRAWN, attribute, does_nothing, hand_out

SCREEN = (1920.0, 1080.0)  # width, height [pixels]
IMAGE_WINDOW, TEXT_WINDOW, RESULTS_WINDOW = 5, 2, 3
EDGES = "number &top, number &left, number &bottom, number &right"
NO_FRAME = "windows have no frame here"


def open_windows(call):
    """Windows of scripts, texts and dialogs, then those of images, front first."""
    return [*call.workspace.windows, *(document.window for document in call.workspace.documents)]


@dm_function("number CountDocumentWindows()", "SDK")
def count_windows(call):
    return len(open_windows(call))


@dm_function(
    "documentwindow GetDocumentWindow(number index)",
    "SEEN 5 f, SDK",
    "0 is the front window; a plain one stands for the script's own where none is open",
)
def get_window(call, index):
    windows = open_windows(call)
    if index == 0 and not windows:
        return DocumentWindow("Script")
    if not 0 <= index < len(windows):
        raise DMError(f"There are {len(windows)} windows, none of number {index:g}.")
    return windows[int(index)]


@dm_function("documentwindow GetDocumentWindowByTitle(string title)", "SEEN 1 f, SDK", "not valid if there is none")
def get_window_by_title(call, title):
    return next((window for window in open_windows(call) if window.title == title), None)


def window_type(window):
    """DM's number for the kind of window; only 5, images, is attested."""
    return IMAGE_WINDOW if window.document is not None else TEXT_WINDOW


TYPES = "5 image windows, 2 text windows"


@dm_function("number WindowGetType(documentwindow window)", "SEEN 1 f, SDK", TYPES)
def get_type(call, window):
    return window_type(window)


def _of_type(call, kind):
    return [window for window in open_windows(call) if window_type(window) == kind]


@dm_function("number CountDocumentWindowsOfType(number type)", "SEEN 4 f, SDK", TYPES)
def count_windows_of_type(call, kind):
    return len(_of_type(call, kind))


@dm_function("documentwindow GetNthDocumentWindowOfType(number type, number index)", "SDK", TYPES)
def get_nth_of_type(call, kind, index):
    windows = _of_type(call, kind)
    return windows[int(index)] if 0 <= index < len(windows) else None


@dm_function("number WindowIsValid(documentwindow? window)", "SEEN 5 f, SDK")
def is_valid(call, window):
    return window is not None and window.is_open


@dm_function("number WindowIsOpen(documentwindow? window)", "SEEN 2 f, SDK")
def is_open(call, window):
    return window is not None and window.is_open


@dm_function("number WindowIsShown(documentwindow window)", "SEEN 1 f, SDK")
def is_shown(call, window):
    return window.is_shown


@dm_function("imagedocument ImageWindowGetImageDocument(documentwindow window)", "SEEN 1 f, SDK")
def get_document(call, window):
    return window.document


# -- opening and closing ----------------------------------------------------------------------------------------------


@dm_function("void WindowClose(documentwindow window, number verify)", "SEEN 3 f, SDK", "nothing is asked or saved")
def close(call, window, verify):
    if window.document is not None:
        call.workspace.close_document(window.document)
    window.is_open = window.is_shown = False
    window.settings.pop("frame", None)
    if window in call.workspace.windows:
        call.workspace.windows.remove(window)


@dm_function("void WindowShow(documentwindow window)", "SEEN 2 f, SDK")
@dm_function("void WindowSelect(documentwindow window)", "SEEN 3 f, SDK")
def select(call, window):
    """Bring to the front."""
    window.is_shown = True
    if window.document is not None:
        call.workspace.show_document(window.document)
    elif window in call.workspace.windows:
        call.workspace.windows.remove(window)
        call.workspace.windows.insert(0, window)


@dm_function("void WindowHide(documentwindow window)", "SDK")
def hide(call, window):
    window.is_shown = False
    if window.document is not None:
        call.workspace.hide_document(window.document)


does_nothing("void WindowUpdate(documentwindow window)", "SEEN 1 f, SDK", "only redraws")


@dm_function("void WindowSendBehind(documentwindow window, documentwindow other)", "SDK", "image windows only")
def send_behind(call, window, other):
    documents = call.workspace.documents
    if window.document in documents and other.document in documents and window is not other:
        documents.remove(window.document)
        documents.insert(documents.index(other.document) + 1, window.document)


# -- place and title --------------------------------------------------------------------------------------------------

attribute("documentwindow", "Window", "Title", "title", "string", "SEEN 1 f, SDK")
attribute("documentwindow", "Window", "CurrentFile", "file", "string", "SDK")


@dm_function("number WindowIsLinkedToFile(documentwindow window)", "SEEN 1 f")
def is_linked_to_file(call, window):
    return bool(window.file or (window.document is not None and window.document.file))


def _register_place(part):
    def get_bounds(call, window, *references):
        hand_out(window.bounds, references)

    def set_bounds(call, window, *edges):
        window.bounds = edges

    def get_position(call, window, *references):
        hand_out(window.position, references)

    def set_position(call, window, x, y):
        window.position = (x, y)

    def get_size(call, window, *references):
        hand_out(window.size, references)

    def set_size(call, window, width, height):
        window.size = (width, height)

    for signature, run in (
        (f"void WindowGet{part}Bounds(documentwindow window, {EDGES})", get_bounds),
        (f"void WindowSet{part}Bounds(documentwindow window, {EDGES.replace('&', '')})", set_bounds),
        (f"void WindowGet{part}Position(documentwindow window, number &x, number &y)", get_position),
        (f"void WindowSet{part}Position(documentwindow window, number x, number y)", set_position),
        (f"void WindowGet{part}Size(documentwindow window, number &width, number &height)", get_size),
        (f"void WindowSet{part}Size(documentwindow window, number width, number height)", set_size),
    ):
        dm_function(signature, "SEEN 6 f, SDK", NO_FRAME)(run)


_register_place("Content")
_register_place("Frame")


@dm_function("void WindowGetMousePosition(documentwindow window, number &x, number &y)", "SEEN 3 f, SDK", "the middle")
def get_mouse_position(call, window, x, y):
    width, height = window.size
    hand_out((width / 2, height / 2), (x, y))


@dm_function("number WindowGetViewState(documentwindow window)", "SDK", "0")
def get_view_state(call, window):
    return 0


does_nothing("void WindowSetViewState(documentwindow window, number state)")


# -- the window of an image -------------------------------------------------------------------------------------------


def _window_of(call, img):
    return call.workspace.document_for(img).window


@dm_function("void SetWindowSize(image img, number width, number height)", "SEEN 14 f, SDK", DRAWN)
def set_window_size(call, img, width, height):
    _window_of(call, img).size = (width, height)


@dm_function("void GetWindowSize(image img, number &width, number &height)", "SEEN 3 f, SDK")
def get_window_size(call, img, *references):
    hand_out(_window_of(call, img).size, references)


@dm_function("void SetWindowPosition(image img, number x, number y)", "SEEN 8 f, SDK", DRAWN)
def set_window_position(call, img, x, y):
    _window_of(call, img).position = (x, y)


@dm_function("void GetWindowPosition(image img, number &x, number &y)", "SEEN 6 f, SDK")
def get_window_position(call, img, *references):
    hand_out(_window_of(call, img).position, references)


@dm_function("void SetWindowBounds(image img, number top, number left, number bottom, number right)", "SDK", DRAWN)
def set_window_bounds(call, img, *edges):
    _window_of(call, img).bounds = edges


@dm_function("void SetImagePositionWithinWindow(image img, number x, number y)", "SEEN 6 f, SDK", DRAWN)
def set_position_within_window(call, img, x, y):
    _window_of(call, img).settings["image position"] = (x, y)


@dm_function("void SetZoom(image img, number zoom)", "SEEN 5 f, SDK", DRAWN)
def set_zoom(call, img, zoom):
    _window_of(call, img).settings["zoom"] = zoom


@dm_function("number GetZoom(image img)", "SEEN 5 f, SDK", "1 until set")
def get_zoom(call, img):
    return _window_of(call, img).settings.get("zoom", 1.0)


@dm_function(
    "void TransformPointFromImageToWindow(image img, number x, number y, number &windowX, number &windowY)",
    "SDK",
    "the zoom only",
)
def image_to_window(call, img, x, y, *references):
    zoom = get_zoom(call, img)
    hand_out((x * zoom, y * zoom), references)


# -- texts and scripts ------------------------------------------------------------------------------------------------


def _new_text_window(call, title, text="", bounds=None):
    window = DocumentWindow(title)
    window.text, window.is_shown = text, True
    if bounds is not None:
        window.bounds = bounds
    call.workspace.windows.insert(0, window)
    return window


@dm_function(
    "documentwindow NewScriptWindow(string title, number top, number left, number bottom, number right)",
    "SEEN 3 f, SDK",
)
def new_script_window(call, title, *edges):
    return _new_text_window(call, title, bounds=edges)


@dm_function("documentwindow NewScriptWindowFromFile(string path)", "SEEN 1 f, SDK")
def new_script_window_from_file(call, path):
    file = call.workspace.path(path)
    if not file.is_file():
        raise DMError(f"There is no file {path!r}.")
    window = _new_text_window(call, file.name, file.read_text(encoding="cp1252", errors="replace"))
    window.file = path
    return window


def _text_window(window):
    if window.document is not None:
        raise DMError(f"{window.title!r} is the window of an image, not of a text.")
    return window


@dm_function("void EditorWindowAddText(documentwindow window, string text)", "SEEN 3 f, SDK")
def add_text(call, window, text):
    call_limit = len(_text_window(window).text) + len(text)
    if call_limit > 2**26:
        raise DMError("The text window is full.")
    window.text += text


@dm_function("void EditorWindowSetText(documentwindow window, string text)", "SDK")
def set_text(call, window, text):
    _text_window(window).text = text


@dm_function("string EditorWindowGetText(documentwindow window)", "SDK")
def get_text(call, window):
    return _text_window(window).text


@dm_function("void EditorWindowSaveToFile(documentwindow window, string path)", "SEEN 2 f, SDK", "Windows-1252")
def save_text(call, window, path):
    call.workspace.path(path).write_bytes(_text_window(window).text.encode("cp1252", errors="replace"))
    window.file = path


@dm_function("void ScriptWindowExecute(documentwindow window)", "SDK")
def execute(call, window):
    call.run_text(_text_window(window).text)


@dm_function("documentwindow GetResultsWindow(number open)", "SDK", "a window that holds the text so far")
def get_results_window(call, open_it):
    window = DocumentWindow("Results")
    window.text, window.is_shown = call.workspace.results, True
    return window


does_nothing("number EditorWindowPrint(documentwindow window)")
does_nothing("void EditorWindowSetFont(documentwindow window, string face, number attributes, number size)")


# -- the screen -------------------------------------------------------------------------------------------------------


@dm_function("void GetScreenSize(number &width, number &height)", "SEEN 7 f, SDK", "1920 x 1080")
def get_screen_size(call, *references):
    hand_out(SCREEN, references)


@dm_function("number CountScreens()", "SDK", "1")
def count_screens(call):
    return 1


@dm_function(f"void ScreenGetBounds(number index, {EDGES})", "SDK", "1920 x 1080")
@dm_function(f"void ScreenGetWorkArea(number index, {EDGES})", "SDK", "1920 x 1080")
@dm_function(f"void GetMaximalDocumentWindowRect(number options, {EDGES})", "SDK", "1920 x 1080")
def screen_bounds(call, _, *references):
    hand_out((0.0, 0.0, SCREEN[1], SCREEN[0]), references)


@dm_function(f"void ApplicationGetBounds({EDGES})", "SDK", "1920 x 1080")
def application_bounds(call, *references):
    hand_out((0.0, 0.0, SCREEN[1], SCREEN[0]), references)


@dm_function("void ApplicationGetOrigin(number &x, number &y)", "SDK", "0, 0")
def application_origin(call, *references):
    hand_out((0.0, 0.0), references)


@dm_function("void GetDefaultLinePlotDisplaySize(number &width, number &height)", "SDK", "512 x 256")
def default_line_plot_size(call, *references):
    hand_out((512.0, 256.0), references)
