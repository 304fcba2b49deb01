"""What must be the same when a study is resumed."""

import pytest

from paretune import Categorical, Int
from paretune.app.resume import (
    check_limits,
    is_same_data,
    resume_data,
    resume_limits,
    resume_settings,
    with_added_options,
)
from paretune.errors import StudyMismatchError
from paretune.workloads import Option

DATA = {"name": "Adiac", "sha256": "ab", "notice": "found in d1"}
MOVED = {**DATA, "notice": "found in d2"}
OTHER = {**DATA, "sha256": "cd"}


def test_settings_that_are_not_given_are_those_stored():
    stored = {"options": {"epochs": 5}, "fixed": {"width": 8}, "ranges": {"rate": "0:1"}}
    assert resume_settings(stored, {"epochs": 5}, "s", "stop") == {"epochs": 5, "width": 8, "rate": "0:1"}
    with pytest.raises(StudyMismatchError, match="study 's' has epochs=5, not 6: stop"):
        resume_settings(stored, {"epochs": 6}, "s", "stop")


def test_option_that_was_added_later_has_its_earlier_value_in_stored_studies():
    options = {
        "epochs": Option(500, Int(1, 1000), "passes"),
        "clock": Option("reference", Categorical(("reference", "wall")), "of times", earlier_value="wall"),
    }
    stored = {"options": {"epochs": 5}, "fixed": {}}
    completed = with_added_options(stored, options)
    assert completed["options"] == {"epochs": 5, "clock": "wall"}
    assert resume_settings(completed, {"clock": "wall"}, "s", "stop")["clock"] == "wall"
    with pytest.raises(StudyMismatchError, match="study 's' has clock='wall', not 'reference': stop"):
        resume_settings(completed, {"clock": "reference"}, "s", "stop")
    assert with_added_options({"options": {"clock": "reference"}}, options)["options"] == {"clock": "reference"}
    assert with_added_options({}, options) == {}  # no stored study


def test_data_in_another_folder_are_the_same():
    assert is_same_data(DATA, MOVED)
    assert not is_same_data(DATA, OTHER)
    assert is_same_data(None, None)
    assert resume_data("s", DATA, MOVED) == DATA
    assert resume_data("s", None, MOVED) == MOVED  # a study without data refuses it later
    with pytest.raises(StudyMismatchError, match=r"made with Adiac \(sha256 ab\), not with Adiac \(sha256 cd\)"):
        resume_data("s", DATA, OTHER)


def test_only_limits_that_differ_from_the_workload_are_kept():
    own = ({"accuracy": 0.5}, {"time": 1.0})
    assert resume_limits(own, ({"accuracy": 0.5}, {"size": 3.0}), {}) == {"at_least": {}, "at_most": {"size": 3.0}}
    stored = {"at_least": {"accuracy": 0.7}, "at_most": {}}
    assert resume_limits(own, ({}, {}), stored) == stored


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (({"accuracy": 0.6}, {}), "requires accuracy to be at least 0.5, not 0.6: stop"),
        (({}, {"size": 3.0}), "has no limit on size, but at most 3 was given: stop"),
    ],
)
def test_limit_that_differs_is_refused(given, message):
    before = ({"accuracy": 0.5}, {})
    check_limits(before, ({"accuracy": 0.5}, {}), "s", "stop")
    with pytest.raises(StudyMismatchError, match=f"study 's' {message}"):
        check_limits(before, given, "s", "stop")
