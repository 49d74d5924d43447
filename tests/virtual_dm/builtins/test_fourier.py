"""Fourier transforms against the sum that defines them."""

import numpy as np
import pytest

from offline_reference.virtual_dm.images import Image
from tests.virtual_dm.builtins.scripts import error_of, pixels_of, ramp, run

PIXELS = np.random.default_rng(5).random((5, 6)).astype(np.float32)


def sum_of_waves(pixels, sign):
    """sum x[n] exp(sign 2 pi i k n / N) over both axes, k counted from the centre N // 2."""
    for axis in (0, 1):
        n = pixels.shape[axis]
        k = np.arange(n) - n // 2
        waves = np.exp(sign * 2j * np.pi * np.outer(k, np.arange(n)) / n)
        pixels = np.moveaxis(np.tensordot(waves, pixels, (1, axis)), 0, axis)
    return pixels


@pytest.mark.parametrize("name", ["RealFFT", "FFT"])
def test_the_forward_transform_has_a_positive_exponent_no_factor_and_a_centred_zero(name):
    spectrum = pixels_of(f"{name}(A)", Image(PIXELS.copy()))
    np.testing.assert_allclose(spectrum, sum_of_waves(PIXELS.astype(float), +1), atol=1e-5)
    assert spectrum[2, 3] == pytest.approx(PIXELS.sum(), rel=1e-6)  # frequency zero at (width / 2, height / 2)


@pytest.mark.parametrize("precision, dtype", [("single", np.complex64), ("double", np.complex128)])
def test_spectra_are_single_precision_unless_switched(precision, dtype):
    assert pixels_of("RealFFT(A)", Image(PIXELS.astype(np.float64)), precision=precision).dtype == dtype


@pytest.mark.parametrize("pair", ["RealIFFT(RealFFT(A))", "real(IFFT(FFT(A)))", "PackedIFFT(PackedFFT(A))"])
def test_back_and_forth_gives_the_image_again(pair):
    np.testing.assert_allclose(pixels_of(pair, Image(PIXELS.copy())), PIXELS, atol=1e-6)


def test_a_stack_is_transformed_along_all_dimensions():
    stack = np.random.default_rng(6).random((4, 5, 6)).astype(np.float32)
    expected = np.fft.fftshift(np.conj(np.fft.fftn(stack)))  # a real input: the other sign is the conjugate
    np.testing.assert_allclose(pixels_of("RealFFT(A)", Image(stack.copy())), expected, atol=1e-4)


def test_the_scale_of_a_spectrum_is_one_over_the_field_of_view():
    source = Image(PIXELS.copy())
    source.calibrations[0].scale, source.calibrations[0].units = 0.5, "nm"
    calibration = run("image f := RealFFT(A)\nf.ShowImage()", source).front_image().calibrations[0]
    assert (calibration.scale, calibration.units, calibration.origin) == (pytest.approx(1 / 3), "1/nm", 3)


def test_shift_center_rolls_by_half_and_back_also_for_odd_sizes():
    assert run("A.ShiftCenter()", ramp(6, 5)).front_image().pixels[2, 3] == 0
    np.testing.assert_array_equal(
        run("A.ShiftCenter()\nA.UnShiftCenter()", ramp(6, 5)).front_image().pixels, ramp(6, 5).pixels
    )


def test_the_correlation_peak_is_one_and_says_how_far_the_first_image_is_shifted():
    image = np.random.default_rng(8).random((12, 16)).astype(np.float32)
    shifted = np.roll(image, (2, 3), (0, 1))  # down 2, right 3
    correlation = pixels_of("CrossCorrelate(A, B)", Image(shifted), Image(image))
    assert np.unravel_index(correlation.argmax(), correlation.shape) == (6 + 2, 8 + 3)
    assert correlation.max() == pytest.approx(1, abs=1e-6)
    assert pixels_of("AutoCorrelation(A)", Image(image))[6, 8] == pytest.approx(1, abs=1e-6)


def test_reduced_fft_is_the_centre_of_the_full_one():
    pixels = np.random.default_rng(9).random((8, 12)).astype(np.float32)
    full, reduced = pixels_of("RealFFT(A)", Image(pixels)), pixels_of("ReducedFFT(A)", Image(pixels))
    np.testing.assert_array_equal(reduced, full[2:6, 3:9])


def test_transforms_refuse_the_wrong_kind_of_image():
    assert "use FFT" in error_of("image f := RealFFT(FFT(A))", ramp(6, 5))
    assert "complex" in error_of("image f := IFFT(A)", ramp(6, 5))
    assert "one size" in error_of("image f := CrossCorrelate(A, B)", ramp(6, 5), ramp(5, 5))
