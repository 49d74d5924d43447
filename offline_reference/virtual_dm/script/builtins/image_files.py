"""Image files: opening and saving through the workspace's reader and writer; raw and text files by ourselves."""

import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.paths import split

FORMATS = {
    "SaveAsGatan": ("Gatan Format", "SEEN 9 f, SDK"),
    "SaveAsGatan3": ("Gatan 3 Format", "SDK"),
    "SaveAsTIFF": ("TIFF Format", "SEEN 4 f, SDK"),
    "SaveAsGIF": ("GIF Format", "SEEN 4 f, SDK"),
    "SaveAsPCX": ("PCX Format", "SDK"),
    "SaveAsPICT": ("PICT Format", "SDK"),
    "SaveAsMSA": ("EMSA Format", "SDK"),
    "SaveAsSmallHeader": ("Small Header Format", "SDK"),
}
FORMAT_OF_ENDING = {".dm3": "Gatan 3 Format", ".tif": "TIFF Format", ".tiff": "TIFF Format", ".gif": "GIF Format"}
BY_WORKSPACE = "formats: what the workspace's reader and writer know"


@dm_function("image OpenImage(string path)", "SEEN 7 f, SDK", BY_WORKSPACE)
@dm_function("image NewImageFromFile(string path)", "SEEN 1 f, SDK", BY_WORKSPACE)
def open_image(call, path):
    """The first image of a file, not shown."""
    return call.workspace.open_image(path)


def _writer(file_format):
    def run(call, img, path, option=0.0):
        call.workspace.save_image(img, path, file_format)
        _mark_saved(call, img, path)

    return run


def _mark_saved(call, img, path):
    document = call.workspace.document_of(img)
    if document is not None:
        document.is_dirty, document.file, document.window.file = False, path, path


for _name, (_format, _evidence) in FORMATS.items():
    dm_function(f"void {_name}(image img, string path)", _evidence, BY_WORKSPACE)(_writer(_format))
    dm_function(f"void {_name}(image img, string path, number option)", _evidence, BY_WORKSPACE)(_writer(_format))


def _save_by_ending(call, img, path):
    ending = split(path)[1].rpartition(".")[2].lower()
    call.workspace.save_image(img, path, FORMAT_OF_ENDING.get("." + ending, "Gatan Format"))
    _mark_saved(call, img, path)


@dm_function("void SaveImage(image img, string path)", "SEEN 1 f, SDK", "format by the ending; " + BY_WORKSPACE)
def save_image(call, img, path):
    _save_by_ending(call, img, path)


@dm_function("void Save(image img)", "SEEN 4 f, SDK", "an error if it has no file yet")
def save(call, img):
    """Write the image again where it came from or was last saved."""
    if not img.file:
        raise DMError(f"The image {img.name!r} has no file yet: save it with SaveAsGatan(img, path).")
    _save_by_ending(call, img, img.file)


@dm_function("void SaveAsRawData(image img, string path)", "SDK", "the pixels alone, x fastest, little-endian")
def save_raw(call, img, path):
    call.workspace.path(path).write_bytes(np.ascontiguousarray(img.pixels).tobytes())


@dm_function("void SaveAsText(image img, string path)", "SDK", "one row a line, tabs between numbers")
def save_text(call, img, path):
    if img.n_dimensions > 2 or img.is_rgb or img.is_complex:
        raise DMError("SaveAsText takes a real image of one or two dimensions.")
    rows = ("\t".join(f"{value:.8g}" for value in row) for row in np.atleast_2d(img.pixels).tolist())
    call.workspace.path(path).write_text("\n".join(rows) + "\n", encoding="ascii")
