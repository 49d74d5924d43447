"""Fits of formulas and backgrounds of spectra."""

import numpy as np
import pytest

from offline_reference.virtual_dm.images import Image
from tests.virtual_dm.builtins.scripts import error_of, pixels_of, run, value_of

FIT = """
image pars := RealImage("pars", 8, {n})
pars = {start}
image which = pars * 0 + 1
image weight := A * 0 + 1
number chi
number ok = FitFormula("{formula}", A, weight, pars, which, chi, 1e-9)
pars.ShowImage()
exit(ok)
"""


def fitted(formula, data, n, start=1):
    workspace = run(FIT.format(formula=formula, n=n, start=start), Image(data.astype(np.float64), "data"))
    assert workspace.exit_value == 1
    return workspace.front_image().pixels


def test_a_cubic_is_found_although_its_terms_differ_by_ten_orders():
    x = np.arange(256.0)
    found = fitted("p0 + p1*x + p2*x**2 + p3*x**3", 10 - 0.2 * x - 0.63 * x**2 + 0.037 * x**3, 4)
    np.testing.assert_allclose(found, [10, -0.2, -0.63, 0.037], rtol=1e-5)


def test_a_gaussian_on_a_slope_is_found():
    x = np.arange(120.0)
    data = 30 * np.exp(-((x - 52) ** 2) / 80) + 5 + 0.1 * x
    code = FIT.replace(
        "pars = {start}", "pars[0,0] = 20\npars[1,0] = 45\npars[2,0] = 100\npars[3,0] = 1\npars[4,0] = 0.5"
    )
    workspace = run(code.format(formula="p0*exp(-(x-p1)**2/p2)+p3+p4*x", n="5, 1"), Image(data, "data"))
    np.testing.assert_allclose(workspace.front_image().pixels.ravel(), [30, 52, 80, 5, 0.1], rtol=1e-5)


def test_parameters_that_are_not_to_fit_stay_and_weights_of_zero_leave_points_out():
    data = np.arange(20.0) * 2 + 7
    data[15:] = 1000
    code = FIT.replace("image weight := A * 0 + 1", "image weight := A * 0 + (icol < 15)\nwhich[0, 0] = 0")
    workspace = run(code.format(formula="p0+p1*x", n="2, 1", start=7), Image(data, "data"))
    np.testing.assert_allclose(workspace.front_image().pixels.ravel(), [7, 2], rtol=1e-6)


def test_plotting_a_formula_gives_its_values():
    code = 'image p := RealImage("p", 4, 2)\np[0, 0] = 3\np[1, 0] = 0.5\n'
    pixels = pixels_of('PlotFormula("p0 * sin(p1 * x)", A, p)', Image(np.zeros(9, np.float32)), before=code)
    np.testing.assert_allclose(pixels, 3 * np.sin(0.5 * np.arange(9)), atol=1e-6)


@pytest.mark.parametrize("text", ["p0 +", "import os", "open(1)", "x.real", "p0 if x else p1", "q0 * x", "'a'"])
def test_what_is_no_formula_is_refused(text):
    assert "is no formula" in error_of(f'image i := PlotFormula("{text}", A, A)', Image(np.zeros(9, np.float32)))


@pytest.mark.parametrize("shape", [(1, 300), (300, 2, 3)])
def test_a_power_law_background_is_taken_off_and_leaves_the_edge(shape):
    energy = 100.0 + 2 * np.arange(300)
    background = 1e6 * energy**-2.2
    edge = np.where(energy > 450, 3.0, 0.0)
    spectra = (background + edge).reshape(shape if shape[0] == 1 else (300, 1, 1)) * np.ones(shape)
    image = Image(spectra.astype(np.float32), "EELS")
    axis = image.calibrations[0 if shape[0] == 1 else 2]
    axis.scale, axis.origin, axis.units = 2.0, -50.0, "eV"
    signal = pixels_of("EELSSubtractPowerLawBackground(A, 200, 400)", image)
    expected = edge.reshape(shape if shape[0] == 1 else (300, 1, 1)) * np.ones(shape)
    np.testing.assert_allclose(signal, expected, atol=2e-3)


def test_a_background_window_outside_the_spectrum_is_refused():
    assert "fewer than two channels" in error_of(
        "image s := EELSSubtractPowerLawBackground(A, 900, 950)", Image(np.ones((1, 50), np.float32))
    )


def test_converting_to_eels_marks_the_image():
    front = run("SpectrumConvertToEELS(A)", Image(np.ones((1, 50), np.float32))).front_image()
    assert front.tags.to_plain() == {"Meta Data": {"Signal": "EELS", "Format": "Spectrum"}}


def test_live_images_are_made_once():
    image = Image(np.random.default_rng(1).random((8, 16)).astype(np.float32), "data")
    code = "image p := NewLiveProfile(A.ImageGetImageDisplay(0), 0, 3, 16, 3, 1)\nexit(sum(p) - sum(A[3, 0, 4, 16]))"
    assert run(code, image).exit_value == pytest.approx(0, abs=1e-5)
    assert value_of("sum(NewLiveHistogram(A.ImageGetImageDisplay(0), NULL, 10))", Image(image.pixels.copy())) == 128
