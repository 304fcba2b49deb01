"""The file that describes where exported trials come from."""

import json
from pathlib import Path

import pytest

from paretune.app.export import ExportFormat, export_study
from paretune.app.origin_file import check_same_origin, origin_limits, read_origin
from paretune.errors import InvalidInputError, StudyMismatchError
from paretune.workloads.builtin.analytic import WORKLOAD

DATA = {"name": "Adiac", "sha256": "ab", "notice": "found in d1"}
FACTS = {"workload": "diatoms", "options": {}, "fixed": {}, "data": DATA}


def test_exported_origin_is_read_with_its_limits(random_study):
    export_study(random_study, "paretune.db", Path("o.json"), ExportFormat.origin)
    origin = read_origin(Path("o.json"))
    assert (origin["workload"], origin["runs"][0]["searcher"]) == ("analytic", "random")
    assert origin_limits(origin) == WORKLOAD.objectives.limits_by_name


def test_missing_file_has_no_origin_and_no_limits():
    assert read_origin(None) == {}
    assert origin_limits({}) == ({}, {})
    check_same_origin(None, {}, "s", FACTS)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "o.json cannot be read: No such file"),
        ("{", "o.json is not JSON"),
        ("[" * 100_000, "o.json is not JSON"),
        (json.dumps([]), "o.json was not written by `paretune export --format origin`"),
        (json.dumps({"workload": "analytic"}), "o.json was not written by"),
    ],
)
def test_wrong_file_is_refused(content, message):
    if content is not None:
        Path("o.json").write_text(content)
    with pytest.raises(InvalidInputError, match=message):
        read_origin(Path("o.json"))


def test_same_data_in_another_folder_are_the_same_origin():
    check_same_origin(Path("o.json"), FACTS, "s", {**FACTS, "data": {**DATA, "notice": "found in d2"}})
    with pytest.raises(StudyMismatchError, match="o.json has data .*, but study 's' has"):
        check_same_origin(Path("o.json"), FACTS, "s", {**FACTS, "data": {**DATA, "sha256": "cd"}})
