"""Image expressions against NumPy: sizes, types, icol and irow, brackets read and written, slices."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.script.image_expressions import chosen
from offline_reference.virtual_dm.script.indexing import pixels_at
from tests.virtual_dm.running import DEPTH, HEIGHT, WIDTH, pixels_of, ramp, run, value_of

ROWS, COLUMNS = np.indices((HEIGHT, WIDTH))
FRONT = "image a := GetFrontImage()\n"


def sized(expression):
    return f"ExprSize({WIDTH}, {HEIGHT}, {expression})"


@pytest.mark.parametrize(
    "expression, expected",
    [
        ("icol + 10*irow", COLUMNS + 10 * ROWS),
        ("iwidth*100 + iheight", np.full((HEIGHT, WIDTH), WIDTH * 100 + HEIGHT)),
        ("iradius", np.hypot(COLUMNS - WIDTH / 2, ROWS - HEIGHT / 2)),
        ("itheta", np.arctan2(ROWS - HEIGHT / 2, COLUMNS - WIDTH / 2)),
        ("icol == irow", COLUMNS == ROWS),
        ("(icol > 1) + (irow > 1)", (COLUMNS > 1).astype(int) + (ROWS > 1)),
        ("icol >= 1 & icol <= 2", (COLUMNS >= 1) & (COLUMNS <= 2)),
        ("icol & 1", COLUMNS & 1),
        ("icol == 1 || irow == 2", (COLUMNS == 1) | (ROWS == 2)),
        ("icol % 3", COLUMNS % 3),
        ("-icol ** 2", -(COLUMNS**2)),
        ("2 ** icol", 2.0**COLUMNS),
        ("icol > 2 ? irow : -1", np.where(COLUMNS > 2, ROWS, -1)),
        ("tert(icol > irow, icol, irow)", np.maximum(COLUMNS, ROWS)),
        ("!(icol)", COLUMNS == 0),
        ("5", np.full((HEIGHT, WIDTH), 5)),
    ],
)
def test_intrinsic_variables_and_operators_agree_with_numpy(expression, expected):
    assert np.allclose(pixels_of(sized(expression)), expected, rtol=1e-6)


SIDES = [
    *[np.array([[np.nan, -0.0, 3.5], [np.inf, -7, 1e-30]], dtype) for dtype in (np.float32, np.float64)],
    *[np.array([[2, -2, 7]], dtype) for dtype in (np.int8, np.float32, np.complex64)],
    *[-1.5, 0, np.float64(2)],
]


@pytest.mark.parametrize("if_true", SIDES)
@pytest.mark.parametrize("if_false", SIDES)
@pytest.mark.parametrize("condition", [[[1, 0, 1], [0, 1, 0]], [[1], [0]], [[1, 0, 1]]])
def test_choosing_pixel_by_pixel_gives_the_very_bits_of_numpys_where(condition, if_true, if_false):
    condition = np.array(condition, bool)
    found, expected = np.broadcast_arrays(chosen(condition, if_true, if_false), np.where(condition, if_true, if_false))
    assert found.dtype == expected.dtype and found.tobytes() == expected.tobytes()


def test_the_zero_of_iradius_lies_at_half_the_size():
    assert np.argwhere(pixels_of("ExprSize(8, 8, iradius)") == 0).tolist() == [[4, 4]]


def test_iplane_counts_the_third_dimension():
    found = pixels_of(f"ExprSize({WIDTH}, {HEIGHT}, {DEPTH}, iplane*100 + irow*10 + icol)")
    assert found.shape == (DEPTH, HEIGHT, WIDTH) and found[3, 2, 1] == 321


# -- = and := ---------------------------------------------------------------------------------------------------------


def test_bind_shares_pixels_and_assign_copies_them():
    workspace = run(FRONT + "image b := a\nimage c = a\nb = 1\nc = 2\nexit(sum(a))", ramp(WIDTH, HEIGHT))
    assert workspace.exit_value == WIDTH * HEIGHT


def test_assignment_keeps_the_type_of_the_target_and_truncates():
    target = Image(np.zeros((1, 3), np.int16), "target")
    run(FRONT + "a = tert(icol == 0, -1.7, icol + 0.9)", target)
    assert target.pixels.tolist() == [[-1, 1, 2]]


def test_assignment_to_a_displayed_image_changes_the_user_s_data():
    image = ramp(WIDTH, HEIGHT)
    run(FRONT + "a = a - 1", image)
    assert image.pixels[0, 0] == -1


@pytest.mark.parametrize(
    "expression, dtype",
    [
        ("a + 1", np.float32),
        ("b + a", np.float32),
        ("c * a", np.float64),
        ("a > 1", np.float32),
        ("complex(a, 1)", np.complex64),
        ("complex(c, 1)", np.complex128),
        ("a + complex(0, 1)", np.complex64),
    ],
)
def test_the_type_of_a_new_image_follows_its_operands(expression, dtype):
    before = 'image a := RealImage("", 4, 3, 2), b := IntegerImage("", 2, 1, 3, 2), c := RealImage("", 8, 3, 2)'
    assert pixels_of(expression, before=before).dtype == dtype


def test_expressions_of_integers_do_not_wrap():
    before = 'image a := IntegerImage("", 1, 0, 3, 2)\na = 200'
    assert pixels_of("a + a", before=before)[0, 0] == 400


@pytest.mark.parametrize(
    "expression, expected",
    [
        ("a - b", -10),
        ("-a", -200),
        ("a * a * a", 200**3),
        ("a / b", 200 / 210),
        ("a ** 2", 40000),
        ("a % 7", 200 % 7),
        ("a > b", 0),
        ("a & 15", 200 & 15),
        ("tert(a > b, a, -b)", -210),
        ("abs(a - b)", 10),
    ],
)
def test_bytes_are_computed_as_numbers(expression, expected):
    before = 'image a := IntegerImage("", 1, 0, 3, 2), b := IntegerImage("", 1, 0, 3, 2)\na = 200\nb = 210'
    assert pixels_of(expression, before=before)[1, 2] == pytest.approx(expected, rel=1e-6)


def test_what_does_not_fit_into_an_integer_wraps_and_nan_becomes_zero():
    before = 'image a := IntegerImage("", 2, 1, 4, 1), r := RealImage("", 8, 4, 1)\n'
    before += "r = tert(icol == 0, 70000.9, tert(icol == 1, -1.9, tert(icol == 2, 32767.9, 0/0)))\na = r"
    assert pixels_of("a", before=before).tolist() == [[70000 - 65536, -1, 32767, 0]]


def test_an_integer_target_takes_part_in_its_own_change():
    target = Image(np.full((1, 3), 250, np.uint8), "target")
    run(FRONT + "a += 10\na -= 5\na[0, 0] -= 1", target)
    assert target.pixels.tolist() == [[254, 255, 255]]


def test_a_copy_of_an_image_keeps_its_type():
    assert pixels_of("b", before='image a := IntegerImage("", 2, 1, 3, 2)\nimage b = a').dtype == np.int16


def test_an_expression_can_be_made_double_by_a_switch():
    assert pixels_of("a + 1", before='image a := RealImage("", 4, 3, 2)', expression_type="double").dtype == np.float64


@pytest.mark.parametrize("operator, result", [("+=", 7), ("-=", 3), ("*=", 10), ("/=", 2.5), ("=", 2)])
def test_images_are_changed_in_place(operator, result):
    assert value_of("a.GetPixel(1, 1)", before=f'image a := RealImage("", 4, 3, 2)\na = 5\na {operator} 2') == result


def test_whether_one_dimension_differs_from_one_row_is_a_switch():
    script = 'image a := RealImage("", 4, 4), b := RealImage("", 4, 4, 1)\nb = icol\na = b\nexit(sum(a))'
    with pytest.raises(Exception, match="sizes do not match"):
        run(script)
    assert run(script, one_dimension="same").exit_value == 6


def test_random_numbers_differ_from_pixel_to_pixel():
    found = pixels_of("h", before='image h := RealImage("", 4, 30, 20)\nh = UniformRandom()')
    assert len(np.unique(found)) > 500 and 0 <= found.min() and found.max() < 1


def test_a_random_number_alone_is_a_number():
    assert 0 <= value_of("r", before="number r = Random() * 2") < 2


def test_a_number_s_condition_may_be_random():
    assert value_of("Random() < 2 ? 1 : 0") == 1


# -- brackets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "expression, expected",
    [
        ("a[irow, icol]", lambda p: p.T),
        ("a[iwidth - 1 - icol, irow]", lambda p: p[:, ::-1]),
        ("a[icol, 0]", lambda p: np.broadcast_to(p[0], p.shape)),
        ("a[0, irow]", lambda p: np.broadcast_to(p[:, :1], p.shape)),
        ("a * a[2, 1]", lambda p: p * p[1, 2]),
        ("a[icol + 0.7, irow]", lambda p: p),
        ("a[icol - 1, irow]", lambda p: np.pad(p, ((0, 0), (1, 0)))[:, :-1]),
    ],
)
def test_every_pixel_looks_up_its_own_place(expression, expected):
    image = ramp(WIDTH, HEIGHT)
    wanted = expected(image.pixels)
    before = FRONT + f'image b := RealImage("", 4, {wanted.shape[1]}, {wanted.shape[0]})\nb = {expression}'
    assert np.array_equal(pixels_of("b", image, before=before), wanted)


def test_what_is_read_outside_is_a_switch():
    image = ramp(WIDTH, HEIGHT)
    assert np.array_equal(
        pixels_of("b", image, before=FRONT + "image b = a\nb = a[icol + 1, irow]", outside_value="edge"),
        np.pad(image.pixels, ((0, 0), (0, 1)), mode="edge")[:, 1:],
    )


def test_how_a_fractional_index_becomes_whole_is_a_switch():
    image = ramp(WIDTH, HEIGHT)
    before = FRONT + "image b = a\nb = a[icol*0 + 1.7, irow*0]"
    assert value_of("b.GetPixel(0, 0)", image, before=before) == 1
    assert value_of("b.GetPixel(0, 0)", image, before=before, index_rounding="round") == 2


def test_three_indices_permute_axes():
    stack = ramp(WIDTH, HEIGHT, DEPTH)
    before = FRONT + f'image b := RealImage("", 4, {HEIGHT}, {DEPTH}, {WIDTH})\nb = a[iplane, icol, irow]'
    assert np.array_equal(pixels_of("b", stack, before=before), stack.pixels.transpose(2, 0, 1))


@pytest.mark.parametrize(
    "target, expected",
    [
        (f'RealImage("", 4, {WIDTH}, 1)\nb[icol, 0] += a', lambda p: p.sum(axis=0)[None, :]),
        (f'RealImage("", 4, {HEIGHT}, 1)\nb[irow, 0] += a', lambda p: p.sum(axis=1)[None, :]),
        (f'RealImage("", 4, 1, {HEIGHT})\nb[0, irow] -= a', lambda p: -p.sum(axis=1)[:, None]),
        (f'RealImage("", 4, {HEIGHT}, {WIDTH})\nb[irow, icol] = a', lambda p: p.T),
        ('RealImage("", 4, 2, 1)\nb[icol % 2, 0] += a', lambda p: np.array([[p[:, ::2].sum(), p[:, 1::2].sum()]])),
        ('RealImage("", 4, 31, 1)\nb[a, 0] += 1', lambda p: np.pad(np.ones((1, 30)), ((0, 0), (0, 1)))),
        ('RealImage("", 4, 3, 1)\nb[icol, 0] += a', lambda p: p.sum(axis=0)[None, :3]),
        ('RealImage("", 4, 2, 2)\nb[1, 0] = 7\nb[1, 0] += 1\nb[0, 1]++', lambda p: np.array([[0, 8], [1, 0]])),
    ],
)
def test_pixels_are_sent_to_their_places_and_added_up(target, expected):
    image = ramp(WIDTH, HEIGHT)
    found = pixels_of("b", image, before=FRONT + f"image b := {target}")
    assert np.allclose(found, expected(image.pixels.astype(float)))


def test_complex_pixels_are_added_up_too():
    before = FRONT + f'image b := ComplexImage("", 8, {WIDTH}, 1)\nb[icol, 0] += complex(a, -a)'
    image = ramp(WIDTH, HEIGHT)
    assert np.allclose(pixels_of("b", image, before=before)[0], image.pixels.sum(axis=0) * (1 - 1j))


def test_rectangles_are_views_in_the_order_top_left_bottom_right():
    image = ramp(WIDTH, HEIGHT)
    expected = image.pixels.copy()
    expected[1:4, 2:5] = np.arange(3)
    run(FRONT + "a[1, 2, 4, 5] = icol", image)
    assert np.array_equal(image.pixels, expected)


def test_a_bound_rectangle_is_a_view_and_an_assigned_one_is_a_copy():
    image = ramp(WIDTH, HEIGHT)
    run(FRONT + "image v := a[0, 0, 1, 2]\nimage c = a[1, 0, 2, 2]\nv = -1\nc = -2", image)
    assert image.pixels[0, :2].tolist() == [-1, -1] and image.pixels.min() == -1


def test_a_rectangle_of_a_stack_keeps_its_planes_and_a_box_cuts_them():
    stack = ramp(WIDTH, HEIGHT, DEPTH)
    assert np.array_equal(pixels_of("b", stack, before=FRONT + "image b = a[1, 2, 4, 5]"), stack.pixels[:, 1:4, 2:5])
    assert np.array_equal(
        pixels_of("b", stack, before=FRONT + "image b = a[2, 1, 0, 5, 4, 2]"), stack.pixels[:2, 1:4, 2:5]
    )


def test_a_rectangle_may_be_copied_over_itself():
    image = ramp(WIDTH, HEIGHT)
    expected = image.pixels.copy()
    expected[:, 1:] = image.pixels[:, :-1]
    run(FRONT + f"a[0, 1, {HEIGHT}, {WIDTH}] = a[0, 0, {HEIGHT}, {WIDTH} - 1]", image)
    assert np.array_equal(image.pixels, expected)


def test_empty_brackets_are_the_selection_or_all_of_it():
    script = "img.ShowImage()\nimg[] = 1\nROI r = NewROI()\nr.ROISetRectangle(1, 1, 3, 4)\n"
    script += "img.ImageGetImageDisplay(0).ImageDisplayAddROI(r)\nimg[] += icol"
    found = pixels_of("img", before=f'image img := RealImage("", 4, {WIDTH}, {HEIGHT})\n' + script)
    expected = np.ones((HEIGHT, WIDTH))
    expected[1:3, 1:4] += np.arange(3)
    assert np.array_equal(found, expected)


def test_slices_are_written_through():
    stack = ramp(WIDTH, HEIGHT, DEPTH)
    expected = stack.pixels.copy()
    expected[2] = COLUMNS
    run(FRONT + f"a.Slice2(0, 0, 2, 0, {WIDTH}, 1, 1, {HEIGHT}, 1) = icol", stack)
    assert np.array_equal(stack.pixels, expected)


def test_labels_are_names_of_images():
    workspace = run("a = 3\nimage b = A + 1\nexit(sum(b))", ramp(WIDTH, HEIGHT))
    assert workspace.exit_value == 4 * WIDTH * HEIGHT


def test_image_literals_have_rows_of_expressions():
    found = pixels_of("[3, 2] : {\n{1, 2, 3},\n{4, n, n + 1}\n}", before="number n = 5")
    assert found.tolist() == [[1, 2, 3], [4, 5, 6]]


def test_colours_are_mixed_channel_by_channel():
    found = pixels_of("c", before="image c := RGBImage(\"\", 4, 2, 1)\nc = rgb(10, 20, 300)\nc = c / 2")
    assert [int(found[0, 0][channel]) for channel in "rgb"] == [5, 10, 127]


def test_four_dimensions():
    data = ramp(3, 4, 5, 6)
    before = FRONT + "image d = a.SliceN(4, 2, 1, 2, 0, 0, 2, 5, 1, 3, 6, 1)"
    assert np.array_equal(pixels_of("d", data, before=before), data.pixels[:, :, 2, 1])
    assert np.array_equal(pixels_of("b", data, before=FRONT + "image b = a * 2"), data.pixels * 2)


@given(st.sampled_from("+-*/"), st.sampled_from("+-*/"), st.floats(-100, 100, width=32), st.floats(-100, 100, width=32))
def test_arithmetic_agrees_with_numpy(first, second, x, y):
    a = np.linspace(-3, 4, WIDTH * HEIGHT, dtype=np.float32).reshape(HEIGHT, WIDTH)
    functions = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}
    with np.errstate(all="ignore"):
        if {"*", "/"} & {second} and first in "+-":
            expected = functions[first](a, functions[second](np.float32(x), np.float32(y)))
        else:
            expected = functions[second](functions[first](a, np.float32(x)), np.float32(y))
    found = pixels_of(f"a {first} {x!r} {second} {y!r}".replace("- -", "- -"), Image(a.copy(), "a"), before=FRONT)
    assert np.allclose(found, expected, rtol=1e-5, atol=1e-4, equal_nan=True)


WHOLE_ROW = np.arange(WIDTH)
PLACES = [
    (np.array([[4], [0], [2]]), WHOLE_ROW[None, :]),
    (np.array([[[4], [0]], [[2], [2]]]), WHOLE_ROW[None, None, :]),
    (np.array([[3], [1]]), WHOLE_ROW),
    (np.array(2), WHOLE_ROW[None, :]),
    (np.array([[4], [0], [2]]), WHOLE_ROW[None, ::-1]),
    (np.array([[4], [0], [2]]), WHOLE_ROW[None, :-1]),
    (np.array([[4], [0], [2]]), np.array(0)),
    (np.array([[4, 0, 2, 1, 1, 3]]), WHOLE_ROW[None, :]),
    (np.array([[4, 0, 2, 1, 1, 3]]).T, WHOLE_ROW[:, None]),
]


@pytest.mark.parametrize("places", PLACES, ids=repr)
def test_whole_rows_are_looked_up_at_once_with_the_result_of_pixel_by_pixel(places):
    pixels = ramp(WIDTH, HEIGHT).pixels
    found, expected = pixels_at(pixels, places), pixels[places]
    assert found.shape == expected.shape and (found == expected).all()
