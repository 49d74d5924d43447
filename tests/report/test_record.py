"""result.json: strict, ASCII, complete."""
import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_reference.report.record import plain, result_record, to_json


def strictly(text):
    """Read JSON as a strict program does: NaN and Infinity are no JSON."""

    def refuse(constant):
        raise AssertionError("{} is no JSON".format(constant))

    return json.loads(text, parse_constant=refuse)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.builds(np.float32, st.floats(width=32))
    | st.builds(np.int16, st.integers(-9, 9)) | st.builds(np.array, st.lists(st.floats())),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(anything)
def test_whatever_a_record_holds_becomes_strict_ascii_json(value):
    text = to_json({"value": value})
    assert text.isascii()
    assert strictly(text) == plain({"value": value})


def test_plain_values():
    assert plain({"a": np.float64("nan"), 2: (np.int64(3), True, np.True_, None)}) == {
        "a": None, "2": [3, True, True, None]
    }
    assert plain(np.array([[True, False], [True, True]])) == "3 true of 2 x 2"  # a mask of a detector is no list
    assert plain(np.zeros((3, 4), np.uint8)) == "array of 3 x 4 uint8"
    assert plain([Path("a"), datetime(2026, 11, 24, 12)]) == ["a", "2026-11-24T12:00:00"]


def test_the_record_says_what_went_in_what_was_done_and_what_came_out(dataset, factors, run):
    record = strictly(to_json(result_record(dataset, factors, run, {"report.html": "this page"})))
    assert record["input"] == {
        "path": "glass.dm4", "title": "Zr glass, area 3", "shape": [5, 6, 7, 8], "dtype": "uint16", "order": "vuyx",
        "order_reason": dataset.order_reason, "instrument": {"voltage_kv": 300.0},
    }
    assert record["axes"]["u"] == {"size": 6, "scale": 0.25, "offset": -0.75, "units": "1/nm"}
    assert record["parameters"] == {
        "n_components": 3, "cutoff": 0.2, "cutoff_origin": "given", "centre": [2.5, 3.0], "central_radius": 1.0
    }
    assert record["mse_history"] == [9.0, 3.0, 2.5, 2.75]
    assert (record["mean_squared_error"], record["n_iter"], record["best_iter"]) == (2.5, 4, 3)
    assert (record["stopped"], record["seed"], record["seconds"]) == ("max_iter", 7, 1.25)
    assert {"dm-nmf", "python", "numpy", "rosettasciio"} <= set(record["versions"])
    assert sum(record["shares_of_intensity"]) == pytest.approx(1)


def test_a_sentence_is_recorded_once_as_an_event_or_as_a_warning(dataset, factors, run):
    record = result_record(dataset, factors, run, {})
    assert record["warnings"] == ["2 detector pixels never count."]
    assert record["events"] == ["iteration 2: the map of component 3 was restarted."]


def test_a_history_that_is_not_finite_is_recorded_as_null(dataset, factors, run):
    factors.mse_history = np.array([np.inf, 2.0, np.nan])
    assert result_record(dataset, factors, run, {})["mse_history"] == [None, 2.0, None]
