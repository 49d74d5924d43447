"""The folder of a clustering: written whole or not at all, with what its tables promise."""
import json

import numpy as np
import pytest

from offline_reference import report
from offline_reference.clustering import cluster
from offline_reference.report import clusters_folder

from .conftest import make_dataset, make_factors
from .page import Page


@pytest.fixture
def found():
    """Five components of random diffractions, in three clusters."""
    factors = make_factors(5, (15, 16))
    return cluster(factors.diffractions, factors.maps, n_clusters=3, inner_radius=1, centre=(7.0, 8.0)), factors


def write(out, found, run, maps=None):
    clustering, factors = found
    axes = make_dataset((15, 16)).axes
    report.write_clusters(out, clustering, factors.diffractions, factors.maps if maps is None else maps, axes, run,
                          {"path": "glass-constrained", "title": "Zr glass <area 3>"})


def test_the_folder_and_its_numbers(tmp_path, found, run):
    write(tmp_path / "out", found, run)
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(clusters_folder.FILES)
    record = json.loads((tmp_path / "out" / "result.json").read_text("ascii"))
    assert sorted(k for one in record["clusters"] for k in one["components"]) == [1, 2, 3, 4, 5]
    for number, one in enumerate(record["clusters"], start=1):
        members = [k for k, row in enumerate(record["components"], 1) if row["cluster"] == number]
        assert members == one["components"]
        assert one["reference"] in one["components"]
        assert one["total"] == pytest.approx(found[1].maps[np.array(one["components"]) - 1].sum())
        assert (one["least_similarity"] is None) == (len(one["components"]) == 1)
    assert len(record["tree"]) == 4 and record["axes"]["v"]["units"] == "1/nm"
    assert record["parameters"]["centre"] == [7, 8]


def test_the_page_is_sound_and_titles_cannot_break_it(tmp_path, found, run):
    write(tmp_path / "out", found, run)
    page = Page((tmp_path / "out" / "report.html").read_text("utf-8"))
    page.assert_sound()
    assert "Clusters of Zr glass <area 3>" in page.text
    assert "cut into 3 clusters, as asked." in page.text
    # the picture; diffraction, map and their colour bars of 3 clusters, and of 5 components and 4 merges in the tree
    assert len(page.pngs()) == 1 + (3 + 5 + 4) * 4


def test_the_page_holds_a_smaller_picture_where_the_whole_one_is_too_large(tmp_path, found, run, monkeypatch):
    monkeypatch.setattr(clusters_folder, "PICTURE_BYTES", 60_000)
    write(tmp_path / "out", found, run)
    whole = (tmp_path / "out" / "clusters.png").read_bytes()
    in_page = Page((tmp_path / "out" / "report.html").read_text("utf-8")).pngs()[0]
    assert len(in_page) <= 60_000 < len(whole)


def test_a_failure_in_the_middle_leaves_nothing_behind(tmp_path, found, run, monkeypatch):
    monkeypatch.setattr(clusters_folder, "clusters_page", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write(tmp_path / "out", found, run)
    assert list(tmp_path.iterdir()) == []


def test_only_clusters_of_several_turned_members_have_orientations(found, monkeypatch):
    clustering, factors = found
    clustering.symmetry[:] = 2
    drawn = []
    monkeypatch.setattr(clusters_folder.figures, "clusters_figure", lambda *parts, **_: drawn.append(parts[5]))
    clusters_folder.figure(clustering, factors.diffractions, factors.maps, make_dataset((15, 16)).axes)
    for members, orientation in zip(clustering.clusters.members, drawn[0]):
        assert (orientation is None) == (len(members) == 1)
        assert orientation is None or orientation[1] == 180
