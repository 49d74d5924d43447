"""Image files into a virtual DM and out of it again, for the verbs `script` and `python`.

add_run_arguments  the options that both verbs share
new_workspace      a Workspace with the images, answers, keys and switches of those options
save               the displayed images as .dm4 in a new folder, with a list of what is in it
"""
import json
import sys
import zlib
from pathlib import Path

import numpy as np

from offline_reference.numerics.errors import RefusedError
from offline_reference.virtual_dm import tag_files
from offline_reference.virtual_dm.displays import ROI
from offline_reference.virtual_dm.errors import DMError, NotSimulated
from offline_reference.virtual_dm.images import CODE_OF_DTYPE, MOST_DIMENSIONS, RGB, Calibration, Image
from offline_reference.virtual_dm.switches import SWITCHES, Switches
from offline_reference.virtual_dm.tags import TagGroup
from offline_reference.virtual_dm.workspace import Keys, Workspace

DM_ENDINGS = {".dm3": 3, ".dm4": 4}


def add_run_arguments(parser):
    """Options of a run: images in, answers, keys, switches, the folder allowed, where results go."""
    parser.add_argument("--image", action="append", default=[], metavar="FILE",
                        help="open this image before the script starts; the first one given is the front image, the "
                        "next one the image behind it")
    parser.add_argument("--roi", action="append", default=[], metavar="T,L,B,R",
                        help="draw a rectangular ROI on the front image: top, left, bottom, right in pixels")
    parser.add_argument("--answer", action="append", default=[], metavar="TEXT",
                        help="answer of the next dialog, one option a dialog: a number, a text, yes or no, 'cancel', "
                        "'default'; for a custom dialog 'Field=value; Other=value', and 'press BUTTON' before it")
    parser.add_argument("--keys", action="append", default=[], metavar="KEY",
                        help="a key that the script finds pressed: esc, a, esc@5 (by its fifth look), shift+space@3")
    parser.add_argument("--switch", action="append", default=[], metavar="NAME=VALUE",
                        help="change one contested behaviour of DM; --list-switches names them")
    parser.add_argument("--list-switches", action="store_true", help="list the switches, with the evidence, and stop")
    parser.add_argument("--folder", metavar="DIR", help="the one folder where the script may read and write files "
                        "through DM (default: none)")
    parser.add_argument("--save", metavar="DIR", help="write the displayed images and the Results text into this new "
                        "folder")
    parser.add_argument("--overwrite", action="store_true", help="replace the folder of an earlier run")


def list_switches():
    """Print each switch: its values (the default first), what they mean, the evidence."""
    for switch in SWITCHES:
        others = [value for value in switch.alternatives if value != switch.default]
        print(f"{switch.name}={switch.default} (or {', '.join(others)}; {switch.door}"
              f"{', contested' if switch.contested else ''})\n    {switch.doc}\n    Evidence: {switch.evidence}")


def new_workspace(args):
    """The Workspace that the options describe; Results text is printed as it appears."""
    try:
        switches, keys = Switches.from_texts(args.switch), Keys.from_texts(args.keys)
    except ValueError as error:
        raise RefusedError(str(error)) from error
    if args.folder and not Path(args.folder).is_dir():
        raise RefusedError(f"there is no folder '{args.folder}' for the script to use: make it, or leave --folder out.")
    if args.save:
        from offline_reference.files.whole import refuse_taken_folder

        refuse_taken_folder(Path(args.save).resolve(), args.overwrite)
    workspace = Workspace(switches=switches, answers=args.answer, keys=keys, folder=args.folder, echo=_print,
                          read_image=read_image, write_image=write_image, memory_limit=_memory_limit())
    images = [image for path in args.image for image in read_images(path)]
    for image in images:
        workspace.label_of(image)
    for image in reversed(images):
        workspace.show(image)
        image.as_opened = _fingerprint(image)
    for text in args.roi:
        _draw_roi(workspace, text)
    return workspace


def _memory_limit():
    """Largest image that a script may make: half of what is free, 2 GB where that is not known. [byte]"""
    from offline_reference.files import available_bytes

    free = available_bytes()
    return 2**31 if free is None else free // 2


def _draw_roi(workspace, text):
    image = workspace.find_front_image()
    if image is None:
        raise RefusedError("--roi draws on the front image, and there is none: open one with --image.")
    try:
        top, left, bottom, right = (float(number) for number in text.split(","))
    except ValueError as error:
        raise RefusedError(f"a ROI is four numbers, top,left,bottom,right, not '{text}'.") from error
    roi = ROI()
    roi.set_rectangle(top, left, bottom, right)
    image.displays[0].add_roi(roi)


def report(workspace):
    """Say on stderr what a user should know of a run, beside its Results text; True if it can be trusted."""
    for text in dict.fromkeys(workspace.warnings):
        print(f"dm-nmf: warning: {text}", file=sys.stderr)
    if workspace.answers:
        print(f"dm-nmf: {len(workspace.answers)} prepared answers were not asked for: "
              f"{', '.join(map(str, workspace.answers))}", file=sys.stderr)
    for complaint in dict.fromkeys(str(complaint) for complaint in workspace.complaints):
        print(f"dm-nmf: {complaint}", file=sys.stderr)
    return not workspace.complaints


def save(workspace, folder, overwrite=False):
    """Write the displayed images (front first) as .dm4, the Results text, and result.json; whole or not at all.

    An input image that the script has not changed is listed and not written again.
    """
    from offline_reference.files import whole_folder

    images = workspace.images()
    with whole_folder(folder, overwrite) as shop:
        entries = [_saved(image, number, shop) for number, image in enumerate(images, 1)]
        (shop / "results.txt").write_text(workspace.results, encoding="utf-8")
        facts = {"images": entries, "results": "results.txt", "switches": workspace.switches.changed()}
        (shop / "result.json").write_text(json.dumps(facts, indent=2), encoding="utf-8")
    n_written = sum(entry["file"] is not None for entry in entries)
    print(f"dm-nmf: {n_written} of {len(entries)} displayed images written to {folder}", file=sys.stderr)


# -- in ---------------------------------------------------------------------------------------------------------------


def read_images(path):
    """All images of a file, 1D to 4D, with calibrations and tags.

    Raises
    ------
    RefusedError
        If the file cannot be read, or holds pixels that DM has no type for.
    """
    from offline_reference import files

    found = files.read_image(path)
    tags = _dm_tags(path, len(found))
    return [_image(path, one, tags[number]) for number, one in enumerate(found)]


def read_image(path):
    """The one image of a file, or its first; for OpenImage."""
    try:
        return read_images(path)[0]
    except RefusedError as refusal:
        raise DMError(str(refusal)) from refusal


def _image(path, found, tags):
    name = found.title or Path(path).stem
    if not 1 <= found.pixels.ndim <= MOST_DIMENSIONS:
        raise RefusedError(f"'{path}' holds an image of {found.pixels.ndim} dimensions, and DM has 1 to "
                           f"{MOST_DIMENSIONS}: cut it into smaller ones.")
    image = Image(_pixels(path, found.pixels), name)
    for calibration, axis in zip(image.calibrations, reversed(found.axes), strict=True):
        calibration.scale, calibration.units = axis.scale, axis.units
        calibration.set_origin_in_format(axis.offset, 0)
    image.file = str(path)
    if tags is None:
        image.tags = TagGroup.from_plain(_plain(found.metadata))
    else:
        image.tags = tags.group("ImageTags")
        image.intensity = _intensity(tags)
    return image


def _pixels(path, pixels):
    """A writable copy in C order, of a type that DM has."""
    if pixels.dtype.names:
        fields = {name.lower(): name for name in pixels.dtype.names}
        rgb = np.zeros(pixels.shape, RGB)
        for channel in "rgba":
            if channel in fields:
                rgb[channel] = pixels[fields[channel]]
        return rgb
    dtype = pixels.dtype.newbyteorder("=")
    if dtype == np.float16:
        dtype = np.dtype(np.float32)
    if dtype not in CODE_OF_DTYPE:
        raise RefusedError(f"'{path}' has pixels of type {pixels.dtype}, and DM has no such images: convert it first.")
    return np.array(pixels, dtype, order="C")


def _dm_tags(path, n_images):
    """Tags of a DM file with their own types, one group an image (thumbnails come first and are left out)."""
    if Path(path).suffix.lower() not in DM_ENDINGS:
        return [None] * n_images
    listed = tag_files.read_tags(path, with_pixels=False).group("ImageList").tags
    return [tag.value for tag in listed[len(listed) - n_images:]]


def _intensity(tags):
    calibration = Calibration()
    for name, kind in (("Origin", "double"), ("Scale", "double"), ("Units", "string")):
        ok, value = tags.get_as(f"ImageData:Calibrations:Brightness:{name}", kind)
        if ok:
            setattr(calibration, name.lower(), value)
    return calibration


def _plain(tree):
    """Another format's metadata as a tree that tags can hold."""
    if isinstance(tree, dict):
        return {_label(key): _plain(value) for key, value in tree.items() if value is not None and str(key)}
    if isinstance(tree, list):
        return [_plain(value) for value in tree if value is not None]
    if isinstance(tree, np.ndarray):
        return tree if tree.dtype in CODE_OF_DTYPE else str(tree)
    if isinstance(tree, int) and not -(2**63) <= tree < 2**63:
        return str(tree)
    return tree


def _label(key):
    return "".join("_" if letter in ":[]" else letter for letter in str(key))


# -- out --------------------------------------------------------------------------------------------------------------


def write_image(image, path, file_format="Gatan Format"):
    """Write an image in one of DM's formats; the ending is added where it is missing."""
    if file_format == "Text Format":
        return np.savetxt(path, image.pixels.reshape(-1, image.sizes[0]), delimiter="\t", fmt="%g")
    versions = {"Gatan Format": 4, "Gatan 3 Format": 3}
    if file_format not in versions:
        raise NotSimulated(f"Saving as {file_format!r} is known to DM, not simulated here: use the Gatan Format.")
    version = versions[file_format]
    if path.suffix.lower() not in DM_ENDINGS:
        path = path.with_name(f"{path.name}.dm{version}")
    return tag_files.write_image(path, image, DM_ENDINGS[path.suffix.lower()])


def _saved(image, number, folder):
    """Write one image; what result.json says of it."""
    unchanged = getattr(image, "as_opened", None) == _fingerprint(image)
    file_name = None if unchanged else f"{number:02d}_{_file_stem(image.name)}.dm4"
    if file_name is not None:
        tag_files.write_image(folder / file_name, image)
    return {
        "file": file_name,
        "unchanged input": image.file if unchanged else None,
        "name": image.name,
        "sizes": list(image.sizes),
        "type": image.pixels.dtype.name if not image.is_rgb else "rgb",
        "calibrations": [[c.first_value, c.scale, c.units] for c in image.calibrations],
        "displays": [_display_facts(display) for display in image.displays],
    }


def _display_facts(display):
    return {
        "type": display.display_type,
        "contrast limits": [float(limit) for limit in display.contrast_limits] if display.contrast_limits else None,
        "rois": [{"kind": roi.kind, "vertices": roi.vertices, "name": roi.name} for roi in display.rois],
        "annotations": [{"type": c.type_code, "rect": c.rect, "text": c.text} for c in display.children],
    }


def _fingerprint(image):
    """Differs when a script has changed pixels, name, calibrations or tags."""
    facts = (image.name, image.pixels.dtype, image.pixels.shape, image.calibrations, image.intensity,
             image.tags.to_plain())
    return zlib.crc32(np.ascontiguousarray(image.pixels)), repr(facts)


def _file_stem(name):
    letters = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)
    return letters.strip("._")[:60] or "image"


def _print(text):
    print(text, end="", flush=True)
