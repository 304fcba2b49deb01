"""A study is run up to its total."""

import pytest

from paretune.app.plan import open_study
from paretune.app.run import run_study
from paretune.app.run_options import RunOptions
from paretune.errors import TooManyFailuresError

pytestmark = pytest.mark.end_to_end


def test_listeners_get_each_trial_in_order(request_study):
    options = RunOptions(trials=3, searcher="random")
    study, set_up = open_study(request_study(), {}, options)
    calls = []
    run_study(
        study, set_up, options, *(lambda asked, _, name=name: calls.append((asked.number, name)) for name in "ab")
    )
    assert calls == [(0, "a"), (0, "b"), (1, "a"), (1, "b"), (2, "a"), (2, "b")]
    assert len(study.trials) == 3


def test_stop_rule_ends_run(request_study):
    options = RunOptions(trials=50, searcher="random", stop_at="accuracy>=0")
    study, set_up = open_study(request_study(), {}, options)
    run_study(study, set_up, options)
    assert len(study.trials) < 50


def test_repeated_failures_raise(request_study):
    options = RunOptions(trials=9, searcher="random", max_failures=2)
    study, set_up = open_study(request_study(), {"width": 60000}, options)
    with pytest.raises(TooManyFailuresError):
        run_study(study, set_up, options)
