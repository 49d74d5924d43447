"""pca: the folder, and the algebra behind its rotation."""
import json

import numpy as np
import pytest

from offline_reference import files
from offline_reference.cli.pca import components
from offline_reference.numerics.unfold import H_from_maps, W_from_diffractions, unfold


def test_the_folder_holds_scree_components_and_rotation(run, dm4, workplace):
    answer = run("pca", dm4, "-n", 3, "-o", "out")
    assert answer.code == 0, answer.err
    assert {path.name for path in (workplace / "out").iterdir()} == {
        "scree.png", "pca.png", "varimax.png", "pca.npz", "report.html", "result.json"}
    with np.load(workplace / "out" / "pca.npz") as arrays:
        assert arrays["diffractions"].shape == arrays["varimax_diffractions"].shape == (3, 14, 16)
        assert arrays["maps"].shape == arrays["varimax_maps"].shape == (3, 10, 12)
        assert arrays["variance_ratio"].size == 30
    assert json.loads((workplace / "out" / "result.json").read_text())["command"].startswith("dm-nmf pca")
    assert "component 3:" in answer.out


@pytest.mark.parametrize("centred", [False, True])
def test_varimax_turns_the_components_and_keeps_their_product(dm4, centred):
    dataset = files.read_4d(dm4)
    _, plain, rotated = components(dataset, 3, centred)
    products = [W_from_diffractions(diffractions) @ H_from_maps(maps) for diffractions, maps in (plain, rotated)]
    assert np.allclose(*products, atol=1e-9 * abs(products[0]).max())  # rounding


def test_the_parts_of_the_variance_are_those_of_the_singular_values(dm4):
    dataset = files.read_4d(dm4)
    ratios, _, _ = components(dataset, 2, centred=True)
    X = unfold(dataset.pixels, dataset.order).astype(float)
    singular = np.linalg.svd(X - X.mean(axis=1, keepdims=True), compute_uv=False) ** 2
    assert np.allclose(ratios, (singular / singular.sum())[:30], rtol=1e-6)  # the Gram matrix squares rounding


def test_rotated_diffractions_have_hardly_anything_negative_as_in_figure_s3(dm4):
    _, (plain, _), (rotated, maps) = components(files.read_4d(dm4), 2, centred=False)

    def negative_part(images):
        return -np.clip(images, None, 0).sum() / abs(images).sum()

    assert negative_part(rotated) < 0.02 < negative_part(plain)
    assert maps.min() < 0  # which NMF would not allow


def test_both_axis_orders_give_the_same_components(run, npy, simulation, workplace):
    npy(name="a.npy")
    npy(np.ascontiguousarray(simulation.pixels.transpose(2, 3, 0, 1)), name="b.npy")
    run("pca", "a.npy", "--order", "vuyx", "-n", 2, "-o", "a")
    run("pca", "b.npy", "--order", "yxvu", "-n", 2, "-o", "b")
    with np.load(workplace / "a" / "pca.npz") as a, np.load(workplace / "b" / "pca.npz") as b:
        for name in ("diffractions", "maps", "varimax_diffractions", "varimax_maps"):
            assert np.allclose(a[name], b[name], atol=1e-6 * abs(a[name]).max())  # eigenvectors of a squared matrix


def test_it_replaces_only_what_it_is_told_to(run, refuses, dm4):
    run("pca", dm4, "-o", "out")
    refuses("pca", dm4, "-o", "out", saying="--overwrite")
    assert run("pca", dm4, "-o", "out", "--overwrite", "-q").code == 0
