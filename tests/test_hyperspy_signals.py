"""HyperSpy signals go in and come out calibrated; what py4DSTEM and LiberTEM call their axes is ours."""
import hyperspy.api as hs
import numpy as np
import pytest

from offline_reference import files, simulate
from offline_reference.hyperspy_signals import dataset_of, factorize_signal
from offline_reference.numerics.cutoff import cutoff_of_probe
from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.methods import nmf_constrained, nmf_hals
from offline_reference.report import write_results
from tests.example_4d import AXES, INSTRUMENT, pixels_4d

SCAN, DETECTOR = (14, 12), (30, 33)
CALIBRATED = {  # HyperSpy's order, slowest first
    "y": dict(name="y", size=14, scale=0.25, offset=-3.0, units="nm"),
    "x": dict(name="x", size=12, scale=0.5, offset=2.0, units="nm"),
    "v": dict(name="ky", size=30, scale=0.25, offset=-3.75, units="1/nm"),
    "u": dict(name="kx", size=33, scale=0.25, offset=-4.0, units="1/nm"),
}
FEW = dict(cutoff=0.2, max_iter=12, seed=1)


@pytest.fixture(scope="module")
def scan():
    return simulate.crystals_in_amorphous(scan=SCAN, detector=DETECTOR, n_crystals=2, seed=3, order="yxvu")


@pytest.fixture
def signal(scan):
    """uint16 counts as HyperSpy has them, calibrated."""
    return a_signal(scan.pixels.copy())


def a_signal(pixels, axes=CALIBRATED, order="yxvu"):
    made = hs.signals.Signal2D(pixels, axes=[dict(axes[name]) for name in order])
    made.metadata.General.title = "scan 7"
    return made


@pytest.fixture(scope="module")
def expected(scan):
    return nmf_constrained(scan.pixels, 3, order="yxvu", **FEW)


def described(axis):
    return {name: getattr(axis, name) for name in ("name", "size", "scale", "offset", "units")}


def assert_calibrated(signal, shape, plane):
    """A Signal2D with the navigation axis `component`, counted from 1, and the calibrated axes of a plane."""
    assert isinstance(signal, hs.signals.Signal2D) and signal.data.shape == (3, *shape)
    (component,) = signal.axes_manager.navigation_axes
    assert (component.name, component.size, component.scale, component.offset) == ("component", 3, 1, 1)
    fast, slow = signal.axes_manager.signal_axes
    assert [described(slow), described(fast)] == [CALIBRATED[name] for name in plane]


def test_integer_counts_go_in_and_calibrated_signals_come_out(scan, signal, expected):
    diffractions, maps, factors = factorize_signal(signal, 3, **FEW)
    np.testing.assert_array_equal(diffractions.data, expected.diffractions)
    np.testing.assert_array_equal(maps.data, expected.maps)
    assert_calibrated(diffractions, DETECTOR, "vu")
    assert_calibrated(maps, SCAN, "yx")
    assert factors.mean_squared_error == expected.mean_squared_error
    assert signal.data.dtype == np.uint16
    np.testing.assert_array_equal(signal.data, scan.pixels)


def test_a_result_is_saved_by_hyperspy_and_opens_as_it_was(signal, tmp_path):
    signal.metadata.add_dictionary({"Acquisition_instrument": {"TEM": {"beam_energy": 200.0}}})
    for result in factorize_signal(signal, 3, **FEW)[:2]:
        result.save(tmp_path / "result.hspy", overwrite=True)
        again = hs.load(tmp_path / "result.hspy")
        np.testing.assert_array_equal(again.data, result.data)
        assert_calibrated(again, result.data.shape[1:], "vu" if "diff" in again.metadata.General.title else "yx")
        assert again.metadata.Acquisition_instrument.TEM.beam_energy == 200
        assert again.metadata.dm_nmf.data == "scan 7"
        assert again.metadata.dm_nmf.settings.cutoff == 0.2
        assert again.metadata.dm_nmf.n_iter == 12


def test_a_lazy_signal_is_read_in_parts_and_gives_the_same(scan, signal, expected):
    lazy = signal.as_lazy()
    lazy.data = lazy.data.rechunk((1, 4, 16, 16))
    diffractions, maps, _ = factorize_signal(lazy, 3, memory=4e5, **FEW)
    np.testing.assert_allclose(diffractions.data, expected.diffractions, atol=1e-6 * expected.diffractions.max())
    np.testing.assert_allclose(maps.data, expected.maps, atol=1e-6 * expected.maps.max())
    assert_calibrated(maps, SCAN, "yx")


def test_each_method_is_that_of_numerics(scan, signal):
    _, maps, _ = factorize_signal(signal, 3, "hals", max_iter=5, seed=2)
    np.testing.assert_array_equal(maps.data, nmf_hals(scan.pixels, 3, order="yxvu", max_iter=5, seed=2).maps)
    with pytest.raises(RefusedError, match="the method 'ALS' is unknown: choose one of constrained, als, hals, mu"):
        factorize_signal(signal, 3, "ALS")


def test_units_tell_a_signal_that_is_the_wrong_way_round(scan, signal, expected):
    """So HyperSpy opens a scan-fastest DM file: as a map for each detector pixel."""
    turned = signal.transpose(signal_axes=(0, 1))
    for wrong in (turned, a_signal(np.ascontiguousarray(turned.data), order="vuyx")):
        diffractions, maps, _ = factorize_signal(wrong, 3, **FEW)
        np.testing.assert_allclose(maps.data, expected.maps, atol=1e-6 * expected.maps.max())
        assert_calibrated(diffractions, DETECTOR, "vu")
        assert_calibrated(maps, SCAN, "yx")


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_a_dm4_of_either_order_gives_the_same(scan, expected, tmp_path, order, lazy):
    axes = {key: files.Axis(key, axis["size"], axis["scale"], axis["offset"], axis["units"])
            for key, axis in CALIBRATED.items()}
    pixels = scan.pixels if order == "yxvu" else scan.pixels.transpose(2, 3, 0, 1)
    files.write_dm4(tmp_path / "scan.dm4", np.ascontiguousarray(pixels), order, axes, INSTRUMENT)
    opened = hs.load(tmp_path / "scan.dm4", lazy=lazy)
    assert opened.axes_manager.navigation_shape == (SCAN if order == "yxvu" else DETECTOR)[::-1]
    _, maps, _ = factorize_signal(opened, 3, **FEW)
    np.testing.assert_allclose(maps.data, expected.maps, atol=1e-6 * expected.maps.max())
    assert [axis.units for axis in maps.axes_manager.signal_axes] == ["nm", "nm"]
    assert dataset_of(opened).instrument == pytest.approx(INSTRUMENT)


def test_without_units_the_navigation_axes_are_the_scan(scan, expected):
    bare = hs.signals.Signal2D(scan.pixels)
    diffractions, maps, _ = factorize_signal(bare, 3, **FEW)
    np.testing.assert_array_equal(maps.data, expected.maps)
    assert [axis.name for axis in diffractions.axes_manager.signal_axes] == ["u", "v"]
    assert [axis.name for axis in maps.axes_manager.signal_axes] == ["x", "y"]
    assert maps.axes_manager["x"].scale == 1 and maps.metadata.General.title == "maps"


def test_data_that_look_the_other_way_round_are_warned_of_and_order_settles_it(scan, expected):
    bare = hs.signals.Signal2D(np.ascontiguousarray(scan.pixels.transpose(2, 3, 0, 1)))
    with pytest.warns(UserWarning, match="the pixels look like vuyx .* and are read as yxvu"):
        factorize_signal(bare, 3, **FEW)
    diffractions, maps, _ = factorize_signal(bare, 3, order="vuyx", **FEW)
    np.testing.assert_allclose(maps.data, expected.maps, atol=1e-6 * expected.maps.max())
    assert diffractions.data.shape == (3, *DETECTOR)


def test_an_order_against_the_units_is_refused(signal):
    with pytest.raises(RefusedError, match="order=vuyx contradicts 'scan 7': the units of its axes are nm, nm, 1/nm"):
        factorize_signal(signal, 3, order="vuyx")


def test_a_transposed_signal_is_not_copied(signal):
    turned = signal.transpose(signal_axes=(0, 1))
    dataset = dataset_of(turned)
    assert np.shares_memory(dataset.pixels, signal.data) and dataset.order == "yxvu"
    assert dataset.sizes == DETECTOR + SCAN


def test_what_is_not_4d_is_refused_in_our_words(signal, scan):
    with pytest.raises(RefusedError, match="this is ndarray: for an array call nmf_constrained"):
        factorize_signal(scan.pixels)
    with pytest.raises(RefusedError, match="has 1 navigation and 2 signal dimensions.* fold them"):
        factorize_signal(signal.inav[:, 0])
    with pytest.raises(RefusedError, match="has 0 navigation and 2 signal dimensions.* Choose one 4D-STEM scan"):
        factorize_signal(signal.inav[0, 0])
    with pytest.raises(RefusedError, match=r"has 3 navigation and 1 signal .* signal\.transpose\(signal_axes=2\)"):
        factorize_signal(signal.as_signal1D(0))
    with pytest.raises(RefusedError, match="the data are of type complex128"):
        factorize_signal(hs.signals.ComplexSignal2D(signal.data.astype(complex)))


def test_the_advice_for_other_dimensions_works(scan, expected):
    as_spectra = hs.signals.Signal1D(scan.pixels)
    maps = factorize_signal(as_spectra.transpose(signal_axes=2), 3, **FEW).maps
    np.testing.assert_array_equal(maps.data, expected.maps)
    stack = hs.signals.Signal2D(scan.pixels.reshape(-1, *DETECTOR))
    folded = hs.signals.Signal2D(stack.data.reshape(*SCAN, *DETECTOR))
    np.testing.assert_array_equal(factorize_signal(folded, 3, **FEW).maps.data, expected.maps)


def with_microscope(signal, beam_energy, convergence_angle):
    signal.metadata.add_dictionary({"Acquisition_instrument": {"TEM": {
        "beam_energy": beam_energy, "convergence_angle": convergence_angle}}})
    return signal


def test_the_cut_off_follows_from_microscope_and_scan_step_as_in_dm_nmf_factorize(signal):
    f_max = cutoff_of_probe(200, 1.0)  # 0.8 1/nm, 0.4 cycles per scan pixel
    few = dict(max_iter=4)
    settings = factorize_signal(with_microscope(signal, 200.0, 1.0), 3, **few).factors.settings
    assert settings["cutoff"] == pytest.approx(0.5 * f_max) and settings["cutoff_origin"].startswith("2 alpha / lambda")
    angstrom = {"scale": 5.0, "units": "\N{LATIN CAPITAL LETTER A WITH RING ABOVE}"}
    axes = {**CALIBRATED, "y": {**CALIBRATED["y"], **angstrom}, "x": {**CALIBRATED["x"], **angstrom}}
    in_angstrom = with_microscope(a_signal(signal.data, axes), 200.0, 1.0)
    assert factorize_signal(in_angstrom, 3, **few).factors.settings["cutoff"] == pytest.approx(0.5 * f_max)
    assert factorize_signal(in_angstrom, 3, cutoff=0.1, **few).factors.settings["cutoff"] == 0.1
    coarse = with_microscope(signal, 200.0, 20.0)
    assert not factorize_signal(coarse, 3, **few).factors.settings["constrain_maps"]
    unknown = factorize_signal(with_microscope(signal, 200.0, None), 3, **few).factors.settings
    assert unknown["cutoff_origin"].startswith("estimated")


@pytest.mark.parametrize("as_signal", [False, True])
def test_a_signal_mask_is_true_where_a_pixel_is_left_out(signal, scan, as_signal):
    masked = np.zeros(DETECTOR, dtype=bool)
    masked[2:5, 20:] = True
    signal.data[..., masked] = 60000
    mask = hs.signals.BaseSignal(masked).transpose(signal_axes=2) if as_signal else masked
    diffractions = factorize_signal(signal, 3, signal_mask=mask, **FEW).diffractions
    expected = nmf_constrained(scan.pixels, 3, order="yxvu", mask=~masked, **FEW)
    np.testing.assert_allclose(diffractions.data, expected.diffractions, atol=1e-12)


def test_masks_that_mean_something_else_are_refused(signal):
    with pytest.raises(RefusedError, match="give signal_mask, True where a detector pixel is left out"):
        factorize_signal(signal, 3, mask=np.ones(DETECTOR, dtype=bool))
    for mask in (np.zeros(DETECTOR[::-1], dtype=bool), np.zeros(DETECTOR)):
        with pytest.raises(RefusedError, match="the signal mask has shape .* detector .n_v, n_u. has .30, 33."):
            factorize_signal(signal, 3, signal_mask=mask)


def test_booleans_count_and_uneven_axes_are_carried_over_as_they_are(scan):
    axes = [dict(CALIBRATED[name]) for name in "yxvu"]
    axes[1] = {"axis": np.arange(12) ** 1.5, "name": "x", "units": "nm"}
    signal = hs.signals.Signal2D(scan.pixels > 5, axes=axes)
    with pytest.warns(UserWarning, match="the axis 'x' has uneven steps and counts as uncalibrated"):
        maps = factorize_signal(signal, 3, max_iter=4).maps
    with pytest.warns(UserWarning, match="uneven steps"):
        lazy = factorize_signal(signal.as_lazy(), 3, max_iter=4).maps
    np.testing.assert_allclose(lazy.data, maps.data, atol=1e-6 * maps.data.max())
    np.testing.assert_array_equal(maps.axes_manager["x"].axis, np.arange(12) ** 1.5)
    assert maps.data.max() > 0


def test_a_dataset_of_a_signal_is_what_reading_its_file_gives(signal, tmp_path):
    with_microscope(signal, 200.0, 1.5).save(tmp_path / "scan.hspy")
    of_file, of_signal = files.read_4d(tmp_path / "scan.hspy"), dataset_of(signal)
    np.testing.assert_array_equal(of_signal.pixels, of_file.pixels)
    assert np.shares_memory(of_signal.pixels, signal.data)
    assert (of_signal.order, of_signal.axes, of_signal.title) == (of_file.order, of_file.axes, of_file.title)
    assert of_signal.instrument == of_file.instrument == INSTRUMENT


def test_a_results_folder_of_a_signal_opens_in_hyperspy_as_calibrated_signals(signal, tmp_path):
    dataset, (diffractions, maps, factors) = dataset_of(signal), factorize_signal(signal, 3, **FEW)
    run = {"method": "constrained", "parameters": {}, "seconds": 1.0, "warnings": []}
    write_results(tmp_path / "three", dataset, factors, run)
    for name, signal_in_hand in (("diffractions", diffractions), ("maps", maps)):
        opened = hs.load(tmp_path / "three" / (name + ".hspy"))
        np.testing.assert_array_equal(opened.data, signal_in_hand.data)
        assert isinstance(opened, hs.signals.Signal2D)
        assert opened.axes_manager.navigation_axes[0].name == "component"
        for axis, same in zip(opened.axes_manager.signal_axes, signal_in_hand.axes_manager.signal_axes):
            assert (axis.size, axis.scale, axis.offset, axis.units) == (same.size, same.scale, same.offset, same.units)
        assert opened.metadata.General.title == name + " of scan 7"


def test_a_signal_of_4d_data_that_files_wrote_goes_in(tmp_path):
    """Both ways round: our .hspy of scan-fastest pixels, opened by HyperSpy."""
    pixels = pixels_4d("vuyx")
    files.write_hspy(tmp_path / "scan.hspy", pixels, "vuyx", AXES, INSTRUMENT)
    dataset = dataset_of(hs.load(tmp_path / "scan.hspy"))
    np.testing.assert_array_equal(dataset.pixels, pixels.transpose(2, 3, 0, 1))
    assert dataset.axes == AXES and dataset.instrument == INSTRUMENT


def test_pyxem_keeps_its_type(signal, expected):
    pyxem = pytest.importorskip("pyxem")
    scan = pyxem.signals.ElectronDiffraction2D(signal.data)
    scan.calibration(scale=0.25, units="k_nm^-1")
    scan.beam_energy = 200
    for one in (scan, scan.as_lazy()):
        diffractions, maps, _ = factorize_signal(one, 3, **FEW)
        assert isinstance(diffractions, pyxem.signals.ElectronDiffraction2D) and diffractions.beam_energy == 200
        assert diffractions.axes_manager["kx"].units == "k_nm^-1"
        np.testing.assert_allclose(maps.data, expected.maps, atol=1e-6 * expected.maps.max())


def test_a_signal_type_that_is_not_installed_is_kept_by_name(signal):
    """What a colleague with pyxem saved."""
    signal.metadata.Signal.signal_type = "electron_diffraction"
    diffractions, maps, _ = factorize_signal(signal, 3, max_iter=3)
    assert diffractions.metadata.Signal.signal_type == "electron_diffraction"
    assert maps.metadata.Signal.signal_type == ""


def test_a_py4dstem_datacube_is_an_array_of_our_order_yxvu(scan, expected):
    """py4DSTEM's axes are (R_x, R_y, Q_x, Q_y) and its x is the slow one: R_x, R_y, Q_x, Q_y are our y, x, v, u.

    LiberTEM's (nav y, nav x, sig y, sig x) are the same four.
    """
    cube = np.zeros(SCAN + DETECTOR, dtype=np.uint16)
    for R_x in range(SCAN[0]):
        for R_y in range(SCAN[1]):
            cube[R_x, R_y] = scan.pixels[R_x, R_y]
    factors = nmf_constrained(cube, 3, order="yxvu", **FEW)
    np.testing.assert_array_equal(factors.maps, expected.maps)
    assert factors.maps.shape == (3, *SCAN) and factors.diffractions.shape == (3, *DETECTOR)
