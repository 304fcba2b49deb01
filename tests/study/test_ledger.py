"""Tests of the ledger: each trial is claimed once and ended once, also by many processes at a time."""

from collections import Counter

import optuna
import pytest
from optuna.trial import TrialState

from paretune import Float, Maximize, Minimize, Study, TrialFailedError
from paretune.adapters.optuna import internals
from paretune.errors import InvalidInputError
from rivals import claim_trials, rivals

pytestmark = pytest.mark.end_to_end

OBJECTIVES = [Maximize("gain"), Minimize("cost")]


@pytest.fixture
def study(tmp_path, quiet_optuna):  # noqa: ARG001 (for its effect)
    return open_study(tmp_path / "study.db")


def open_study(where):
    return Study({"x": Float(0, 1)}, OBJECTIVES, storage=where, searcher="random")


def frozen(study):
    return study._study.get_trials(deepcopy=False)


def states(study):
    return Counter(trial.state for trial in frozen(study))


@pytest.mark.usefixtures("quiet_optuna")
@pytest.mark.parametrize("action", ["claim", "tell"])
def test_many_processes_claim_the_exact_budget_and_no_trial_twice(storage, action):
    study = open_study(storage)
    for asked in [study.ask() for _ in range(3)]:  # each lost trial is claimed once, too
        study.tell(asked, reason="lost")
    before = [params["x"] for params in study.trials.params]

    with rivals(3, claim_trials, storage, 9, action) as start:
        claimed = [trial for trials in start() for trial in trials]
    numbers, xs = zip(*claimed, strict=True)
    assert len(set(numbers)) == len(set(xs)) == len(claimed) == 9
    assert set(before) <= set(xs)
    assert study.n_counted() == 9
    assert states(study)[TrialState.WAITING] == 0
    assert states(study)[TrialState.COMPLETE if action == "tell" else TrialState.RUNNING] == 9


def test_claims_that_yield_to_each_other_are_repeated(study):
    study.tell(study.ask(), reason="lost")  # a waiting trial counts before a new one
    ledger, ahead, others = study._ledger, study._ledger._n_ahead, [1]
    ledger._n_ahead = lambda number: others.pop() if others else ahead(number)
    assert ledger.ask(budget=1) is not None
    assert study.n_counted() == 1
    assert ledger.ask(budget=1) is None


def test_result_of_a_trial_is_stored_once(storage):
    study, other = open_study(storage), open_study(storage)
    asked = study.ask()
    other.tell(asked.number, {"gain": 1.0, "cost": 2.0})
    for again in (study, other):
        with pytest.raises(InvalidInputError, match="trial 0 of study 'study' is not pending"):
            again.tell(asked, {"gain": 3.0, "cost": 4.0})
        with pytest.raises(InvalidInputError, match="trial 0 of study 'study' is not pending"):
            again.tell(asked, reason="lost")
    assert [trial.values for trial in frozen(study)] == [[1.0, 2.0]]
    with pytest.raises(InvalidInputError, match="trial 7 of study 'study' is not pending"):
        study.tell(7, reason="crashed")


def test_trial_released_by_two_runners_is_tried_again_once(study):
    study.ask()
    first, second = study._ledger, open_study(study._study._storage._backend.url.removeprefix("sqlite:///"))._ledger
    seen = list(second.pending_trials())
    assert first.release_trials(lambda _: True, "gone") == 1
    second.pending_trials = lambda: seen  # it read the trials a moment before
    assert second.release_trials(lambda _: True, "gone") == 0
    assert states(study) == {TrialState.FAIL: 1, TrialState.WAITING: 1}


def test_lost_trial_is_tried_again_before_any_new_one(study):
    first, second = study.ask(), study.ask()
    study.tell(first, reason="lost", message="the node is gone")
    again, new = study.ask(), study.ask()
    assert again.params == first.params
    assert new.params not in (first.params, second.params)
    assert frozen(study)[again.number].user_attrs["paretune:instead_of"] == first.number
    assert study.n_counted() == 3


def test_trial_lost_twice_counts_as_crashed_with_a_note(study):
    first = study.ask()
    assert study.tell(first, reason="lost", message="killed").reason == "lost"
    second = study.ask()
    outcome = study.tell(second, reason="lost", message="killed")
    assert (outcome.reason, outcome.message) == (
        "crashed",
        "lost twice, which counts as crashed: killed",
    )
    assert study.n_counted() == 1
    assert study.ask().params != first.params


def test_retry_of_a_retry_counts_all_earlier_losses(study):
    """The trial is released by an interrupt, which does not count as a loss, and then lost twice."""
    x = study.ask().params
    study._ledger.release_trials(lambda _: True, "interrupted")
    assert study.ask().params == x
    study._ledger.release_trials(lambda _: True, "its runner died", is_suspect=True)
    assert study.ask().params == x
    study._ledger.release_trials(lambda _: True, "interrupted")
    asked = study.ask()
    assert asked.params == x
    assert study.tell(asked, reason="lost").reason == "crashed"


@pytest.mark.parametrize("searcher", ["random", "sobol", "grid", "bayes"])
def test_lost_configuration_is_not_suggested_before_its_retry(tmp_path, searcher):
    """Another runner asks after the trial is marked as lost and before it is enqueued."""
    study = Study({"x": Float(0, 1)}, OBJECTIVES, storage=tmp_path / "a.db", searcher=searcher)
    first, other = study.ask(), study.ask()
    between = []
    enqueue = study._study.enqueue_trial

    def ask_before(*args, **keywords):
        between.append(study.ask())
        enqueue(*args, **keywords)

    study._study.enqueue_trial = ask_before
    study.tell(first, reason="lost")
    chosen = [between[0].params, study.ask().params, study.ask().params]
    assert chosen[1] == first.params
    assert len({params["x"] for params in (*chosen, other.params)}) == 4


def test_only_lost_trials_are_tried_again(study):
    for reason in ("crashed", "out_of_memory", "not_finite", "timed_out"):
        study.tell(study.ask(), reason=reason)
    assert states(study) == {TrialState.FAIL: 4}
    assert study.n_counted() == 4


def test_spent_budget_gives_no_trial_and_changes_nothing(study):
    for _ in range(2):
        assert study._ledger.ask(2) is not None
    assert study._ledger.ask(2) is None
    assert len(frozen(study)) == 2
    assert study._ledger.ask(3) is not None


def test_trial_beyond_the_budget_is_released_and_waits_again(study, monkeypatch):
    """Another runner takes the last trial of the budget between the count and the claim."""
    asked = study.ask()
    study.tell(asked, reason="lost")
    ledger = study._ledger
    looks, counted = [0], ledger.n_counted
    monkeypatch.setattr(ledger, "n_counted", lambda: looks.pop() if looks else counted())
    taken = internals.ask  # the waiting trial goes to this runner, and the last of the budget to the other
    other_trials = []

    def claim(*arguments):
        trial = taken(*arguments)
        other_trials.append(study._study._storage.create_new_trial(study._study._study_id))
        return trial

    monkeypatch.setattr(internals, "ask", claim)
    assert ledger.ask(1) is None
    monkeypatch.undo()
    assert ledger.n_counted() == 1
    optuna.Trial(study._study, other_trials[0])
    assert study.ask().params == asked.params


def test_all_that_is_known_of_a_trial_is_stored(study):
    def train(params):
        if params["x"] > 0:
            return {"gain": 1.0, "cost": 2.0, "cost_se": 0.5, "epochs": 7, "paretune:steps": [{"step": 1, "gain": 0.3}]}
        raise TrialFailedError("crashed")

    study.run(train, n_trials=1)
    attributes = frozen(study)[0].user_attrs
    assert attributes["paretune:runner"]["pid"] > 0
    assert attributes["paretune:durations"]["suggest"] > 0
    assert attributes["paretune:seconds"] >= 0
    assert attributes["paretune:steps"] == [{"step": 1, "gain": 0.3}]
    assert (attributes["cost_se"], attributes["epochs"]) == (0.5, 7)
