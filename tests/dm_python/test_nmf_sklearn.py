"""scikit-learn's NMF from DM's Python: the very numbers of scikit-learn, refolded for any detector.

Runs with an old scikit-learn too: 1.0.2 for Python 3.7 is the oldest whose alpha means the same.
"""
import sys
import types
import warnings

import numpy as np
import pytest
import sklearn
from sklearn.decomposition import NMF

from dm_python.nmf_sklearn import nmf_sklearn
from offline_reference.numerics.errors import RefusedError
from tests.dm_python.running import (
    EVERY_SWITCH,
    click,
    example,
    last_record,
    name_of_switches,
    refuse_strays,
    run,
    scan_image,
    shown,
    workspace_with,
)

CALL = "from dm_python import nmf_sklearn\nresult = nmf_sklearn.main({})\n"
MAPS, DIFFRACTIONS = "scikit-learn NMF: maps of Scan", "scikit-learn NMF: diffractions of Scan"
OPTIONS = [{}, {"alpha_W": 0.01, "alpha_H": 0.002}, {"alpha_W": 0.003, "l1_ratio": 0.5},
           {"solver": "mu"}, {"solver": "mu", "alpha_W": 0.01}, {"init": "nndsvda"}]


def directly(samples, n_components, max_iter, tol=0.0, seed=2, init="random", **options):
    """scikit-learn called as a script would, without us: its W (n_xy, n_k), H (n_k, n_uv) and iterations made."""
    nmf = NMF(n_components, init=init, random_state=seed, max_iter=max_iter, tol=tol, **options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        maps = nmf.fit_transform(samples)
    return maps, nmf.components_, nmf.n_iter_


def samples_of(order="vuyx", dtype=np.float32):
    """(n_xy, n_uv), one diffraction a row."""
    pixels = example("yxvu").pixels.astype(dtype)
    return pixels.reshape(90, 168)


def refuse_other_factors(found, maps, diffractions):
    """Ours are in canonical form: scikit-learn's with scale and sequence changed, so W H is compared term by term."""
    total = diffractions.sum(axis=1)
    sequence = np.argsort(-(maps.sum(axis=0) * total))
    np.testing.assert_allclose(found.maps.reshape(len(total), -1), (maps * total).T[sequence], rtol=2e-4, atol=2e-3)
    np.testing.assert_allclose(found.diffractions.reshape(len(total), -1),
                               (diffractions / total[:, None])[sequence], rtol=2e-4, atol=1e-7)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_it_equals_scikit_learn_called_directly(options):
    """25 iterations, ten at a time, are scikit-learn's 25 in one call; float64, so that rounding does not blur it."""
    pixels = example().pixels.astype(np.float64)
    found = nmf_sklearn(pixels, 3, max_iter=25, tol=0, seed=2, **options)
    maps, diffractions, _ = directly(samples_of(dtype=np.float64), 3, 25, **options)
    total = diffractions.sum(axis=1)
    sequence = np.argsort(-(maps.sum(axis=0) * total))
    np.testing.assert_allclose(found.maps.reshape(3, -1), (maps * total).T[sequence], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.diffractions.reshape(3, -1), (diffractions / total[:, None])[sequence],
                               rtol=1e-9, atol=1e-12)
    assert found.n_iter == 25 and len(found.mse_history) == 25


@pytest.mark.parametrize("options", OPTIONS[:2], ids=str)
def test_in_one_call_it_stops_where_scikit_learn_stops(options):
    found = nmf_sklearn(example().pixels.astype(np.float64), 3, max_iter=400, tol=1e-2, seed=2, in_one_call=True,
                        **options)
    maps, diffractions, n_iter = directly(samples_of(dtype=np.float64), 3, 400, tol=1e-2, **options)
    assert found.n_iter == n_iter < 400 and found.stopped == "converged"
    refuse_other_factors(found, maps, diffractions)


@pytest.mark.parametrize("order", ["vuyx", "yxvu"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_both_orders_and_all_types_give_the_same_factors(dtype, order):
    found = run(CALL.format("3, max_iter=20, tol=0, seed=2, show=False"), scan_image(order, dtype), packages=None)
    maps, diffractions, _ = directly(samples_of(), 3, 20)
    refuse_other_factors(found.result, maps, diffractions)
    assert found.result.diffractions.shape == (3, 14, 12) and found.result.maps.shape == (3, 10, 9)


def test_the_error_is_that_of_the_residual():
    found = nmf_sklearn(example().pixels.astype(np.float32), 3, max_iter=20, seed=2)
    model = np.einsum("kvu,kyx->vuyx", found.diffractions, found.maps)
    assert found.mean_squared_error == pytest.approx(np.mean((example().pixels - model) ** 2), rel=1e-6)


def test_float32_counts_are_not_copied_once_more(monkeypatch):
    """scikit-learn gets a view: half a copy of large data more could be the one that does not fit."""
    from sklearn import decomposition

    pixels, seen = example().pixels.astype(np.float32), []
    theirs = decomposition.non_negative_factorization
    monkeypatch.setattr(decomposition, "non_negative_factorization",
                        lambda samples, *rest, **options: seen.append(samples) or theirs(samples, *rest, **options))
    nmf_sklearn(pixels, 2, max_iter=2)
    assert np.shares_memory(seen[0], pixels)


@pytest.mark.parametrize("l1_ratio, alpha_W, alpha_H", [(0.0, 0.02, 0.004), (1.0, 0.2, 0.1)])
def test_alpha_means_what_the_docstring_says(l1_ratio, alpha_W, alpha_H):
    """At the minimum of the penalized error, its gradient vanishes where a factor is positive."""
    samples = samples_of(dtype=np.float64)
    n_samples, n_features = samples.shape
    found = nmf_sklearn(example().pixels.astype(np.float64), 3, max_iter=3000, tol=0, alpha_W=alpha_W, alpha_H=alpha_H,
                        l1_ratio=l1_ratio, in_one_call=True)
    maps, diffractions, _ = directly(samples, 3, 3000, seed=0, alpha_W=alpha_W, alpha_H=alpha_H, l1_ratio=l1_ratio)
    refuse_other_factors(found, maps, diffractions)
    residual = maps @ diffractions - samples
    for gradient, factor, scale in ((residual @ diffractions.T, maps, alpha_W * n_features),
                                    (maps.T @ residual, diffractions, alpha_H * n_samples)):
        penalized = gradient + scale * (l1_ratio + (1 - l1_ratio) * factor)
        positive = factor > 1e-3 * factor.max()
        assert abs(penalized[positive]).max() < 1e-3 * abs(gradient[positive]).max()


def test_regularization_lowers_factors_and_raises_the_error():
    plain, held = (nmf_sklearn(example().pixels.astype(np.float64), 3, max_iter=100, seed=2, alpha_W=alpha)
                   for alpha in (0.0, 0.3))
    assert held.mean_squared_error > 1.01 * plain.mean_squared_error and held.maps.sum() < 0.99 * plain.maps.sum()


# -- Listing S3's refold ----------------------------------------------------------------------------------------------


def refolded_as_in_listing_s3(components, n_v, n_u):
    """Detector pixels of a row (n_k, n_v n_u), whose u runs fastest, put into images of n_u rows of n_v."""
    return components.reshape(len(components), n_u, n_v)


def test_the_refold_of_listing_s3_shears_the_patterns_of_a_detector_that_is_not_square():
    """A vertical line in column 4 becomes a slanted row of dots; nothing fails, and the picture is wrong."""
    n_v, n_u = 14, 12
    line = np.zeros((1, n_v, n_u))
    line[0, :, 4] = 1
    sheared = refolded_as_in_listing_s3(line.reshape(1, -1), n_v, n_u)[0]
    assert sheared.shape == (n_u, n_v)
    rows, columns = np.nonzero(sheared)
    assert len(set(columns)) > 1  # no line any more, neither upright ...
    assert len(set(rows)) > 1  # ... nor lying
    assert sorted((4 + n_u * v) // n_v for v in range(n_v)) == sorted(rows)
    square = np.zeros((1, n_v, n_v))
    square[0, :, 4] = 1
    np.testing.assert_array_equal(refolded_as_in_listing_s3(square.reshape(1, -1), n_v, n_v), square)


def test_ours_keeps_the_discs_where_the_data_have_them():
    """The sum of all components is near the mean diffraction on (n_v, n_u), and far from it in the listing's refold."""
    found = nmf_sklearn(example().pixels.astype(np.float32), 3, max_iter=100, seed=2)
    mean = example().pixels.mean(axis=(2, 3))
    ours = np.einsum("kvu,k->vu", found.diffractions, found.maps.mean(axis=(1, 2)))
    theirs = refolded_as_in_listing_s3(ours.reshape(1, -1), *mean.shape)[0].T
    assert np.corrcoef(ours.ravel(), mean.ravel())[0, 1] > 0.999
    assert np.corrcoef(theirs.ravel(), mean.ravel())[0, 1] < 0.5


# -- in DM ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("switches", EVERY_SWITCH, ids=name_of_switches)
def test_two_stacks_open_whatever_the_switches(switches):
    workspace = run(CALL.format("3, max_iter=20, tol=0, seed=2") + "result.images = None\n", scan_image(),
                    switches=switches, packages=None)
    maps, diffractions, _ = directly(samples_of(), 3, 20)
    refuse_other_factors(workspace.result, maps, diffractions)
    refuse_strays(workspace, "Scan", MAPS, DIFFRACTIONS)
    np.testing.assert_allclose(shown(workspace)[DIFFRACTIONS].pixels, workspace.result.diffractions, rtol=1e-6)
    record = last_record(shown(workspace)[DIFFRACTIONS])
    assert record["scikit_learn"] == sklearn.__version__ and record["alpha_W"] == 0.0
    assert workspace.leaks == []


def test_escape_keeps_what_was_reached():
    workspace = run("from dm_python import bridge\nbridge.KEY_SECONDS = 0\n" + CALL.format("3, seed=2, tol=0")
                    + "bridge.KEY_SECONDS = 0.2\n", scan_image(), keys=["esc@2"], packages=None)
    assert workspace.result.stopped == "cancelled" and workspace.result.n_iter == 20
    refuse_strays(workspace, "Scan", MAPS, DIFFRACTIONS)


@pytest.mark.parametrize("alpha_W, alpha_H", [(0.0, 0.0), (1.0, 0.01)])
def test_it_stops_when_ten_iterations_lower_what_is_minimized_by_little(alpha_W, alpha_H):
    samples, tol, least = samples_of(dtype=np.float64), 1e-2, [np.inf]
    n_samples, n_features = samples.shape
    while len(least) < 3 or least[-2] - least[-1] >= tol * least[-2]:
        maps, diffractions, _ = directly(samples, 3, 10 * len(least), alpha_W=alpha_W, alpha_H=alpha_H)
        least.append(0.5 * (np.sum((samples - maps @ diffractions) ** 2) + alpha_W * n_features * np.sum(maps ** 2)
                            + alpha_H * n_samples * np.sum(diffractions ** 2)))
    found = nmf_sklearn(example().pixels.astype(np.float64), 3, max_iter=200, tol=tol, seed=2, alpha_W=alpha_W,
                        alpha_H=alpha_H)
    assert found.stopped == "converged" and found.n_iter == 10 * (len(least) - 1)


def test_a_missing_scikit_learn_is_one_sentence_that_says_what_to_install_and_where():
    """With NumPy alone, as in a bare GMS."""
    text = "from dm_python import bridge, nmf_sklearn\nbridge.menu(nmf_sklearn.main)"
    workspace = run(text, scan_image(), packages=("numpy",))
    first = workspace.results.splitlines()[0]
    assert first.startswith("Stopped: scikit-learn is not installed in DM's Python (" + sys.exec_prefix)
    assert "activate GMS_VENV_PYTHON" in first and "pip install scikit-learn numpy==" + np.__version__ in first
    refuse_strays(workspace, "Scan")


@pytest.mark.parametrize("error", ["ImportError", "ValueError"])  # an old one meets a new NumPy with a ValueError
def test_one_that_cannot_be_loaded_is_named(error, monkeypatch, tmp_path):
    (tmp_path / "sklearn").mkdir()
    (tmp_path / "sklearn" / "__init__.py").write_text(f"raise {error}('DLL load failed')", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "sklearn")
    text = "from dm_python import bridge, nmf_sklearn\nbridge.menu(nmf_sklearn.main)"
    first = run(text, scan_image(), packages=None).results.splitlines()[0]
    assert "scikit-learn is installed in DM's Python" in first and "cannot be loaded (DLL load failed)" in first


def test_one_older_than_1_0_is_refused_because_its_alpha_means_something_else(monkeypatch):
    old = types.ModuleType("sklearn")
    old.__version__, old.decomposition = "0.24.2", types.ModuleType("sklearn.decomposition")
    monkeypatch.setitem(sys.modules, "sklearn", old)
    monkeypatch.setitem(sys.modules, "sklearn.decomposition", old.decomposition)
    text = "from dm_python import bridge, nmf_sklearn\nbridge.menu(nmf_sklearn.main)"
    assert "scikit-learn 0.24.2 is older than 1.0" in run(text, scan_image(), packages=None).results


@pytest.mark.parametrize("thread, warns", [("main", False), ("background", True)])
def test_a_first_load_in_the_background_is_announced(thread, warns):
    text = "from dm_python import bridge, nmf_sklearn\nbridge.menu(nmf_sklearn.main)"
    workspace = run(text, scan_image(), packages=("numpy",), thread=thread)
    assert ("for the first time on a background thread" in workspace.results) == warns


@pytest.mark.parametrize("options, says", [
    ({"solver": "als"}, "no solver 'als'"), ({"init": "custom"}, "no start 'custom'"),
    ({"alpha_W": -1}, "alpha_W = -1"),
    ({"alpha_H": float("nan")}, "alpha_H = nan"), ({"l1_ratio": 2}, "l1_ratio = 2"), ({"max_iter": 0}, "iterations"),
    ({"n_components": 0}, "0 components")])
def test_settings_that_make_no_sense_are_refused(options, says):
    with pytest.raises(RefusedError, match=says):
        nmf_sklearn(example().pixels, **{"n_components": 2, **options})


def test_the_menu_asks_once_and_runs_with_the_answers():
    answer = "Components=2; alpha_W: penalty of maps=0.01; Iterations=20; Solver=mu; Seed=4"
    workspace = click("nmf_sklearn", workspace_with(scan_image(), answers=[answer]), packages=None)
    record = last_record(shown(workspace)[MAPS])
    assert [record[key] for key in ("n_components", "alpha_W", "alpha_H", "max_iter", "solver", "seed")] == [
        2, 0.01, 0.0, 20, "mu", 4]
    refuse_strays(workspace, "Scan", MAPS, DIFFRACTIONS)
