"""PNG bytes, read back with matplotlib (Pillow), which did not write the small ones."""
import base64
from io import BytesIO

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import LogNorm, Normalize

from offline_reference.figures import colour_bar_png, components_figure, panel_png, to_png


def read(png):
    return matplotlib.image.imread(BytesIO(png))


@pytest.mark.parametrize("kind", ["noise", "ramp", "steps"])  # each is packed best by another filter
def test_a_panel_holds_the_image_pixel_for_pixel(kind):
    image = {
        "noise": np.random.default_rng(0).random((23, 31)),
        "ramp": np.add.outer(np.arange(23), np.arange(31)) / 60,
        "steps": np.repeat(np.linspace(0, 1, 23), 31).reshape(23, 31),
    }[kind]
    pixels = read(panel_png(image, Normalize(0, 1), "viridis").png)
    np.testing.assert_allclose(pixels[..., :3], matplotlib.colormaps["viridis"](image)[..., :3], atol=0.03)  # 1 of 256


def test_a_colour_bar_runs_through_its_colormap():
    pixels = read(colour_bar_png("viridis"))
    colours = matplotlib.colormaps["viridis"](np.linspace(0, 1, 256))
    np.testing.assert_allclose(pixels[0, :, :3], colours[:, :3], atol=0.01)


def test_noise_is_brought_below_the_size_asked_for_and_keeps_its_shape():
    image = np.random.default_rng(0).random((120, 200))
    full = panel_png(image, Normalize(0, 1), "inferno")
    fewer_levels = panel_png(image, Normalize(0, 1), "inferno", max_bytes=len(full.png) - 2000)
    fewer_pixels = panel_png(image, Normalize(0, 1), "inferno", max_bytes=5000)
    assert len(fewer_levels.png) <= len(full.png) - 2000 and len(fewer_pixels.png) <= 5000
    assert read(fewer_levels.png).shape[:2] == fewer_levels.shape == (120, 200) and fewer_levels.levels.n < 256
    assert read(fewer_pixels.png).shape[:2] == fewer_pixels.shape == (60, 100)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (2, 3)])
def test_thin_images_have_a_panel_too_even_where_the_size_cannot_be_kept(shape):
    image = np.random.default_rng(0).random(shape)
    assert min(read(panel_png(image, Normalize(0, 1), "viridis", max_bytes=10).png).shape[:2]) >= 1


@pytest.mark.parametrize("norm, signed, step", [
    (LogNorm(1e-3, 1), False, 0.05), (Normalize(0, 1), False, 0.02), (Normalize(-1, 1), True, 0.05)])
def test_values_come_back_from_levels_also_beyond_the_contrast(norm, signed, step):
    random = np.random.default_rng(0)
    image = 10.0 ** random.uniform(-3, 2, (23, 31)) * (random.choice([-1, 1], (23, 31)) if signed else 1)
    levels = panel_png(image, norm, "inferno").levels
    back = levels.values()[levels.of(image)]
    strong = image > 10 * norm.vmin if isinstance(norm, LogNorm) else abs(image) > 0.1 * levels.top
    assert abs(back / image - 1)[strong].max() < step  # half a step between levels, which is what `bend` makes of it
    assert levels.values()[levels.of(np.zeros(1))] == 0
    assert levels.values().max() == pytest.approx(abs(image).max())


def test_the_palette_stands_where_a_script_will_replace_it():
    """Bytes 33 to 813, so that in base64 it begins and ends between two groups of four letters."""
    png = panel_png(np.eye(7, 9), Normalize(0, 1), "inferno", max_bytes=10).png  # fewer levels, as many entries
    assert png[33:41] == b"\0\0\3\0PLTE" and png[817:821] == b"IDAT"
    text = base64.b64encode(png)
    assert base64.b64decode(text[44:44 + 1040]) == png[33:813]


def test_a_figure_gives_the_same_bytes_each_time_and_is_never_wider_than_a_screen_can_use():
    random = np.random.default_rng(0)
    stacks = random.random((30, 6, 5)), random.random((30, 8, 7))
    png = to_png(components_figure(*stacks))
    assert png == to_png(components_figure(*stacks))
    assert read(png).shape[1] <= 3200
