"""PNG bytes, read back with matplotlib (Pillow), which did not write the small ones."""
from io import BytesIO

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import Normalize

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
    pixels = read(panel_png(image, Normalize(0, 1), "viridis"))
    np.testing.assert_allclose(pixels[..., :3], matplotlib.colormaps["viridis"](image)[..., :3], atol=0.02)  # 1 of 256


def test_a_colour_bar_runs_through_its_colormap():
    pixels = read(colour_bar_png("viridis"))
    colours = matplotlib.colormaps["viridis"](np.linspace(0, 1, 256))
    np.testing.assert_allclose(pixels[0, :, :3], colours[:, :3], atol=0.01)


def test_noise_is_brought_below_the_size_asked_for_and_keeps_its_shape():
    image = np.random.default_rng(0).random((120, 200))
    full = panel_png(image, Normalize(0, 1), "inferno")
    fewer_colours = panel_png(image, Normalize(0, 1), "inferno", max_bytes=len(full) - 2000)
    fewer_pixels = panel_png(image, Normalize(0, 1), "inferno", max_bytes=5000)
    assert len(fewer_colours) <= len(full) - 2000 and len(fewer_pixels) <= 5000
    assert read(fewer_colours).shape[:2] == (120, 200) and read(fewer_pixels).shape[:2] == (60, 100)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (2, 3)])
def test_thin_images_have_a_panel_too_even_where_the_size_cannot_be_kept(shape):
    image = np.random.default_rng(0).random(shape)
    assert min(read(panel_png(image, Normalize(0, 1), "viridis", max_bytes=10)).shape[:2]) >= 1


def test_a_figure_gives_the_same_bytes_each_time_and_is_never_wider_than_a_screen_can_use():
    random = np.random.default_rng(0)
    stacks = random.random((30, 6, 5)), random.random((30, 8, 7))
    png = to_png(components_figure(*stacks))
    assert png == to_png(components_figure(*stacks))
    assert read(png).shape[1] <= 3200
