"""New images: types, sizes, limits; conversions; questions about types."""

import numpy as np
import pytest

from offline_reference.virtual_dm.images import RGB, Image
from offline_reference.virtual_dm.script.errors import ScriptStopped
from tests.virtual_dm.builtins.scripts import error_of, pixels_of, ramp, run, value_of

CREATORS = {
    'RealImage("t", 4, 6, 5)': ((5, 6), np.float32),
    'RealImage("t", 8, 6)': ((6,), np.float64),
    'RealImage("t", 4, 6, 5, 4, 3)': ((3, 4, 5, 6), np.float32),
    'IntegerImage("t", 1, 0, 6, 5)': ((5, 6), np.uint8),
    'IntegerImage("t", 2, 1, 6, 5)': ((5, 6), np.int16),
    'IntegerImage("t", 4, 0, 6, 5, 4)': ((4, 5, 6), np.uint32),
    'ComplexImage("t", 8, 6, 5)': ((5, 6), np.complex64),
    'ComplexImage("t", 16, 6, 5)': ((5, 6), np.complex128),
    'RGBImage("t", 4, 6, 5)': ((5, 6), RGB),
    'BinaryImage("t", 6, 5)': ((5, 6), np.bool_),
    'NewImage("t", 2, 6, 5)': ((5, 6), np.float32),
    'NewImage("t", 10, 6)': ((6,), np.uint16),
    'CreateFloatImage("t", 6, 5)': ((5, 6), np.float32),
    'CreateByteImage("t", 6, 5)': ((5, 6), np.uint8),
    'CreateShortImage("t", 6, 5)': ((5, 6), np.int16),
    'CreateLongImage("t", 6, 5)': ((5, 6), np.int32),
    'CreateComplexImage("t", 6, 5)': ((5, 6), np.complex64),
    'CreateReal3DImage("t", 4, 6, 5, 4)': ((4, 5, 6), np.float32),
}


@pytest.mark.parametrize("call, expected", CREATORS.items())
def test_creators_give_zeros_of_their_type_and_size(call, expected):
    pixels = pixels_of(call)
    assert (pixels.shape, pixels.dtype) == expected
    assert not pixels.view(np.uint8).any()


def test_impossible_types_and_sizes_are_refused():
    assert "4 or 8 bytes, not 3" in error_of('image i := RealImage("t", 3, 6, 5)')
    assert "at least one pixel" in error_of('image i := RealImage("t", 4, 0, 5)')
    assert "needs" in error_of('image i := RealImage("t", 8, 1e5, 1e5)', kind=ScriptStopped)


def test_the_memory_limit_counts_the_bytes_of_the_data_type():
    assert "1.6e+10 bytes" in error_of('image i := ComplexImage("t", 16, 1e5, 1e4)', kind=ScriptStopped)
    assert "8e+09 bytes" in error_of('image i := RealImage("t", 8, 1e5, 1e4)', kind=ScriptStopped)
    assert "4e+09 bytes" in error_of('image i := RealImage("t", 4, 1e5, 1e4)', kind=ScriptStopped)


def test_a_clone_is_independent_and_keeps_name_calibration_and_tags():
    source = ramp(6, 5)
    source.calibrations[0].units = "nm"
    source.tags.set("a", "long", 3)
    front = run("image c := ImageClone(A)\nA = 0\nc.ShowImage()", source).front_image()
    np.testing.assert_array_equal(front.pixels, ramp(6, 5).pixels)
    assert (front.name, front.calibrations[0].units, front.tags.get_as("a", "long")) == ("ramp", "nm", (True, 3))


def test_conversions_change_the_image_and_truncate_toward_zero():
    image = Image(np.array([[1.9, -1.9, 300.0]], np.float32))
    assert run("A.ConvertToLong()", image).front_image().pixels.tolist() == [[1, -1, 300]]
    assert run("A.ImageChangeDataType(12)", ramp(3, 2)).front_image().pixels.dtype == np.float64
    assert run("A.ConvertToComplex()", ramp(3, 2)).front_image().pixels.dtype == np.complex64


def test_resizing_makes_a_blank_of_the_same_type():
    front = run("A.ImageResize(3, 4, 3, 2)", ramp(6, 5, dtype=np.int16)).front_image()
    assert front.pixels.shape == (2, 3, 4) and front.pixels.dtype == np.int16 and not front.pixels.any()


@pytest.mark.parametrize(
    "question, answers",
    [
        ("ImageIsDataTypeReal(A)", "1101001"),
        ("ImageIsDataTypeFloat(A)", "1001000"),
        ("ImageIsDataTypeInteger(A)", "0100001"),
        ("ImageIsDataTypeComplex(A)", "0010000"),
        ("ImageIsDataTypeRGB(A)", "0000100"),
        ("ImageIsDataTypeBinary(A)", "0000010"),
        ("IsByteImage(A)", "0000001"),
        ("IsRGBDataType(A, 4)", "0000100"),
        ("IsComplexDataType(A, 8)", "0010000"),
    ],
)
def test_questions_about_types(question, answers):
    kinds = (np.float32, np.int16, np.complex64, np.float64, RGB, np.bool_, np.uint8)
    found = [value_of(question, Image(np.zeros((2, 3), kind))) for kind in kinds]
    assert found == [int(answer) for answer in answers]


def test_type_codes_come_from_words_too():
    assert value_of('ImageConstructDataType("scalar", "uint", 0, 16)') == 10
    assert value_of('ImageConstructDataType("scalar", "float", 0, 64)') == 12
    assert "no data type" in error_of('result(ImageConstructDataType("scalar", "uint", 0, 17))')


def test_channels_go_together_and_apart():
    code = "rgbimage c = rgb(A, 2 * A, 300)\nc.ShowImage()"
    front = run(code, ramp(6, 5)).front_image()
    assert front.pixels[1, 2].tolist() == (255, 16, 8, 0)  # blue clipped, green 2 * 8, red 8
    assert value_of("sum(green(B))", ramp(6, 5), front_twin(front)) == 2 * ramp(6, 5).pixels.sum()


def front_twin(image):
    """The same pixels as an image of no workspace."""
    return Image(image.pixels.copy(), "colours")


def test_one_channel_can_be_written():
    front = run("red(A) = icol * 50\nblue(A) = 7", Image(np.zeros((5, 6), RGB))).front_image()
    assert front.pixels["r"][3].tolist() == [0, 50, 100, 150, 200, 250]
    assert (front.pixels["b"] == 7).all() and not front.pixels["g"].any()
    assert "RGB image" in error_of("red(A) = 3", ramp(6, 5))


def test_real_and_imaginary_parts_can_be_written():
    front = run("real(A) = icol\nimaginary(A) = irow", Image(np.zeros((5, 6), np.complex64))).front_image()
    assert front.pixels[4, 5] == 5 + 4j


def test_a_gradient_of_colours_becomes_a_colour_table():
    code = "TagGroup list = NewTagList(), entry\n" + "".join(
        f'entry = NewTagGroup()\nentry.TagGroupSetTagAsLong("Index", {index})\n'
        f'entry.TagGroupSetTagAsRGBUInt16("RGB", {red}, {green}, {blue})\nlist.TagGroupInsertTagAsTagGroup(-1, entry)\n'
        for index, red, green, blue in ((0, 0, 0, 255), (100, 255, 255, 255), (255, 255, 0, 0))
    )
    table = pixels_of("COLUGradientColorCLUT(list)", before=code)
    assert table.shape == (1, 256)
    assert [table[0, place].tolist()[:3] for place in (0, 20, 100, 255)] == [
        (255, 0, 0),
        (255, 51, 51),
        (255, 255, 255),
        (0, 0, 255),
    ]
    assert "Index and an RGB" in error_of(
        "TagGroup l = NewTagList()\nl.TagGroupInsertTagAsNumber(-1, 1)\nimage t := COLUGradientColorCLUT(l)"
    )
