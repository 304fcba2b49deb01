"""Tests of the stored text of the end of a run."""

import pytest

from paretune.study import EndKind, RunEnd


@pytest.mark.parametrize(
    ("kind", "detail", "text"),
    [
        (EndKind.ALL_TRIALS, {"n_trials": 30}, "30 trials"),
        (EndKind.TIME_LIMIT, {"seconds": 3600.0}, "3600 s were over"),
        (EndKind.TARGET_MET, {"trial": 7, "target": "a>=1"}, "trial 7 met the target a>=1"),
        (
            EndKind.STAGNATION,
            {"percent": 1.0, "n_trials": 50},
            "the hypervolume grew by no more than 1 % in the last 50 trials",
        ),
        (EndKind.STOP_REQUEST, {}, "paretune stop"),
        (EndKind.INTERRUPT, {}, "interrupted"),
        (EndKind.FAILURES, {"n_failures": 1}, "1 trial has failed"),
        (EndKind.FAILURES, {"n_failures": 3}, "3 trials in a row have failed"),
        (EndKind.EXHAUSTED, {"message": "nothing left {}"}, "nothing left {}"),
        (EndKind.ERROR, {"message": "lost"}, "lost"),
    ],
)
def test_stored_text_of_an_end_is_the_one_of_earlier_databases(kind, detail, text):
    assert RunEnd(kind, detail).stored_text == text


def test_every_kind_of_end_has_a_stored_text():
    detail = {
        "n_trials": 1,
        "seconds": 1,
        "trial": 1,
        "target": "",
        "percent": 1,
        "n_failures": 2,
        "message": "",
        "budget": "",
    }
    assert all(isinstance(RunEnd(kind, detail).stored_text, str) for kind in EndKind)
