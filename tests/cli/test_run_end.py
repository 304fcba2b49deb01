"""Words for how a run ended."""

import pytest

from paretune.cli.run_end import describe_run_end
from paretune.study import EndKind, RunEnd


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (RunEnd(EndKind.ALL_TRIALS, {"n_trials": 3}), ""),
        (RunEnd(EndKind.TIME_LIMIT, {"seconds": 7200.0}), "the time limit of 7200 s is over"),
        (RunEnd(EndKind.TARGET_MET, {"trial": 7, "target": "acc>=1"}), "trial 7 met the target acc>=1"),
        (RunEnd(EndKind.STOP_REQUEST), "paretune stop"),
        (RunEnd(EndKind.EXHAUSTED, {"message": "nothing is left to try"}), "nothing is left to try"),
    ],
)
def test_end_is_described(end, words):
    assert describe_run_end(end) == words
