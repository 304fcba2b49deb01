"""Tests of recognizing the states in tables of unknown tools."""

import pytest

from paretune import Maximize, Minimize, Objectives
from paretune.errors import InvalidInputError
from paretune.trials import trials_from_csv

WANTED = Objectives([Maximize("accuracy"), Minimize("latency")])


def read(folder, text, objectives=WANTED, **options):
    path = folder / "t.csv"
    path.write_text(text)
    return trials_from_csv(path, objectives, **options)


@pytest.mark.parametrize("column", ["State", "state", "status", "Status", "trial_status", "Trial Status"])
@pytest.mark.parametrize(
    ("word", "state", "reason"),
    [
        ("crashed", "failed", "crashed"),
        ("FAILED", "failed", "crashed"),
        ("killed", "failed", "lost"),
        ("ABANDONED", "failed", "lost"),
        ("RUNNING", "pending", ""),
        ("PRUNED", "stopped", ""),
        ("TrialStatus.EARLY_STOPPED", "stopped", ""),
        ("timed out", "failed", "timed_out"),
    ],
)
def test_trial_that_did_not_finish_is_never_on_the_front(tmp_path, column, word, state, reason):
    trials = read(
        tmp_path, f"x,{column},a,l\n1,finished,0.5,2\n2,{word},0.99,0.1\n", Objectives([Maximize("a"), Minimize("l")])
    )
    assert trials.states.tolist() == ["complete", state]
    assert trials.reasons.tolist() == ["", reason]
    assert list(trials.space) == ["x"]


def test_unknown_word_of_a_state_is_reported_with_its_line(tmp_path):
    with pytest.raises(InvalidInputError, match=r"line 3: Status must be one of abandoned, .*, but is 'weird'"):
        read(tmp_path, "x,Status,accuracy,latency\n1,finished,1,2\n2,weird,1,2\n")


def test_column_state_without_known_words_is_a_parameter(tmp_path):
    trials = read(tmp_path, "x,State,accuracy,latency\n1,NY,1,2\n2,CA,1,2\n")
    assert trials.space["State"].choices == ("CA", "NY")


def test_flag_of_failure_fails_trials(tmp_path):
    trials = read(tmp_path, "x,failed,accuracy,latency\n1,False,1,2\n2,True,9,0\n")
    assert trials.states.tolist() == ["complete", "failed"]
