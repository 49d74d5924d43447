"""Tag files and .dm3/.dm4 images, read back by ourselves and by rosettasciio, which we did not write."""
import numpy as np
import pytest

from offline_reference.virtual_dm import tag_files
from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import DTYPE_OF_CODE, RGB, Calibration, Image
from offline_reference.virtual_dm.tags import Tag, TagGroup

VALUES = {
    "short": -3, "ushort": 65535, "long": -70000, "ulong": 4_000_000_000, "int64": -(2**40), "uint64": 2**63,
    "float": 0.5, "double": 0.1, "boolean": True, "string": "1/nm \u00b5 \u00c5", "double complex": 1 + 2j,
    "short point": (1, 2), "long point": (3, 4), "float point": (0.5, 1.5), "short rect": (1, 2, 3, 4),
    "long rect": (5, 6, 7, 8), "float rect": (0.5, 1, 2, 3),
}  # fmt: skip


@pytest.mark.parametrize("version", [3, 4])
def test_every_kind_of_tag_comes_back_as_it_was(tmp_path, version):
    tags = TagGroup()
    for kind, value in VALUES.items():
        tags.set(f"Group:{kind}", kind, value)
        tags.set("List", "group", TagGroup(is_list=True)) if not tags.exists("List") else None
        tags.group("List").append(kind, value)
    tag_files.write_tags(tmp_path / "all.gtg", tags, version)
    back = tag_files.read_tags(tmp_path / "all.gtg")
    assert back.group("Group").tags == tags.group("Group").tags
    assert back.group("List").tags == [Tag("", kind, value) for kind, value in VALUES.items()]


@pytest.mark.parametrize("sizes", [(5,), (5, 6), (5, 6, 7), (5, 6, 7, 8)])
@pytest.mark.parametrize("code, dtype", DTYPE_OF_CODE.items())
def test_images_of_every_type_come_back(tmp_path, code, dtype, sizes):
    image = example(dtype, sizes)
    for version in (3, 4):
        tag_files.write_image(tmp_path / "a.dm", image, version)
        back = tag_files.image_of_file_tags(tag_files.read_tags(tmp_path / "a.dm"))
        assert back.pixels.dtype == dtype
        np.testing.assert_array_equal(back.pixels, image.pixels)
        assert (back.name, back.tags, back.calibrations, back.intensity) == (
            image.name, image.tags, image.calibrations, image.intensity)  # fmt: skip


@pytest.mark.parametrize("code", [1, 2, 3, 6, 7, 9, 10, 11, 12, 13])
def test_rosettasciio_reads_the_same_pixels_and_calibrations(tmp_path, code):
    reader = pytest.importorskip("rsciio.digitalmicrograph", reason="rosettasciio is the outside authority here")
    image = example(DTYPE_OF_CODE[code], (5, 6))
    tag_files.write_image(tmp_path / "a.dm4", image)
    signal = reader.file_reader(str(tmp_path / "a.dm4"))[0]
    np.testing.assert_array_equal(signal["data"], image.pixels)
    y, x = signal["axes"]
    assert (x["scale"], x["offset"], x["units"]) == (0.25, -0.625, "1/nm")
    assert signal["metadata"]["General"]["title"] == "example"
    assert signal["original_metadata"]["ImageList"]["TagGroup0"]["ImageTags"]["A"]["B"] == 7


def test_small_tags_are_read_without_the_pixels(tmp_path):
    tag_files.write_image(tmp_path / "a.dm4", example(np.dtype(np.complex64), (5, 6)))
    tags = tag_files.read_tags(tmp_path / "a.dm4", with_pixels=False)
    assert tags.get_as("ImageList[0]:Name", "string") == (True, "example")
    assert tags.find("ImageList[0]:ImageData:Data").value.size == 0


def test_numbers_that_are_no_text_stay_numbers(tmp_path):
    tags = TagGroup()
    tags.set("Spectrum", "array", np.array([1, 2, 0xD800], np.uint16))
    tag_files.write_tags(tmp_path / "a.gtg", tags)
    assert tag_files.read_tags(tmp_path / "a.gtg").find("Spectrum").value.tolist() == [1, 2, 0xD800]


@pytest.mark.parametrize("end", [0, 3, 12, 40, 200, -9])
def test_a_file_that_is_cut_off_is_refused(tmp_path, end):
    tag_files.write_image(tmp_path / "a.dm4", example(np.dtype(np.float32), (5, 6)))
    (tmp_path / "b.dm4").write_bytes((tmp_path / "a.dm4").read_bytes()[:end])
    with pytest.raises(DMError, match="no file of tags that DM wrote, or it is cut off"):
        tag_files.read_tags(tmp_path / "b.dm4")


def test_any_bytes_end_in_a_refusal(tmp_path):
    rng = np.random.default_rng(0)
    good = np.frombuffer(_file(tmp_path), np.uint8)
    for _ in range(200):
        bad = good.copy()
        bad[rng.integers(0, len(bad), 5)] = rng.integers(0, 256, 5)
        (tmp_path / "b.dm4").write_bytes(bad.tobytes())
        try:
            tag_files.image_of_file_tags(tag_files.read_tags(tmp_path / "b.dm4"))
        except DMError:
            pass


def test_tags_without_an_image_are_no_image():
    with pytest.raises(DMError, match="holds tags, but no image"):
        tag_files.image_of_file_tags(TagGroup())


def example(dtype, sizes):
    """An image with pixels of all bit patterns, calibrations and tags."""
    rng = np.random.default_rng(1)
    raw = rng.integers(0, 2 if dtype.kind == "b" else 120, np.prod(sizes) * dtype.itemsize, dtype=np.uint8)
    image = Image(raw.view(dtype).reshape(sizes[::-1]).copy(), "example")
    image.calibrations[0] = Calibration(2.5, 0.25, "1/nm")
    image.intensity = Calibration(1.0, 2.0, "e-")
    image.tags.set("A:B", "long", 7)
    assert dtype == RGB or np.isfinite(image.pixels.astype(complex)).all()
    return image


def _file(folder):
    tag_files.write_image(folder / "a.dm4", example(np.dtype(np.float32), (5, 6)))
    return (folder / "a.dm4").read_bytes()
