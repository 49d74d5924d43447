"""dm-nmf reproduce: the page of claims, its numbers, and what it refuses."""
import json
from argparse import Namespace

import pytest

from offline_reference.cli import reproduce

QUICK = ("reproduce", "--quick", "--seeds", 2, "--first-seed", 50)


@pytest.fixture(scope="module")
def verdicts():
    return {"reproduces", "reproduces in part", "does not reproduce"}


def test_page_figures_and_numbers_of_the_claims_that_were_asked_for(run, workplace, verdicts):
    answer = run(*QUICK, "--only", "s5-scree", "s5-varimax", "-o", "claims")
    assert answer.code == 0, answer.err
    assert "s5-varimax: dataset 2 of 2" in answer.out
    assert "Report: claims/report.html" in answer.out.replace("\\", "/")
    record = json.loads((workplace / "claims" / "result.json").read_text())
    assert [one["key"] for one in record["claims"]] == ["s5-varimax", "s5-scree"]
    page = (workplace / "claims" / "report.html").read_text(encoding="utf-8")
    for claim in record["claims"]:
        assert claim["verdict"] in verdicts
        assert claim["sentence"] in page.replace("&#39;", "'")
        assert set(claim["seeds"]) == {"50", "51"}
    assert any("2 datasets" in sentence for sentence in record["warnings"])
    assert any("--quick" in sentence for sentence in record["warnings"])
    pictures = {path.name for path in (workplace / "claims").glob("*.png")}
    assert pictures == {"s5-scree-curves.png", "s5-varimax-images.png", "s5-varimax-numbers.png"}
    assert pictures | {"report.html", "result.json"} == set(record["files"])
    assert page.count('src="data:image/png;base64,') == len(pictures)
    assert len(page) < 3e6


def test_quiet_says_no_progress(run, workplace):
    answer = run(*QUICK, "--only", "s5-scree", "-q")
    assert "dataset 1" not in answer.out
    assert (workplace / "dm-nmf-claims" / "report.html").exists()


def test_the_same_seed_gives_the_same_numbers(run, workplace):
    for name in ("one", "two"):
        run(*QUICK, "--only", "s5-varimax", "-o", name)
    one, two = (json.loads((workplace / name / "result.json").read_text())["claims"] for name in ("one", "two"))
    assert one == two


def test_ctrl_c_ends_after_the_dataset_in_work():
    args = Namespace(only=None, first_seed=50, seeds=4, quick=True, quiet=True)
    pressed = iter([False])
    args.only = ["s5-varimax", "s5-scree"]
    claims = reproduce.reproduced(args, lambda: next(pressed, True))
    assert [(one.key, len(one.per_seed)) for one in claims] == [("s5-varimax", 1)]


def test_keys_are_those_of_the_claims():
    from offline_reference.claims import studies

    assert len(reproduce.KEYS) == len(studies())


def test_an_unknown_claim_is_refused(refuses):
    refuses("reproduce", "--only", "fig9", saying=["fig9", "fig1"])


def test_no_dataset_at_all_is_refused(refuses):
    refuses("reproduce", "--seeds", "0", saying="--seeds")


def test_a_folder_of_other_work_is_not_replaced(refuses, workplace):
    (workplace / "mine").mkdir()
    (workplace / "mine" / "notes.txt").write_text("mine")
    refuses(*QUICK, "-o", "mine", "--overwrite", saying="mine")
