"""Image documents: what stands together in one window; finding, showing, closing, saving them. DM's tabs."""

import weakref

from offline_reference.virtual_dm.displays import ImageDocument, with_rows_as_curves
from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.displays import TYPE_OF_WORD
from offline_reference.virtual_dm.script.builtins.recorded import DRAWN, attribute, does_nothing, hand_out

EDGES = "number top, number left, number bottom, number right"
EDGES_OUT = "number &top, number &left, number &bottom, number &right"

# -- finding ----------------------------------------------------------------------------------------------------------


def _of_workspace(call, number=None):
    documents = call.workspace.documents
    return [document for document in documents if number is None or document.workspace_id == int(number)]


@dm_function("number CountImageDocuments()", "SEEN 5 f, SDK", "shown ones")
def count_documents(call):
    return len(_of_workspace(call))


@dm_function("number CountImageDocuments(number workspace)", "SEEN 1 f", "shown ones")
def count_documents_of(call, workspace):
    return len(_of_workspace(call, workspace))


def _nth(documents, index):
    if not 0 <= index < len(documents):
        raise DMError(f"There are {len(documents)} image documents, none of number {index:g}.")
    return documents[int(index)]


@dm_function("imagedocument GetImageDocument(number index)", "SEEN 9 f, SDK", "front first")
def get_document(call, index):
    return _nth(_of_workspace(call), index)


@dm_function("imagedocument GetImageDocument(number index, number workspace)", "SEEN 1 f", "front first")
def get_document_of(call, index, workspace):
    return _nth(_of_workspace(call, workspace), index)


@dm_function("imagedocument GetFrontImageDocument()", "SEEN 7 f, SDK", "an error if there is none")
def get_front_document(call):
    documents = [document for document in call.workspace.documents if document.images]
    if not documents:
        raise DMError("There is no front image document: no image is open.")
    return documents[0]


@dm_function("imagedocument GetImageDocumentByID(number id)", "SEEN 1 f, SDK")
def get_document_by_id(call, number):
    return call.workspace.by_id(number, ImageDocument)


@dm_function("imagedocument GetImageDocumentByPath(string path)", "SDK", "not valid if none was opened from there")
def get_document_by_path(call, path):
    return next((d for d in call.workspace.documents if path in (d.file, d.window.file)), None)


@dm_function("imagedocument ImageGetOrCreateImageDocument(image img)", "SEEN 2 f, SDK")
def get_or_create_document(call, img):
    """The image's document; a new one that is not shown yet if it has none."""
    return call.workspace.document_for(img)


@dm_function("imagedocument CreateImageDocument(string title)", "SEEN 6 f")
@dm_function("imagedocument NewImageDocument(string title)", "SDK 1999")
def create_document(call, title):
    return ImageDocument(title)


@dm_function("imagedocument NewImageDocumentFromFile(string path)", "SDK 1999", "not shown")
def document_from_file(call, path):
    document = ImageDocument()
    document.add_image(call.workspace.open_image(path))
    document.file = path
    return document


@dm_function("imagedocument ImageDocumentNullify(object? nothing)", "SEEN 1 f")
def nullify(call, nothing):
    return None


@dm_function("number ImageDocumentIsValid(imagedocument? document)", "SEEN 3 f, SDK")
def is_valid(call, document):
    return document is not None and document.is_open


# -- what is in it ----------------------------------------------------------------------------------------------------


@dm_function("number ImageDocumentCountImages(imagedocument document)", "SDK")
def count_images(call, document):
    return len(document.images)


@dm_function("image ImageDocumentGetImage(imagedocument document, number index)", "SEEN 6 f, SDK")
def get_image(call, document, index):
    if not 0 <= index < len(document.images):
        raise DMError(f"The document {document.name!r} has {len(document.images)} images, none of number {index:g}.")
    return document.images[int(index)]


@dm_function("image ImageDocumentGetRootImage(imagedocument document)", "SEEN 1 f")
def get_root_image(call, document):
    return get_image(call, document, 0)


@dm_function("image ImageDocumentGetImageByID(imagedocument document, number id)", "SDK")
def get_image_by_id(call, document, number):
    return next((img for img in document.images if call.workspace.id_of(img) == number), None)


@dm_function("number ImageDocumentDoesImageWithIDExist(imagedocument document, number id)", "SDK")
def does_image_exist(call, document, number):
    return get_image_by_id(call, document, number) is not None


@dm_function("imagedisplay ImageDocumentGetImageModeDisplay(imagedocument document)", "SDK", "the first display")
def get_image_mode_display(call, document):
    return document.displays[0] if document.displays else None


@dm_function("component ImageDocumentGetRootComponent(imagedocument document)", "SEEN 2 f, SDK")
def get_root(call, document):
    return document.root


@dm_function("component ImageDocumentGetComponentByID(imagedocument document, number id)", "SEEN 1 f, SDK")
def get_component_by_id(call, document, number):
    return next((one for one in document.root.below() if call.workspace.id_of(one) == number), None)


@dm_function("taggroup ImageDocumentGetTagGroup(imagedocument document)", "SDK")
def get_tags(call, document):
    return document.tags


@dm_function("void ImageDocumentAddImage(imagedocument document, image img)", "SDK")
def add_image(call, document, img):
    document.add_image(img)


@dm_function(
    "imagedisplay ImageDocumentAddImageDisplay(imagedocument document, image img, number type)",
    "SEEN 6 f, SDK",
)
def add_display(call, document, img, display_type):
    return with_rows_as_curves(document.add_image(img, int(display_type)))


@dm_function(
    "imagedisplay ImageDocumentAddImageDisplay(imagedocument document, image img, string type)",
    "SDK",
    '"best" and unknown words: automatic',
)
def add_display_by_name(call, document, img, display_type):
    return with_rows_as_curves(document.add_image(img, TYPE_OF_WORD.get(display_type.lower(), -2)))


@dm_function(
    "imagedisplay ImageDocumentAddImageDisplay(imagedocument document, imagedisplay display)",
    "SDK",
    "a new display of the same image",
)
def add_existing_display(call, document, display):
    return document.add_image(display.image, display.display_type)


@dm_function("void ImageDocumentDeleteImage(imagedocument document, image img)", "SDK")
def delete_image(call, document, img):
    document.remove_image(img)


attribute("imagedocument", "ImageDocument", "Name", "name", "string", "SEEN 3 f, SDK")


@dm_function("number ImageDocumentGetID(imagedocument document)", "SEEN 2 f, SDK")
def get_id(call, document):
    return call.workspace.id_of(document)


@dm_function(
    "imagedocument ImageDocumentClone(imagedocument document, number deep)",
    "SEEN 1 f, SDK",
    "a document of copies, not shown; annotations and ROIs are copied",
)
def clone(call, document, deep):
    twin = ImageDocument(document.name)
    for display in document.displays:
        copy = twin.add_image(display.image.clone(), display.display_type)
        for child in display.children:
            copy.add(child.clone())
        for roi in display.rois:
            copy.add_roi(roi.clone())
    return twin


# -- showing and closing ----------------------------------------------------------------------------------------------


@dm_function("documentwindow ImageDocumentShow(imagedocument document)", "SEEN 8 f, SDK")
def show(call, document):
    call.workspace.show_document(document)
    return document.window


@dm_function("documentwindow ImageDocumentShowAtPosition(imagedocument document, number x, number y)", "SDK")
def show_at_position(call, document, x, y):
    document.window.position = (x, y)
    return show(call, document)


@dm_function(
    f"documentwindow ImageDocumentShowAtRect(imagedocument document, {EDGES})",
    "SDK",
)
def show_at_rect(call, document, *edges):
    document.window.bounds = edges
    return show(call, document)


@dm_function("void ImageDocumentHide(imagedocument document)", "SDK")
@dm_function("void ImageDocumentRemoveFromUserInterface(imagedocument document)", "SDK")
def hide(call, document):
    call.workspace.hide_document(document)


@dm_function("void ImageDocumentAddToUserInterface(imagedocument document)", "SDK")
def add_to_user_interface(call, document):
    call.workspace.show_document(document)


@dm_function("void ImageDocumentClose(imagedocument document, number saving)", "SEEN 1 f, SDK", "nothing is saved")
def close(call, document, saving):
    call.workspace.close_document(document)


@dm_function("documentwindow ImageDocumentGetWindow(imagedocument document)", "SEEN 6 f, SDK")
def get_window(call, document):
    return document.window


@dm_function("void ImageDocumentClean(imagedocument document)", "SEEN 1 f, SDK")
def clean(call, document):
    document.is_dirty = False


@dm_function("number ImageDocumentIsDirty(imagedocument document)", "SDK")
def is_dirty(call, document):
    return document.is_dirty


# -- files ------------------------------------------------------------------------------------------------------------


def _save(call, document, handler, path):
    if not document.images:
        raise DMError(f"The document {document.name!r} has no image to save.")
    call.workspace.save_image(document.images[0], path, handler)
    document.file, document.file_format, document.is_dirty = path, handler, False
    document.window.file = path


@dm_function(
    "void ImageDocumentSaveToFile(imagedocument document, string handler, string path)",
    "SEEN 1 f, SDK",
    "the first image",
)
def save_to_file(call, document, handler, path):
    _save(call, document, handler, path)


@dm_function(
    "void ImageDocumentSaveToFile(imagedocument document, string handler, string path, number type)",
    "SDK",
    "the first image",
)
def save_to_file_with_type(call, document, handler, path, save_type):
    _save(call, document, handler, path)


@dm_function("void ImageDocumentSave(imagedocument document, number saving)", "RECALLED", "where it came from")
def save(call, document, saving):
    if not document.file:
        raise DMError(f"The document {document.name!r} has no file yet: save it under a name first.")
    _save(call, document, document.file_format or "Gatan Format", document.file)


@dm_function("string ImageDocumentGetCurrentFile(imagedocument document)", "python_reference 8")
def current_file(call, document):
    return document.file or next((img.file for img in document.images if img.file), "")


@dm_function("void ImageDocumentSetCurrentFile(imagedocument document, string path)", "RECALLED")
def set_current_file(call, document, path):
    document.file = document.window.file = path


@dm_function("string ImageDocumentGetCurrentFileSaveFormat(imagedocument document)", "RECALLED")
def current_format(call, document):
    return document.file_format


# -- where things are on the screen: the view is the image, one pixel of the screen for one of the image --------------

TRANSFORM = "number &offsetX, number &offsetY, number &scaleX, number &scaleY"


@dm_function(
    f"void ImageDocumentGetViewToWindowTransform(imagedocument document, {TRANSFORM})",
    "SEEN 3 f, SDK",
    "offset 0, scale 1",
)
def view_to_window(call, document, *references):
    hand_out((0.0, 0.0, 1.0, 1.0), references)


def _view(document):
    return document.displays[0].rect if document.displays else (0.0, 0.0, 512.0, 512.0)


for _name in ("PageBounds", "PaperBounds", "PreferredViewRect", "ViewExtent", "VisibleViewRect"):

    @dm_function(
        f"void ImageDocumentGet{_name}(imagedocument document, {EDGES_OUT})",
        "SDK",
        "the image's rectangle",
    )
    def _view_rect(call, document, *references):
        hand_out(_view(document), references)


for _signature in (
    "void ImageDocumentSwitchToPageMode(imagedocument document)",
    "void ImageDocumentSwitchToImageMode(imagedocument document, imagedisplay display)",
    "void ImageDocumentEnsurePlacedOnPage(imagedocument document)",
    "void ImageDocumentUpdateDisplay(imagedocument document)",
    "void ImageDocumentSetCurrentViewAsUnzoomed(imagedocument document)",
    "void ImageDocumentSetDoIntegralZoom(imagedocument document, number on)",
    f"void ImageDocumentMaximizeRectInView(imagedocument document, {EDGES})",
    "void ImageDocumentUnsetFixedWindowSize(imagedocument document)",
    "number ImageDocumentPrint(imagedocument document)",
    "number ImageDocumentIsInPageMode(imagedocument document)",
    "number ImageDocumentHasFixedWindowSize(imagedocument document)",
):
    does_nothing(_signature)


@dm_function("number ImageDocumentIsInImageMode(imagedocument document)", "SDK", "always 1")
def is_in_image_mode(call, document):
    return 1


@dm_function("void ImageDocumentSetFixedWindowSize(imagedocument document, number width, number height)", "SDK", DRAWN)
def set_fixed_size(call, document, width, height):
    document.window.size = (width, height)


# -- DM's workspaces --------------------------------------------------------------------------------------------------


def _workspace(call, number):
    if int(number) not in call.workspace.workspaces:
        raise DMError(f"There is no workspace with id {number:g}.")
    return int(number)


_active = weakref.WeakKeyDictionary()  # Workspace -> id of its active tab


@dm_function("number WorkspaceGetActive()", "SEEN 4 f")
def workspace_get_active(call):
    """Id of the active workspace."""
    return _active.get(call.workspace, 0)


@dm_function("void WorkspaceSetActive(number id)", "SEEN 3 f")
def workspace_set_active(call, number):
    _active[call.workspace] = _workspace(call, number)


@dm_function("number WorkspaceGetCount()", "SEEN 1 f")
def workspace_get_count(call):
    return len(call.workspace.workspaces)


@dm_function("number WorkspaceAdd(number index)", "SEEN 3 f", "its id; the order of tabs is not kept")
def workspace_add(call, index):
    number = max(call.workspace.workspaces) + 1
    call.workspace.workspaces[number] = f"Workspace {number + 1}"
    return number


@dm_function("number WorkspaceGetIndex(number id)", "SEEN 2 f")
def workspace_get_index(call, number):
    return list(call.workspace.workspaces).index(_workspace(call, number))


@dm_function("string WorkspaceGetName(number id)", "SEEN 2 f")
def workspace_get_name(call, number):
    return call.workspace.workspaces[_workspace(call, number)]


@dm_function("void WorkspaceSetName(number id, string name)", "SEEN 3 f")
def workspace_set_name(call, number, name):
    call.workspace.workspaces[_workspace(call, number)] = name


@dm_function("number WorkspaceGetFromIndex(number index)", "RECALLED")
def workspace_from_index(call, index):
    ids = list(call.workspace.workspaces)
    if not 0 <= index < len(ids):
        raise DMError(f"There are {len(ids)} workspaces, none of number {index:g}.")
    return ids[int(index)]


@dm_function("void ImageDocumentMoveToWorkspace(imagedocument document, number id)", "RECALLED, python_reference 8")
def move_to_workspace(call, document, number):
    document.workspace_id = _workspace(call, number)


@dm_function("number ImageDocumentGetWorkspace(imagedocument document)", "RECALLED, python_reference 8")
def get_workspace(call, document):
    return document.workspace_id


does_nothing("void WorkspaceArrange(number id, number sorted, number keepSize)", "SEEN 1 f")
