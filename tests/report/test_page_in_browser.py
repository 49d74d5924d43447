"""The page of a factorization in a real browser: it loads cleanly, and each control does what it says."""
import base64
import json
import re

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import LogNorm, Normalize, PowerNorm

from offline_reference import figures, files, report
from offline_reference.figures.png import Levels
from offline_reference.numerics.cutoff import electron_wavelength

from .browser import Browser, find_browser
from .conftest import make_dataset, make_factors, make_run
from .test_html import HOSTILE, page_of

pytestmark = pytest.mark.skipif(find_browser() is None, reason="no Chromium or Chrome on this computer")
DETECTOR, SCAN = (15, 16), (7, 8)


@pytest.fixture(scope="module")
def browser():
    browser = Browser(find_browser())
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def data():
    """A dataset whose axes are zero inside the detector, and three components with discs."""
    dataset = make_dataset(DETECTOR, SCAN)
    dataset.axes["v"] = type(dataset.axes["v"])("v", DETECTOR[0], 0.25, -1.75, "1/nm")
    dataset.axes["u"] = type(dataset.axes["u"])("u", DETECTOR[1], 0.25, -2.0, "1/nm")
    factors = make_factors(3, DETECTOR, SCAN)
    factors.diffractions[:, 7, 8] = [1, 2, 3]
    factors.diffractions[1] *= factors.diffractions[1] ** 2
    factors.diffractions /= factors.diffractions.sum((1, 2), keepdims=True)
    factors.settings["centre"] = (7.0, 8.0)
    return dataset, factors


@pytest.fixture(scope="module")
def path(data, tmp_path_factory):
    out = tmp_path_factory.mktemp("browser") / "results"
    report.write_results(out, *data, make_run())
    return out / "report.html"


@pytest.fixture
def page(browser, path):
    browser.open(path)
    return browser


def choose(page, kind, **values):
    """Set fields as a reader does, then let the page know."""
    for name, value in values.items():
        page.run("""(() => {{ const field = document.querySelector('.controls [data-kind={}] [data-set={}]');
                     field.value = {!r}; field.dispatchEvent(new Event('input', {{bubbles: true}})); }})()""".format(
            kind, name, str(value)))


def set_same_limits(page):
    page.run("document.querySelector('.controls [name=same]').click()")


def seen(page, kind):
    """Each panel of a kind: its data, palette (n, 3) as the browser has it, and limits as they are written."""
    found = page.run("""[...document.querySelectorAll('.strip.arranged [data-panel]')].map((panel) => [
        panel.dataset.panel, panel.querySelector('.image img').src,
        [...panel.querySelectorAll('.colours span')].map((span) => span.textContent),
        panel.querySelector('.image img').alt])""")
    panels = []
    for text, source, limits, alt in found:
        data = json.loads(text)
        png = base64.b64decode(source.split(",")[1])
        palette = np.frombuffer(png[41:809], np.uint8).reshape(256, 3)[:data["levels"]["n"]]
        if data["kind"] == kind:
            panels.append((data, palette, limits, alt))
    return panels


def assert_looks(panel, norm, colours):
    """The palette gives each level the colour that matplotlib gives its value."""
    data, palette, *_ = panel
    shades = np.clip(np.ma.filled(norm(Levels(**data["levels"]).values()), 0), 0, 1)
    wanted = matplotlib.colormaps[colours](shades, bytes=True)[:, :3].astype(int)
    assert np.abs(palette.astype(int) - wanted).max() <= 4  # one entry of the colormap, by rounding


def test_it_loads_from_a_file_without_a_complaint_and_shows_its_controls(page):
    assert page.complaints == []
    assert page.run("getComputedStyle(document.querySelector('.controls')).display") != "none"
    assert page.run("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")
    assert page.run("document.querySelector('.read-out').hidden")


def test_pictures_are_intact_after_every_change(page):
    """A palette with a wrong check sum would be an image that the browser cannot show."""
    choose(page, "diffraction", stretch="gamma", colours="gray_r", gain=1)
    choose(page, "map", stretch="log", colours="inferno")
    page.wait_for(lambda: page.run("[...document.images].every((image) => image.complete && image.naturalWidth > 0)"))
    assert page.complaints == []


def test_scales_and_colours_are_those_of_matplotlib(page):
    for panel in seen(page, "diffraction"):
        assert_looks(panel, LogNorm(*panel[0]["limits"], clip=True), "inferno")
    choose(page, "diffraction", stretch="gamma", gamma=0.25, colours="viridis")
    choose(page, "map", stretch="linear", colours="gray_r")
    assert len(seen(page, "diffraction")) == len(seen(page, "map")) == 3
    for panel in seen(page, "diffraction"):
        assert_looks(panel, PowerNorm(0.25, 0, panel[0]["limits"][1], clip=True), "viridis")
        assert panel[2][0] == "0"
    for panel in seen(page, "map"):
        assert_looks(panel, Normalize(*panel[0]["limits"], clip=True), "gray_r")
    choose(page, "map", stretch="log")
    for panel in seen(page, "map"):
        top = panel[0]["limits"][1]
        assert_looks(panel, LogNorm(top / 1000, top, clip=True), "gray_r")
        assert panel[2] == [figures.readable_number(value, 2) for value in (top / 1000, top)]
    assert "gamma 0.25" in page.run("document.getElementById('figure-1-words').textContent")


def test_gamma_can_be_moved_only_where_it_counts(page):
    field = "document.querySelector('[data-kind=diffraction] [data-set=gamma]').disabled"
    assert page.run(field)
    choose(page, "diffraction", stretch="gamma")
    assert not page.run(field)


def test_the_upper_limit_is_moved_and_written_below_the_images_and_in_their_descriptions(page):
    choose(page, "diffraction", gain=1)
    for data, palette, limits, alt in seen(page, "diffraction"):
        top = figures.readable_number(10 * data["limits"][1], 2)
        assert limits[1] == top and alt.endswith("to {}.".format(top))
        assert_looks((data, palette), LogNorm(data["limits"][0], 10 * data["limits"][1], clip=True), "inferno")


def test_same_limits_are_the_same_and_hold_all_components(page, data):
    own = {limits[1] for *_, limits, _ in seen(page, "map")}
    assert len(own) == 3
    set_same_limits(page)
    assert "All diffractions have the same limits" in page.run("document.getElementById('figure-1-words').textContent")
    norm = figures.map_norm(data[1].maps)
    for panel in seen(page, "map"):
        assert panel[2] == ["0", figures.readable_number(norm.vmax, 2)]
        assert_looks(panel, norm, "viridis")
    assert len({tuple(limits) for _, _, limits, _ in seen(page, "diffraction")}) == 1


def test_reset_brings_back_what_was_made_in_python(page):
    def sources():
        return page.run("[...document.querySelectorAll('.image img')].map((image) => image.src)")

    before = sources()
    choose(page, "diffraction", stretch="linear", colours="gray", gain=-1)
    set_same_limits(page)
    assert sources() != before
    page.run("document.querySelector('.controls [type=reset]').click()")
    page.wait_for(lambda: "logarithmic" in page.run("document.getElementById('figure-1-words').textContent"))
    for kind, colours in (("diffraction", "inferno"), ("map", "viridis")):
        for panel in seen(page, kind):
            norm = LogNorm if kind == "diffraction" else Normalize
            assert_looks(panel, norm(*panel[0]["limits"], clip=True), colours)


def test_components_in_a_row_are_as_many_as_asked_for(page):
    for n in (1, 3):
        page.run("""(() => {{ const field = document.querySelector('.controls').elements.columns; field.value = '{}';
                     field.dispatchEvent(new Event('input', {{bubbles: true}})); }})()""".format(n))
        columns = page.run("getComputedStyle(document.querySelector('.strip.arranged')).gridTemplateColumns.split(' ')")
        assert len(columns) == n


def value_of(text):
    """The number at the end of a read-out."""
    number = re.search(r"([−\d.]+)(?:×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?(?: ± [\d.]+ %)?$", text)
    power = number[2].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) if number[2] else "0"
    return float(number[1].replace("−", "-")) * 10.0 ** int(power)


def read_at(page, panel, row, column, shape):
    """Point at the middle of a pixel and read what is said of it."""
    box = page.run("""(() => {{ const image = document.querySelectorAll('.image')[{}]; image.scrollIntoView();
                       const box = image.getBoundingClientRect(); return [box.left, box.top, box.width, box.height];
                       }})()""".format(panel))
    page.point(2, 2)
    page.wait_for(lambda: page.run("document.querySelector('.read-out').hidden"))
    page.point(box[0] + box[2] * (column + 0.5) / shape[1], box[1] + box[3] * (row + 0.5) / shape[0])
    page.wait_for(lambda: not page.run("document.querySelector('.read-out').hidden"))
    return page.run("document.querySelector('.read-out').textContent")


def test_pointing_at_a_diffraction_reads_place_angle_spacing_and_value(page, data):
    text = read_at(page, 0, 3, 12, DETECTOR)
    assert text.startswith("Diffraction of component 1 of 3")
    assert "u 1.00, v −1.00 nm⁻¹" in text
    q = 2 ** 0.5
    for fact in ("1.41 nm⁻¹", "{:.3g} mrad".format(1e3 * electron_wavelength(300) * q), "d = 0.707 nm"):
        assert fact in text
    assert value_of(text) == pytest.approx(data[1].diffractions[0, 3, 12], rel=0.03)


def test_pointing_at_a_map_reads_place_and_counts_whatever_the_contrast(page, data):
    choose(page, "map", stretch="log", colours="gray", gain=-1)
    for row, column in ((0, 0), (6, 7), (2, 5)):
        text = read_at(page, 3, row, column, SCAN)
        assert text.startswith("Map of component 2 of 3")
        assert "x {:.2f}, y {:.2f} nm".format(0.4 * column, 0.8 * row) in text
        assert value_of(text) == pytest.approx(data[1].maps[1, row, column], abs=0.02 * data[1].maps[1].max())


def test_the_cross_hair_marks_the_same_place_in_all_images_of_a_kind(page):
    read_at(page, 0, 3, 12, DETECTOR)
    marks = page.run("""[...document.querySelectorAll('.image')].slice(0, 4).map((image) => {
        const mark = image.querySelector('.cross'); return [mark.hidden, mark.style.left, mark.style.top]; })""")
    assert [hidden for hidden, *_ in marks] == [False, True, False, True]
    assert marks[0] == marks[2]
    assert float(marks[0][1][:-1]) == pytest.approx(100 * 12.5 / 16, abs=0.1)


def test_the_keyboard_reaches_the_images_and_moves_the_cross_hair(page):
    page.run("document.querySelector('.controls [type=reset]').focus()")
    page.press("Tab")

    def said():
        return page.wait_for(lambda: page.run("document.querySelector('.read-out').textContent"))

    assert "u 0.00, v 0.00 nm⁻¹" in said()
    for key, shift, place in (("ArrowRight", False, "u 0.25, v 0.00"), ("ArrowUp", False, "u 0.25, v −0.25"),
                              ("ArrowLeft", True, "u −2.00, v −0.25"), ("ArrowDown", True, "u −2.00, v 1.75"),
                              ("Home", False, "u 0.00, v 0.00")):
        page.press(key, shift)
        page.wait_for(lambda place=place: place in said())
    page.press("Escape")
    assert page.run("document.querySelector('.read-out').hidden")
    page.press("Tab")
    page.wait_for(lambda: said().startswith("Map of component 1 of 3"))
    assert page.run("document.activeElement.getAttribute('aria-label')").startswith("Map of component 1 of 3")
    assert page.run("document.querySelector('.read-out').getAttribute('aria-live')") == "polite"
    assert page.run("[...document.querySelectorAll('.controls input, .controls select')].every((one) => "
                    "one.labels.length === 1)")


def test_without_scripts_the_pictures_are_there_and_no_control_that_does_nothing(browser, path):
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(path)
        assert browser.run("getComputedStyle(document.querySelector('.controls')).display") == "none"
        assert browser.run("[...document.images].every((image) => image.naturalWidth > 0)")
    finally:
        browser.ask("Emulation.setScriptExecutionDisabled", value=False)


def test_it_prints_without_controls(page):
    page.ask("Emulation.setEmulatedMedia", media="print")
    try:
        shown = page.run("['.controls', '.read-out', '.skip'].map((one) => "
                         "getComputedStyle(document.querySelector(one)).display)")
    finally:
        page.ask("Emulation.setEmulatedMedia", media="")
    assert shown == ["none"] * 3
    assert page.pdf().startswith(b"%PDF")


def test_nothing_is_cut_off_on_a_narrow_screen(browser, path):
    browser.open(path, width=380, height=700)
    assert browser.run("document.documentElement.scrollWidth") <= 380


def test_a_hostile_file_runs_nothing(browser, tmp_path):
    dataset, factors, run = make_dataset(), make_factors(), make_run()
    dataset.title = dataset.path = HOSTILE
    dataset.axes["x"] = type(dataset.axes["x"])("x", 8, 0.4, 0.0, HOSTILE)
    path = tmp_path / "report.html"
    path.write_text(page_of(dataset, factors, {**run, "notes": [HOSTILE]}), encoding="utf-8", errors="replace")
    browser.open(path)
    assert browser.complaints == []
    assert browser.run("document.scripts.length") == 2


def test_signed_images_of_a_pca_keep_their_contrast_and_read_negative_values(browser, data, tmp_path):
    random = np.random.default_rng(0)
    diffractions, maps = random.standard_normal((2, *DETECTOR)), random.standard_normal((2, *SCAN))
    maps[0, 2, 5] = -3.0
    report.write_pca(tmp_path / "pca", data[0], diffractions, maps, np.array([0.6, 0.2]), make_run())
    browser.open(tmp_path / "pca" / "report.html")
    assert browser.run("document.querySelector('.controls')") is None
    text = read_at(browser, 1, 2, 5, SCAN)
    assert text.startswith("Map of PCA component 1") and value_of(text) == pytest.approx(-3.0, rel=0.03)
    assert browser.complaints == []


def test_a_comparison_has_the_same_controls(browser, data, path, tmp_path):
    one, other = (report.read_results(path.parent, name) for name in ("one", "other"))
    report.write_comparison(tmp_path / "compared", [one, other], make_run())
    browser.open(tmp_path / "compared" / "report.html")
    choose(browser, "map", colours="gray")
    set_same_limits(browser)
    panels = seen(browser, "map")
    assert len(panels) == 6 and len({panel[2][1] for panel in panels}) == 1
    for panel in panels:
        assert_looks(panel, figures.map_norm(data[1].maps), "gray")
    assert browser.complaints == []


def test_positions_of_data_without_calibration_are_pixels(browser, tmp_path):
    dataset, factors = make_dataset(DETECTOR, SCAN), make_factors(1, DETECTOR, SCAN)
    dataset.axes = files.dataset.uncalibrated(dataset.pixels, dataset.order)
    report.write_results(tmp_path / "out", dataset, factors, make_run())
    browser.open(tmp_path / "out" / "report.html")
    text = read_at(browser, 0, 3, 12, DETECTOR)
    assert "u 12, v 3 px" in text and "mrad" not in text and "from the centre" not in text
