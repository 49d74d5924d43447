"""Commands unfold_image.s and refold_image.s: the matrix is NumPy's, the way back restores pixels, calibrations."""
import numpy as np
import pytest

from offline_reference.numerics.unfold import unfold
from offline_reference.virtual_dm.images import Calibration, Image
from offline_reference.virtual_dm.switches import one_at_a_time
from tests.agreement import commands
from tests.agreement.commands import N_U, N_V, N_X, N_Y, scan_4d

SWITCHES = list(one_at_a_time("script"))


def calibrations(image):
    return [(c.origin, c.scale, c.units) for c in image.calibrations]


def close(found, expected):
    """Calibrations equal but for the rounding of origin * scale / scale."""
    return all(a[2] == b[2] and np.allclose(a[:2], b[:2], rtol=1e-12) for a, b in zip(found, expected, strict=True))


def unfolded(image, **options):
    workspace = commands.run("unfold_image.s", image, **options)
    [X] = commands.new_images(workspace, image)
    return X


def refolded(*images, **options):
    workspace = commands.run("refold_image.s", *images, **options)
    [folded] = commands.new_images(workspace, *images)
    return folded


@pytest.mark.parametrize("switches", SWITCHES, ids=repr)
@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_a_4d_image_unfolds_to_numpys_matrix_and_comes_back_whole(order, switches):
    scan = scan_4d(order)
    X = unfolded(scan, switches=switches)
    assert X.sizes == (N_X * N_Y, N_U * N_V)
    assert (X.pixels == unfold(scan.pixels, order)).all()
    back = refolded(X, switches=switches)
    assert (back.pixels == scan.pixels).all()
    assert close(calibrations(back), calibrations(scan))
    assert back.tags.get_as("Meta Data:Data Order Swapped", "boolean")[1] == (order == "yxvu")
    assert back.tags.get_as("Microscope:High Tension", "double")[1] == 300.0
    assert [step["Operation"] for step in back.tags.to_plain()["Processing"]] == ["Unfold", "Refold"]


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
@pytest.mark.parametrize("n_dims", [2, 3])
def test_images_of_two_and_three_dimensions_come_back_whole(order, n_dims):
    scan = scan_4d(order)
    # 3D: x, y, u or u, v, x; 2D: x, u or u, x
    planes = {("vuyx", 3): scan.pixels[0], ("yxvu", 3): scan.pixels[0],
              ("vuyx", 2): scan.pixels[0, :, 0], ("yxvu", 2): scan.pixels[0, :, 0]}[order, n_dims]
    axes = {("vuyx", 3): "xyu", ("yxvu", 3): "uvx", ("vuyx", 2): "xu", ("yxvu", 2): "ux"}[order, n_dims]
    image = Image(np.array(planes, order="C"), "part")
    image.calibrations = [commands.CALIBRATIONS[axis] for axis in axes]
    X = unfolded(image)
    back = refolded(X)
    assert back.pixels.shape == image.pixels.shape and (back.pixels == image.pixels).all()
    assert close(calibrations(back), calibrations(image))


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
def test_factors_of_an_unfolded_image_refold_to_calibrated_stacks(order):
    scan = scan_4d(order)
    X = unfolded(scan)
    n_k = 3
    W = Image(np.random.RandomState(1).rand(N_U * N_V, n_k).astype(np.float32), "W")
    H = Image(np.random.RandomState(2).rand(n_k, N_X * N_Y).astype(np.float32), "H")
    for factor in (W, H):
        factor.tags = X.tags.clone()
    diffractions, maps = refolded(W), refolded(H)
    assert (diffractions.pixels == W.pixels.T.reshape(n_k, N_V, N_U)).all()
    assert (maps.pixels == H.pixels.reshape(n_k, N_Y, N_X)).all()
    as_4d = dict(zip("xyuv" if order == "vuyx" else "uvxy", calibrations(scan), strict=True))
    assert close(calibrations(diffractions)[:2], [as_4d["u"], as_4d["v"]])
    assert close(calibrations(maps)[:2], [as_4d["x"], as_4d["y"]])
    assert not diffractions.tags.exists("Meta Data:Data Order Swapped")


def test_an_image_that_does_not_tell_its_order_is_asked_for():
    scan = scan_4d("yxvu", calibrated=False, tagged=False)
    X = unfolded(scan, answers=["order=2"])
    assert (X.pixels == unfold(scan.pixels, "yxvu")).all()


@pytest.mark.parametrize("entry, order", [(1, "vuyx"), (2, "yxvu")])
def test_a_matrix_without_tags_is_asked_for_its_order_and_sizes(entry, order):
    scan = scan_4d(order)
    X = Image(np.array(unfold(scan.pixels, order), np.float32), "X")
    back = refolded(X, answers=[f"order={entry}; nX={N_X}; nY={N_Y}; nU={N_U}; nV={N_V}"])
    assert (back.pixels == scan.pixels).all()


def test_a_double_image_stays_double():
    scan = scan_4d(dtype=np.float64)
    scan.pixels += 1e-9 * np.arange(scan.pixels.size).reshape(scan.pixels.shape)
    X = unfolded(scan)
    assert X.pixels.dtype == np.float64
    assert (refolded(X).pixels == scan.pixels).all()


def test_a_cancelled_dialog_leaves_nothing():
    commands.cancelled("unfold_image.s", scan_4d(calibrated=False, tagged=False), answers=["cancel"])
    commands.cancelled("refold_image.s", Image(np.ones((4, 5), np.float32), "X"), answers=["cancel"])


def test_refusals():
    assert "is a line" in commands.error_of("unfold_image.s", Image(np.ones(9, np.float32), "spectrum"))
    message = commands.error_of("refold_image.s", Image(np.ones((4, 5), np.float32), "X"),
                                answers=["nX=2; nY=2; nU=3; nV=3"])
    assert "neither its width is n_x n_y = 4 nor its height n_u n_v = 9" in message
    message = commands.error_of("refold_image.s", scan_4d())
    assert "has 4 dimensions (8 x 7 x 6 x 5), but this command needs 2" in message
    assert "no image is open" in commands.error_of("unfold_image.s")


def test_a_scan_with_calibrated_maps_only_is_enough():
    """Units of the scan alone tell the order."""
    scan = scan_4d("yxvu", calibrated=False, tagged=False)
    scan.calibrations[2] = Calibration(0.0, 0.5, "nm")
    assert (unfolded(scan).pixels == unfold(scan.pixels, "yxvu")).all()
