"""components: the suggestion on data whose number is known and on glass, and the folder."""
import json

import numpy as np
import pytest

from offline_reference.cli import components
from offline_reference.numerics.components import Curve, noise_strengths, suggest_n_components
from offline_reference.numerics.unfold import unfold
from offline_reference.simulate import crystals_in_amorphous
from tests.numerics.test_components import glass
from tests.report.page import Page

WRITTEN = {"numbers.png", "residuals.png", "components.npz", "report.html", "result.json"}


def suggestion(pixels):
    strengths, noise_level = noise_strengths(unfold(pixels))
    return suggest_n_components(Curve(None, {}, strengths, noise_level, "max_iter"))


@pytest.mark.parametrize("dose, beam_part, at_least", [(1e4, 0.25, 8), (1e3, 0.25, 8), (1e3, 0.75, 4)])
def test_crystals_in_amorphous_material_are_counted(dose, beam_part, at_least, capsys):
    """One amorphous pattern and 1 to 5 crystals, 8 data sets each.

    Where 250 electrons of a pattern are outside the central disc, the faintest of several crystals drown in noise;
    then there is no suggestion, or one too few, but never noise for a component.
    """
    right, told = 0, []
    for seed in range(8):
        n_crystals = 1 + seed % 5
        data = crystals_in_amorphous((32, 36), (36, 40), n_crystals, dose, seed=300 + seed, beam_part=beam_part)
        found, reason = suggestion(data.pixels)
        told.append("{} of {}".format(found, n_crystals + 1))
        right += found == n_crystals + 1
        assert found is None or found <= n_crystals + 1, reason
    with capsys.disabled():
        print("\n{:g} electrons, {:g} in the disc, suggested: {}".format(dose, beam_part, ", ".join(told)))
    assert right >= at_least


@pytest.mark.parametrize("seed", range(3))
def test_a_glass_has_no_elbow(seed):
    """Fig. S4: patterns that do not repeat."""
    found, reason = suggestion(glass(seed))
    assert found is None and reason.startswith("no elbow")


def test_the_folder_holds_curves_residuals_and_numbers(run, dm4, workplace):
    answer = run("components", dm4, "-n", 4, "--starts", 2, "--max-iter", 40, "-o", "out")
    assert answer.code == 0, answer.err
    assert {path.name for path in (workplace / "out").iterdir()} == WRITTEN
    record = json.loads((workplace / "out" / "result.json").read_text())
    assert set(record["files"]) == WRITTEN and record["numbers"] == [1, 2, 3, 4]
    assert record["suggested"] == 2 and record["residuals_of"] == 2  # one crystal in amorphous material
    assert "Suggested: 2 components. 2 principal components stand above" in answer.out
    assert set(record["errors"]) == {"pca", "als", "mu", "constrained"}
    with np.load(workplace / "out" / "components.npz") as arrays:
        for method in ("als", "mu", "constrained"):
            assert (arrays["mse_" + method] >= arrays["mse_pca"] * (1 - 1e-9)).all()
        assert arrays["residual_map"].shape == (10, 12) and arrays["residual_diffraction"].shape == (14, 16)
        assert 0.8 < arrays["residual_map"].mean() < 1.2  # nothing but counting noise is left
        assert arrays["worst_component"][1] > 0.99 > arrays["worst_component"][3]
        assert (arrays["out_of_band_constrained"] < 1e-4).all() and arrays["out_of_band_als"][3] > 0.01
        assert np.isfinite(arrays["dark_peaks_mu"]).all()
    page = Page((workplace / "out" / "report.html").read_text("utf-8"))
    page.assert_sound()
    assert "2 components." in page.text and "above the counting noise" in page.text and len(page.pngs()) == 2


def test_without_starts_there_is_less_and_it_says_so(run, dm4, workplace):
    answer = run("components", dm4, "-n", 3, "--starts", 0, "--max-iter", 20, "-q", "-o", "out")
    assert answer.code == 0, answer.err
    assert answer.out.startswith("Suggested: 2") and len(answer.out.splitlines()) == 2
    record = json.loads((workplace / "out" / "result.json").read_text())
    assert set(record["errors"]) == {"pca", "als", "mu"} and record["stability"] == {}
    assert record["parameters"]["residuals"] == "2 components, als"


def test_more_components_than_were_tried_are_suggested_with_a_word_about_it(run, dm4, workplace):
    answer = run("components", dm4, "-n", 1, "--starts", 0, "--max-iter", 2, "-q", "-o", "out")
    assert "Suggested: 2 components" in answer.out
    assert "Note: 2 components suggest themselves and only 1 to 1 were tried: give -n 4" in answer.out
    assert json.loads((workplace / "out" / "result.json").read_text())["residuals_of"] == 1


def test_the_residuals_of_another_number_show_what_is_missing(run, dm4, simulation, workplace):
    """One component for two patterns leaves the crystal over, where it is."""
    run("components", dm4, "-n", 2, "--starts", 0, "--max-iter", 20, "--residuals-of", 1, "-q", "-o", "one")
    run("components", dm4, "-n", 2, "--starts", 0, "--max-iter", 20, "-q", "-o", "two")
    with np.load(workplace / "one" / "components.npz") as one, np.load(workplace / "two" / "components.npz") as two:
        in_crystal = simulation.maps[1] > 0.7 * simulation.maps[1].max()
        assert one["residual_map"][in_crystal].mean() > 1.2 * two["residual_map"][in_crystal].mean()
        assert 0.9 < two["residual_map"].mean() < 1.1


def test_both_axis_orders_suggest_the_same(run, npy, simulation, workplace):
    npy(name="a.npy")
    npy(np.ascontiguousarray(simulation.pixels.transpose(2, 3, 0, 1)), name="b.npy")
    records = []
    for name, order in (("a", "vuyx"), ("b", "yxvu")):
        run("components", name + ".npy", "--order", order, "-n", 2, "--starts", 1, "--max-iter", 15, "-q", "-o", name)
        records.append(json.loads((workplace / name / "result.json").read_text()))
    assert records[0]["suggested"] == records[1]["suggested"]
    for method in ("pca", "als", "mu", "constrained"):
        assert np.allclose(records[0]["errors"][method], records[1]["errors"][method], rtol=1e-6, atol=0)
    with np.load(workplace / "a" / "components.npz") as a, np.load(workplace / "b" / "components.npz") as b:
        assert np.allclose(a["residual_map"], b["residual_map"], rtol=1e-4, atol=0)


def test_ctrl_c_keeps_what_was_finished(dm4, monkeypatch, run, workplace):
    """As if pressed before the first start of the constrained method: curves are there, agreement is not."""

    class Pressed(components.Interrupt):
        asked = 0

        def __call__(self):
            self.asked += 1
            self.pressed = self.asked > 45
            return self.pressed

    monkeypatch.setattr(components, "Interrupt", Pressed)
    answer = run("components", dm4, "-n", 2, "--max-iter", 10, "-q", "-o", "out")
    assert answer.code == 0, answer.err
    record = json.loads((workplace / "out" / "result.json").read_text())
    assert np.isfinite(record["errors"]["mu"]).all() and record["stability"] == {}
    assert any("Ctrl+C" in warning for warning in record["warnings"])


def test_what_cannot_be_studied_is_refused(refuses, run, dm4, npy):
    refuses("components", "nothing.dm4", saying="no file")
    refuses("components", dm4, "-n", 121, saying="121")
    refuses("components", dm4, "-n", 3, "--residuals-of", 4, saying="more than the 3 components")
    refuses("components", npy(), saying="--order vuyx")
    run("components", dm4, "-n", 1, "--starts", 0, "--max-iter", 2, "-o", "out")
    refuses("components", dm4, "-o", "out", saying="--overwrite")
