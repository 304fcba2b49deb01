"""Tests of the filters of runs."""

import json

import pytest

from paretune.errors import InvalidInputError
from paretune.server.sigopt.run_filter import select_runs

RUNS = [
    {"id": "1", "name": "First", "experiment": "7", "state": "completed", "values": {"a.b": {"value": 1}}},
    {"id": "2", "name": "second", "experiment": None, "state": "failed", "values": {}},
    {"id": "3", "name": "third", "experiment": "7", "state": "failed", "values": {}, "deleted": True},
]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([], ["1", "2"]),
        ([("experiment", "==", 7)], ["1"]),
        ([("experiment", "!=", "7")], ["2"]),
        ([("experiment", "isnull", True)], ["2"]),
        ([("experiment", "isnull", False)], ["1"]),
        ([("values.a.b.value", ">=", 1)], ["1"]),
        ([("values.a.b.value", "<", 1)], []),
        ([("deleted", "==", True)], ["3"]),
        ([("state", "==", "failed"), ("experiment", "isnull", True)], ["2"]),
    ],
)
def test_runs_are_selected_by_filters(filters, expected):
    text = json.dumps([dict(zip(("field", "operator", "value"), each, strict=True)) for each in filters])
    assert [run["id"] for run in select_runs(RUNS, {"filters": text})] == expected


def test_runs_are_searched_by_name():
    assert [run["id"] for run in select_runs(RUNS, {"search": "FIR"})] == ["1"]


@pytest.mark.parametrize("text", ["{", "{}", '[{"field": "a", "operator": "~"}]', '[{"operator": "=="}]'])
def test_wrong_filter_is_refused(text):
    with pytest.raises(InvalidInputError):
        select_runs(RUNS, {"filters": text})
