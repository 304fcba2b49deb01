"""Runs, and several runs pooled into one table."""

from dataclasses import replace

import numpy as np
import pytest

from paretune import Float, Maximize, Minimize, Objectives, Space, Trials
from paretune.errors import InvalidInputError
from paretune.reports import Run, summarize
from paretune.reports.runs import pool_runs
from paretune.reports.tables import trials_table
from paretune.trials import Curves


def trials(numbers, names=("loss",), space=None):
    n = len(numbers)
    losses = np.array([[float(number)] * len(names) for number in numbers])
    objectives = Objectives([Minimize(name) for name in names])
    params = tuple({"x": number / 100} for number in numbers)
    return Trials(space or Space({"x": Float(0, 1)}), objectives, params, losses[:n], numbers=np.array(numbers))


def test_pool_of_single_run_is_its_table():
    table = trials([3, 7])
    pooled = pool_runs([Run("a", table)])
    assert pooled.trials is table
    assert (pooled.runs, pooled.numbers) == (("a", "a"), (3, 7))


def test_pooled_runs_are_interleaved_and_numbered_anew():
    pooled = pool_runs([Run("a", trials([0, 1, 5])), Run("b", trials([0, 2]))])
    assert pooled.runs == ("a", "b", "a", "b", "a")
    assert pooled.numbers == (0, 0, 1, 2, 5)
    assert pooled.trials.numbers.tolist() == [0, 1, 2, 3, 4]
    assert pooled.trials.values[:, 0].tolist() == [0, 0, 1, 2, 5]
    assert [params["x"] for params in pooled.trials.params] == [0, 0, 0.01, 0.02, 0.05]


def test_runs_with_different_parameters_or_objectives_are_rejected():
    with pytest.raises(InvalidInputError, match="a and b do not vary the same parameters"):
        pool_runs([Run("a", trials([0])), Run("b", trials([1], space=Space({"x": Float(0, 2)})))])
    limited = replace(trials([1]), objectives=Objectives([Minimize("loss", at_most=9)]))
    with pytest.raises(InvalidInputError, match="a and b do not have the same objectives and limits"):
        pool_runs([Run("a", trials([0])), Run("b", limited)])


def test_every_trial_is_counted_once_by_state():
    table = Trials(
        Space({"x": Float(0, 1)}),
        Objectives([Maximize("gain")]),
        ({"x": 0.1},) * 6,
        losses=[[1], [np.nan], [np.nan], [np.nan], [2], [np.nan]],
        states=np.array(["complete", "failed", "failed", "pending", "complete", "failed"], object),
        reasons=np.array(["", "crashed", "lost", "", "", "timed_out"], object),
    )
    run = Run("a", table, n_unfit=4)
    assert run.counts == {"trials": 10, "complete": 2, "failed": 2, "pending": 1, "lost": 1, "unfit": 4}
    assert run.counts["trials"] == sum(n for name, n in run.counts.items() if name != "trials")
    assert run.failures == {"crashed": 1, "timed_out": 1}
    assert len(run.finished_trials) == 4


def test_trials_that_a_scheduler_stopped_have_a_count_and_a_column_of_their_own_if_there_are_any():
    table = trials([0, 1, 2])
    losses = table.losses.copy()
    losses[2] = np.nan
    stopped = replace(table, losses=losses, states=np.array(["complete", "complete", "stopped"], object))
    run = Run("a", stopped)
    assert run.counts["stopped"] == 1
    assert run.counts["trials"] == sum(n for name, n in run.counts.items() if name != "trials")
    assert trials_table(summarize([run]))[0]["stopped"] == "1"
    assert "stopped" not in Run("a", table).counts
    assert "stopped" not in trials_table(summarize([Run("a", table)]))[0]
    assert [row["stopped"] for row in trials_table(summarize([run], [Run("b", table)]))] == ["1", "0"]


def test_run_says_at_which_steps_trials_were_stopped():
    table = trials([0, 1, 2])
    states = np.array(["complete", "stopped", "stopped"], object)
    losses = np.where((states == "stopped")[:, None], np.nan, table.losses)
    last = {0: 60, 1: 2, 2: 18}
    curves = Curves.from_steps({number: [{"step": step, "loss": 0.5}] for number, step in last.items()})
    table = replace(table, losses=losses, states=states)
    assert Run("a", replace(table, curves=curves)).stopped_steps == "at step 2 to 18 of 60"
    assert Run("a", table).stopped_steps == ""
    assert Run("a", replace(trials([0, 1, 2]), curves=curves)).stopped_steps == ""
