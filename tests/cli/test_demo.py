"""demo: the whole way once, on data too small to be beautiful."""
import json

import pytest

from offline_reference.cli import demo
from offline_reference.numerics.methods import Factors
from offline_reference.simulate import crystals_in_amorphous


@pytest.fixture
def small(monkeypatch):
    """The demo on a quarter of its scan and detector."""
    add_arguments = demo.add_arguments

    def smaller(parser):
        add_arguments(parser)
        parser.set_defaults(scan=(20, 22), detector=(30, 32))

    monkeypatch.setattr(demo, "add_arguments", smaller)
    monkeypatch.setattr(demo, "RUNS", (("primitive", "als", 30), ("constrained", "constrained", 60)))


def test_it_writes_a_dm4_factorizes_it_twice_scores_and_says_where_the_report_is(run, small, workplace):
    answer = run("demo")
    assert answer.code == 0, answer.err
    out = workplace / "dm-nmf-demo"
    assert {path.name for path in out.iterdir()} == {
        "crystals.dm4", "crystals-truth.npz", "primitive", "constrained", "comparison", "clusters", "result.json"}
    assert "Report: dm-nmf-demo/comparison/report.html" in answer.out.replace("\\", "/")
    assert (out / "comparison" / "report.html").exists() and (out / "constrained" / "report.html").exists()
    scores = json.loads((out / "result.json").read_text())["measures"]
    assert scores["constrained"][demo.HOLES] < scores["primitive"][demo.HOLES]
    clusters = json.loads((out / "result.json").read_text())["clusters"]
    assert sorted(k for members in clusters for k in members) == [1, 2, 3, 4]
    assert json.loads((out / "clusters" / "result.json").read_text())["input"]["path"].endswith("constrained")
    assert "Clusters: {} of 4 components".format(len(clusters)) in answer.out
    record = json.loads((out / "constrained" / "result.json").read_text())
    assert record["input"]["path"].replace("\\", "/") == "dm-nmf-demo/crystals.dm4"
    assert "Data Order Swapped is false" in record["input"]["order_reason"]


def test_it_runs_again_only_over_its_own_folder(run, refuses, small, workplace):
    (workplace / "thesis").mkdir()
    (workplace / "thesis" / "chapter.txt").write_text("the only copy")
    refuses("demo", "-o", "thesis", "--overwrite", saying="no folder of results")
    assert run("demo", "-q").code == 0
    refuses("demo", saying="--overwrite")
    assert run("demo", "-q", "--overwrite").code == 0


@pytest.mark.parametrize("words, phrase", [(("--dose", 0), "above 0"), (("--seed", -1), "at least 0"),
                                           (("--dose", 1e9), "lower the dose")])
def test_what_cannot_be_simulated_is_refused(refuses, small, words, phrase):
    refuses("demo", "-q", *words, saying=phrase)


def test_the_truth_itself_scores_best():
    truth = crystals_in_amorphous(scan=(12, 13), detector=(40, 42), seed=1)

    class Found:
        stopped, n_iter, best_iter, mse_history, objective_history = "converged", 1, 1, [0.0], [0.0]

    scores = demo.score(truth, Factors(truth.diffractions[::-1], truth.maps[::-1], 1.0, Found, (), {}))
    assert scores[demo.SPOTS] == pytest.approx(1) and scores[demo.MAPS] == pytest.approx(1)
    assert scores[demo.HOLES] < 0.05  # the diffuse halo falls over the width of a disc
