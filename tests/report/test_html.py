"""The page of a factorization: complete, alone, readable by eye and by ear, safe, small."""
import re

import numpy as np
import pytest

from offline_reference.report.html import results_page
from offline_reference.report.record import result_record
from offline_reference.report.results_folder import FILES

from .conftest import make_dataset, make_factors, make_run
from .page import Page


def page_of(dataset, factors, run):
    record = result_record(dataset, factors, run, FILES)
    return results_page(record, factors.diffractions, factors.maps, dataset.axes)


@pytest.fixture
def html(dataset, factors, run):
    return page_of(dataset, factors, run)


@pytest.fixture
def page(html):
    return Page(html)


def test_the_page_is_complete_and_loads_nothing(html, page):
    page.assert_sound()
    policies = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert re.sub(r"; script-src 'sha256-\S+'", "", policies[0]) == \
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert not re.search(r"(?:url\(|@import|https?://|fetch\(|XMLHttpRequest|import\()", html)


def test_every_component_has_its_diffraction_and_its_map(page):
    described = [image["alt"] for image in page.all("img") if image["alt"]]
    for k in (1, 2, 3):
        assert sum(alt.startswith("Diffraction of component {} of 3;".format(k)) for alt in described) == 1
        assert sum(alt.startswith("Map of component {} of 3;".format(k)) for alt in described) == 1
    assert len(page.pngs()) == 3 * 4 + 1  # two images and their colour bars for each component, and the error curve


def test_the_numbers_are_in_the_page(page, factors):
    shares = factors.maps.sum((1, 2)) / factors.maps.sum()
    for share in shares:
        assert "{:.1f} %".format(100 * share) in page.text
    for fact in ("2.500 counts²", "9.000 at the first iteration", "iteration 3 was kept", "0.2 cycles per scan pixel",
                 "from seed 7", "glass.dm4", "300", "dm-nmf factorize glass.dm4 -n 3", "6 pixels of 0.25 nm⁻¹"):
        assert fact in page.text, fact
    for name in FILES:
        assert name in page.text


def test_warnings_and_events_come_before_the_components(page):
    text = page.text
    for sentence in ("2 detector pixels never count.", "iteration 2: the map of component 3 was restarted."):
        assert text.count(sentence) == 1 and text.index(sentence) < text.index("Component 1")


def test_without_warnings_there_is_no_empty_box(dataset, factors, run):
    dataset.warnings, run["warnings"], factors.events = [], [], ()
    assert "Please note" not in page_of(dataset, factors, run)


def test_scale_bars_are_as_long_as_their_labels_say(html):
    bars = re.findall(r'<svg width="([\d.]+)%".*?</svg>([^<]+)<', html)
    assert len(bars) == 6
    for width, label in bars:
        length, units = label.split()
        whole = {"nm⁻¹": 6 * 0.25, "nm": 8 * 0.4}[units]  # six detector columns, eight scan columns
        if units == "nm":
            whole *= 1 / min(1, 1.5 / (7 * 0.8 / (8 * 0.4)))  # a tall map is narrower than its panel
        assert float(width) / 100 * whole == pytest.approx(float(length), rel=1e-3)  # widths have 2 decimals


def test_images_have_the_shape_of_detector_and_specimen(page):
    shapes = [float(re.search(r"aspect-ratio: 1 / ([\d.]+)", image["style"])[1])
              for image in page.all("div") if image.get("class") == "image"]
    assert shapes == pytest.approx([5 / 6, 7 * 0.8 / (8 * 0.4)] * 3, rel=1e-4)


HOSTILE = '"><script>alert(1)</script><img src=https://example.org/x onerror=alert(1)>&amp;{{ 7*7 }}</title>\'\udcff'


def test_a_hostile_title_path_unit_or_warning_stays_text(dataset, factors, run):
    dataset.title = dataset.path = dataset.order_reason = HOSTILE
    dataset.instrument = {HOSTILE: HOSTILE}
    dataset.warnings = [HOSTILE]
    dataset.axes["x"] = type(dataset.axes["x"])("x", 8, 0.4, 0.0, HOSTILE)
    run.update(command=HOSTILE, parameters={HOSTILE: HOSTILE}, method=HOSTILE, notes=[HOSTILE], started=HOSTILE)
    factors.events, factors.stopped = (HOSTILE + "2",), HOSTILE
    page = Page(page_of(dataset, factors, run))
    page.assert_sound()
    assert page.text.count("<script>alert(1)</script>") >= 10
    assert "{{ 7*7 }}" in page.text and "49" not in page.all("title")


def test_an_error_that_a_last_fit_of_the_maps_changed_is_told(dataset, factors, run):
    assert "A last fit" not in Page(page_of(dataset, factors, run)).text
    factors.mean_squared_error = 2.25
    assert "A last fit of the maps made it 2.250." in Page(page_of(dataset, factors, run)).text


@pytest.mark.parametrize("method", ["mu", "als", "hals", "sklearn", "constrained", "one of tomorrow"])
@pytest.mark.parametrize("stopped", ["converged", "max_iter", "cancelled"])
def test_what_was_done_is_told_for_every_method_and_end(dataset, factors, run, method, stopped):
    run["method"], factors.stopped = method, stopped
    text = Page(page_of(dataset, factors, run)).text
    assert ("cycles per scan pixel (given)" in text) == (method == "constrained")
    assert ("you stopped it" in text) == (stopped == "cancelled")


def test_a_single_component_without_history_has_a_page(dataset, run):
    factors = make_factors(n_k=1)
    factors.mse_history, factors.mean_squared_error = np.array([]), float("nan")
    page = Page(page_of(dataset, factors, run))
    page.assert_sound()
    assert "1 component of Zr glass" in page.text and "No error history was recorded." in page.text


def test_thirty_components_of_256_by_256_stay_below_3_megabytes_noise_or_not():
    random = np.random.default_rng(0)
    factors = make_factors(n_k=30, detector=(256, 256), scan=(256, 256))
    ring = np.exp(-(((np.hypot(*np.ogrid[-128:128, -128:128]) - 60) / 9) ** 2))
    factors.diffractions = random.poisson(ring * 100, (30, 256, 256)) / (ring.sum() * 100)
    dataset = make_dataset((256, 256), (256, 256))
    html = page_of(dataset, factors, make_run())
    assert len(html.encode()) <= 3e6
    Page(html).assert_sound()
