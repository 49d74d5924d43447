"""What a file says of the microscope: voltage, convergence angle, camera length."""

# Our name -> HyperSpy's name; then tags of DigitalMicrograph and Nion Swift that say it too, with the factor to ours.
FACTS = {
    "voltage_kv": ("beam_energy", (
        (("Microscope Info", "Voltage"), 1e-3),
        (("ImageScanned", "EHT"), 1e-3),
    )),
    "convergence_mrad": ("convergence_angle", (
        (("EELS", "Experimental Conditions", "Convergence semi-angle (mrad)"), 1.0),
        (("EELS", "Convergence semi-angle (mrad)"), 1.0),
    )),
    "camera_length_mm": ("camera_length", (
        (("Microscope Info", "STEM Camera Length"), 1.0),
    )),
}


def facts(metadata, original, mapping):
    """Collect what is known; a quantity that is missing, zero or no number has no key.

    Parameters
    ----------
    metadata, original : dict
        HyperSpy's metadata, and the file's own tags.
    mapping : dict
        rosettasciio's rules that carry tags to metadata: path in tags -> (path in metadata, conversion).
    """
    found = {}
    for name, (theirs, places) in FACTS.items():
        candidates = [
            *_in_metadata(metadata, theirs),
            *_by_mapping(original, mapping, theirs),
            *_in_tags(image_tags(original), places),
        ]
        numbers = [number for number in map(_positive, candidates) if number]
        if numbers:
            found[name] = numbers[0]
    return found


def image_tags(original):
    """DigitalMicrograph's tags of an image, {} in any other file."""
    return dig(original, ("ImageList", "TagGroup0", "ImageTags")) or {}


def dig(tree, path):
    """tree[path[0]][path[1]]..., or None where the path ends."""
    for key in path:
        if not isinstance(tree, dict) or key not in tree:
            return None
        tree = tree[key]
    return tree


def _in_metadata(metadata, theirs):
    instrument = dig(metadata, ("Acquisition_instrument",)) or {}
    return [dig(instrument, (mode, theirs)) for mode in ("TEM", "STEM", "SEM")]


def _by_mapping(original, mapping, theirs):
    for source, (target, convert) in mapping.items():
        if target.endswith("." + theirs):
            value = dig(original, source.split("."))
            yield value if value is None or convert is None else convert(value)


def _in_tags(tags, places):
    for path, factor in places:
        number = _positive(dig(tags, path))
        yield number and number * factor


def _positive(value):
    """A positive number, or None."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if 0 < number < float("inf") else None
