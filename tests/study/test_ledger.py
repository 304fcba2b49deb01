"""Trials are claimed once and told once, however many processes do it at the same moment."""

import subprocess
import sys
from collections import Counter

import optuna
import pytest
from optuna.trial import TrialState

from paretune import Float, Maximize, Minimize, Study, TrialFailedError
from paretune.errors import InvalidInputError

pytestmark = pytest.mark.end_to_end

WANTED = [Maximize("gain"), Minimize("cost")]
CLAIMANT = """
import sys, time
import optuna
from paretune import Float, Maximize, Minimize, Study
optuna.logging.set_verbosity(optuna.logging.CRITICAL)
study = Study({"x": Float(0, 1)}, [Maximize("gain"), Minimize("cost")], storage=sys.argv[1], searcher="random")
print("ready", flush=True)
sys.stdin.readline()
ledger = study._ledger
while (asked := ledger.ask(int(sys.argv[2]))) is not None:
    print(asked.number, repr(asked.params["x"]), flush=True)
    if sys.argv[3] == "tell":
        study.tell(asked, {"gain": asked.params["x"], "cost": asked.params["x"]})
"""


@pytest.fixture
def claimants():
    """Starts processes that claim until nothing is left, all at once; what each has claimed."""
    started = []

    def call(where, n, budget, deed):
        words = [sys.executable, "-c", CLAIMANT, where, str(budget), deed]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        started.extend(subprocess.Popen(words, **pipes) for _ in range(n))
        for process in started:
            assert process.stdout.readline() == "ready\n"
        for process in started:
            process.stdin.write("go\n")
            process.stdin.flush()
        return [process.communicate()[0].splitlines() for process in started]

    yield call
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def study(tmp_path, quiet_optuna):  # noqa: ARG001 (for its effect)
    return open_study(tmp_path / "study.db")


def open_study(where):
    return Study({"x": Float(0, 1)}, WANTED, storage=where, searcher="random")


def frozen(study):
    return study._study.get_trials(deepcopy=False)


def states(study):
    return Counter(trial.state for trial in frozen(study))


@pytest.mark.usefixtures("quiet_optuna")
@pytest.mark.parametrize("deed", ["claim", "tell"])
def test_many_processes_claim_the_budget_exactly_and_no_trial_twice(storage, claimants, deed):
    study = open_study(storage)
    for asked in [study.ask() for _ in range(3)]:  # and what was lost before is claimed once, too
        study.tell(asked, reason="lost")
    before = [params["x"] for params in study.trials.params]

    claimed = [line.split() for lines in claimants(storage, 3, 9, deed) for line in lines]
    numbers, xs = zip(*claimed, strict=True)
    assert len(set(numbers)) == len(set(xs)) == len(claimed) == 9
    assert {repr(x) for x in before} <= set(xs)
    assert study.n_counted() == 9
    assert states(study)[TrialState.WAITING] == 0
    assert states(study)[TrialState.COMPLETE if deed == "tell" else TrialState.RUNNING] == 9


def test_who_makes_way_for_another_that_makes_way_as_well_looks_again(study):
    study.tell(study.ask(), reason="lost")  # what waits sees all others before it, and a new one sees what had waited
    ledger, ahead, others = study._ledger, study._ledger._n_ahead, [1]
    ledger._n_ahead = lambda number: others.pop() if others else ahead(number)
    assert ledger.ask(budget=1) is not None
    assert study.n_counted() == 1
    assert ledger.ask(budget=1) is None


def test_a_trial_is_told_once(storage):
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


def test_what_two_give_up_at_once_is_tried_again_once(study):
    study.ask()
    mine, theirs = study._ledger, open_study(study._study._storage._backend.url.removeprefix("sqlite:///"))._ledger
    seen = list(theirs.pending())
    assert mine.release_trials(lambda _: True, "gone") == 1
    theirs.pending = lambda: seen  # it looked a moment before
    assert theirs.release_trials(lambda _: True, "gone") == 0
    assert states(study) == {TrialState.FAIL: 1, TrialState.WAITING: 1}


def test_a_lost_trial_is_tried_again_with_its_parameters_before_any_other(study):
    first, second = study.ask(), study.ask()
    study.tell(first, reason="lost", message="the node is gone")
    again, new = study.ask(), study.ask()
    assert again.params == first.params
    assert new.params not in (first.params, second.params)
    assert frozen(study)[again.number].user_attrs["paretune:instead_of"] == first.number
    assert study.n_counted() == 3


def test_the_same_parameters_lost_twice_count_as_crashed_with_a_note(study):
    first = study.ask()
    assert study.tell(first, reason="lost", message="killed").reason == "lost"
    second = study.ask()
    told = study.tell(second, reason="lost", message="killed")
    assert (told.reason, told.message) == (
        "crashed",
        "lost twice, which counts as crashed: killed",
    )
    assert study.n_counted() == 1
    assert study.ask().params != first.params


def test_a_retry_of_a_retry_remembers_what_was_lost_before(study):
    """Given up by an interruption, which blames nobody, then lost, then lost again."""
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
def test_what_was_lost_is_not_chosen_anew_before_it_is_tried_again(tmp_path, searcher):
    """Another runner asks in the moment between a trial's loss and its place in the queue."""
    study = Study({"x": Float(0, 1)}, WANTED, storage=tmp_path / "a.db", searcher=searcher)
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


def test_no_reason_but_lost_is_tried_again(study):
    for reason in ("crashed", "out_of_memory", "not_finite", "timed_out"):
        study.tell(study.ask(), reason=reason)
    assert states(study) == {TrialState.FAIL: 4}
    assert study.n_counted() == 4


def test_a_budget_that_is_met_gives_no_trial_and_leaves_no_trace(study):
    for _ in range(2):
        assert study._ledger.ask(2) is not None
    assert study._ledger.ask(2) is None
    assert len(frozen(study)) == 2
    assert study._ledger.ask(3) is not None


def test_a_trial_too_many_is_given_back_with_what_had_waited(study, monkeypatch):
    """Another runner takes the last place between one's look and one's claim."""
    asked = study.ask()
    study.tell(asked, reason="lost")
    ledger = study._ledger
    looks, counted = [0], ledger.n_counted
    monkeypatch.setattr(ledger, "n_counted", lambda: looks.pop() if looks else counted())
    taken = study._study.ask  # what waited goes to us, and the last place to the other
    theirs = []

    def claim():
        trial = taken()
        theirs.append(study._study._storage.create_new_trial(study._study._study_id))
        return trial

    monkeypatch.setattr(study._study, "ask", claim)
    assert ledger.ask(1) is None
    monkeypatch.undo()
    assert ledger.n_counted() == 1
    optuna.Trial(study._study, theirs[0])
    assert study.ask().params == asked.params


def test_everything_about_a_trial_is_kept(study):
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
