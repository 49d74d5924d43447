"""Fourier transforms with DM's sign, scale and centring, correlation.

    FFT(x)[k]  = sum over n of x[n] exp(+2 pi i k n / N), frequency zero moved to the centre (N // 2)
    IFFT(X)[n] = 1/N sum over k of X[k] exp(-2 pi i k n / N), frequency zero expected at the centre

along every dimension of the image. SEEN: unit tests of a plug-in that compare DM's transforms with FFTPACK.
"""

import numpy as np

from offline_reference.virtual_dm.errors import DMError
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.registry import dm_function

PRECISION = "8-byte complex (single precision) whatever the input (switch precision); 3D images along all dimensions"


def forward(array):
    """DM's forward transform: positive exponent, not normalized, zero frequency in the centre."""
    return np.fft.fftshift(np.fft.ifftn(array)) * array.size


def backward(spectrum):
    """The inverse of ``forward``."""
    return np.fft.fftn(np.fft.ifftshift(spectrum)) / spectrum.size


def _complex_type(call):
    return np.complex128 if call.switches.precision == "double" else np.complex64


def _real_type(call):
    return np.float64 if call.switches.precision == "double" else np.float32


def _real_pixels(name, img):
    if img.is_complex or img.is_rgb:
        raise DMError(f"{name} takes a real image; use FFT for complex ones.")
    return img.pixels.astype(np.float64)


def _spectrum(name, img):
    if not img.is_complex:
        raise DMError(f"{name} takes a complex image, as FFT makes; this one is {img.pixels.dtype}.")
    return img.pixels.astype(np.complex128)


def _reciprocal(source, pixels):
    """An image of a spectrum: calibrated in 1/unit about the centre, where the source is calibrated."""
    spectrum = Image(pixels, "FFT of " + source.name)
    for new, old, size in zip(spectrum.calibrations, source.calibrations, source.sizes, strict=True):
        new.origin = float(size // 2)
        new.scale = 1 / (size * old.scale) if old.scale else 1.0
        if old.units:
            unit, power = old.unit_and_power
            new.set_unit_and_power(unit, -power)
    return spectrum


def _direct(spectrum, pixels):
    """An image back from its spectrum: calibrated from pixel 0."""
    image = Image(pixels, spectrum.name.removeprefix("FFT of "))
    for new, old, size in zip(image.calibrations, spectrum.calibrations, spectrum.sizes, strict=True):
        new.scale = 1 / (size * old.scale) if old.scale else 1.0
        if old.units:
            unit, power = old.unit_and_power
            new.set_unit_and_power(unit, -power)
    return image


@dm_function("image RealFFT(image img)", "SEEN 13 f, SDK", PRECISION)
def real_fft(call, img):
    """Full-size complex spectrum of a real image."""
    return _reciprocal(img, forward(_real_pixels("RealFFT", img)).astype(_complex_type(call)))


@dm_function("image FFT(image img)", "SEEN 4 f, SDK", PRECISION + "; a real image is taken as complex")
def fft(call, img):
    if img.is_rgb:
        raise DMError("FFT takes an image of numbers, not of colours.")
    return _reciprocal(img, forward(img.pixels.astype(np.complex128)).astype(_complex_type(call)))


@dm_function("image RealIFFT(image spectrum)", "SEEN 7 f, SDK", PRECISION + "; the imaginary part is dropped")
def real_ifft(call, spectrum):
    """Real image of a complex spectrum."""
    return _direct(spectrum, backward(_spectrum("RealIFFT", spectrum)).real.astype(_real_type(call)))


@dm_function("image IFFT(image spectrum)", "SEEN 2 f, SDK", PRECISION)
def ifft(call, spectrum):
    return _direct(spectrum, backward(_spectrum("IFFT", spectrum)).astype(_complex_type(call)))


@dm_function("image PackedFFT(image img)", "SDK", "gives the full spectrum: packed half planes are not simulated")
def packed_fft(call, img):
    return real_fft(call, img)


@dm_function(
    "image PackedIFFT(image spectrum)",
    "SEEN 1 f, SDK",
    "takes the full spectrum: packed ones are not simulated",
)
def packed_ifft(call, spectrum):
    return real_ifft(call, spectrum)


@dm_function("void ConvertToPackedComplex(image spectrum)", "SEEN 2 f, SDK", "leaves the full spectrum as it is")
def convert_to_packed_complex(call, spectrum):
    if not spectrum.is_complex:
        raise DMError("ConvertToPackedComplex takes a complex image.")


@dm_function("image ComplexToPacked(image spectrum)", "SDK", "a copy of the full spectrum")
@dm_function("image PackedToComplex(image spectrum)", "SDK", "a copy of the full spectrum")
def packed_copy(call, spectrum):
    return spectrum.clone()


@dm_function(
    "image ReducedFFT(image img)", "SEEN 3 f, SDK", "the central half of RealFFT: half the size, same 1/nm per pixel"
)
def reduced_fft(call, img):
    spectrum = real_fft(call, img)
    height, width = spectrum.pixels.shape[-2:] if spectrum.n_dimensions > 1 else (1, spectrum.sizes[0])
    if width < 4 or height < 4:
        raise DMError("ReducedFFT takes a 2D image of at least 4 x 4 pixels.")
    top, left = height // 2 - height // 4, width // 2 - width // 4
    return spectrum.rectangle(top, left, top + height // 2, left + width // 2).clone()


@dm_function("void ShiftCenter(image img)", "SEEN 1 f, SDK")
def shift_center(call, img):
    """Roll every dimension by half, in place: index 0 goes to the centre."""
    img.pixels[...] = np.fft.fftshift(img.pixels)


@dm_function("void UnShiftCenter(image img)", "SEEN 1 f, SDK")
def unshift_center(call, img):
    """Undo ShiftCenter: the centre goes to index 0."""
    img.pixels[...] = np.fft.ifftshift(img.pixels)


@dm_function(
    "image CrossCorrelate(image a, image b)",
    "SEEN 1 f, SDK",
    "1 where the images are equal but for offset and scale; the direction: SEEN 2 f",
)
@dm_function(
    "image CrossCorrelation(image a, image b)",
    "SEEN 1 f, SDK",
    "1 where the images are equal but for offset and scale; the direction: SEEN 2 f",
)
def cross_correlate(call, a, b):
    """Normalized cross-correlation; the peak's distance from (w/2, h/2) is how far a lies from b, to right and down."""
    if a.pixels.shape != b.pixels.shape:
        raise DMError(f"CrossCorrelate needs images of one size, not {a.sizes} and {b.sizes}.")
    first, second = _without_mean("CrossCorrelate", a), _without_mean("CrossCorrelate", b)
    scale = np.sqrt((first**2).sum() * (second**2).sum()) or 1.0
    product = np.fft.fftn(first) * np.conj(np.fft.fftn(second))
    return (np.fft.fftshift(np.fft.ifftn(product).real) / scale).astype(_real_type(call))


@dm_function("image AutoCorrelate(image img)", "SEEN 2 f, SDK", "1 in the centre")
@dm_function("image AutoCorrelation(image img)", "SEEN 1 f, SDK", "1 in the centre")
def auto_correlate(call, img):
    return cross_correlate(call, img, img)


def _without_mean(name, img):
    pixels = _real_pixels(name, img)
    return pixels - pixels.mean()
