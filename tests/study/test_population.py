"""Population based training by a study: in one process, with an evaluation that saves."""

import json
import logging

import pytest
from optuna.storages import InMemoryStorage
from optuna.trial import TrialState

from paretune import Minimize, Study
from paretune.errors import InvalidInputError
from paretune.evaluation.outcome import Outcome
from paretune.schedulers import Asha
from paretune.study import Budget, EndKind
from paretune.study.population import describe_useless_member, make_population
from study.populations import LENGTH, OPTIONS, SPACE, Training, open_study, summary


@pytest.fixture
def trained(tmp_path):
    """A study that has trained its population, and what was trained."""
    study, training = open_study(), Training()
    study.run(training, checkpoints=tmp_path / "saved")
    return study, training


def stored(study):
    return {trial.number: trial for trial in study._study.get_trials(deepcopy=False)}


def test_copies_go_on_from_their_parents_with_changed_parameters(trained):
    study, _ = trained
    copies = {n: trial.user_attrs["paretune:parent"] for n, trial in stored(study).items() if n >= 4}
    assert [copy["step"] for copy in copies.values()] == [3, 6]
    for number, copy in copies.items():
        trial, parent = stored(study)[number], stored(study)[copy["parent"]]
        assert trial.params["width"] == parent.params["width"]
        shared = [step for step in trial.user_attrs["paretune:steps"] if step["step"] <= copy["step"]]
        assert shared == parent.user_attrs["paretune:steps"][: copy["step"]]
        assert trial.user_attrs["paretune:seed"] == parent.user_attrs["paretune:seed"]
        assert stored(study)[copy["replaced"]].state == TrialState.PRUNED


def test_new_rate_acts_after_the_copy(trained):
    """The training writes down the rate of each step; the parent's until the copy, its own from then on."""
    study, _ = trained
    for trial in stored(study).values():
        copy = trial.user_attrs.get("paretune:parent")
        if copy is not None and trial.state == TrialState.COMPLETE:
            before, now = (round(each.params["rate"], 4) for each in (stored(study)[copy["parent"]], trial))
            rates = json.loads(trial.user_attrs["rates"])
            assert rates[copy["step"] - 1 :] == [before] + [now] * (LENGTH - copy["step"])
            assert before != now
            break
    else:
        pytest.fail("no copy is complete, so this test shows nothing")


def test_each_member_trains_each_step_once(trained):
    study, training = trained
    assert len(training.log) == 4 * LENGTH
    assert study.trials.is_complete.sum() == 4
    assert study.trials.is_stopped.sum() == 2
    assert not study.trials.is_failed.any()
    assert study.ended.kind == EndKind.POPULATION


@pytest.mark.usefixtures("trained")
def test_no_checkpoint_is_left(tmp_path):
    assert not list(tmp_path.glob("saved/*"))


def test_replaced_trial_says_by_what(trained):
    study, _ = trained
    reasons = [trial.user_attrs.get("paretune:stopped", "") for trial in stored(study).values()]
    assert sum("one of the worst members at step" in reason for reason in reasons) == 2


def test_search_that_was_interrupted_is_the_one_that_never_was(trained, tmp_path):
    """Ctrl-C at each of several steps; each resumed run goes on from the checkpoints, and trains nothing twice."""
    whole, _ = trained
    for stop_at in (2, 13, 30):
        storage, training = InMemoryStorage(), Training(stop_at)
        folder = tmp_path / str(stop_at)
        with pytest.raises(KeyboardInterrupt):
            open_study(storage).run(training, checkpoints=folder)
        training.stop_at = None
        open_study(storage).run(training, checkpoints=folder)
        assert len(training.log) == 4 * LENGTH
        assert summary(open_study(storage)) == summary(whole)


def test_budget_of_steps_is_exact_and_can_be_raised(trained, tmp_path):
    whole, _ = trained
    storage, training = InMemoryStorage(), Training()
    for n_steps in (7, 20, 4 * LENGTH):
        budget = Budget("epochs", n_steps, LENGTH)
        study = open_study(storage)
        study.run(training, budget=budget, checkpoints=tmp_path / "b")
        assert budget.spent(stored(study).values()) == len(training.log) == n_steps
    assert summary(open_study(storage)) == summary(whole)


def test_replaced_members_have_no_copies_once_the_total_is_reached(tmp_path):
    study, training = open_study(), Training()
    study.run(training, 4, checkpoints=tmp_path)
    assert len(stored(study)) == 4
    assert sorted(trial.state.name for trial in stored(study).values()).count("PRUNED") == 1
    assert len(training.log) == 3 * LENGTH + 3


def test_failed_member_is_replaced(tmp_path):
    study = open_study()
    study.run(Training(fails=lambda params, step: step == 2 and params["width"] == 1), checkpoints=tmp_path)
    failed = [n for n, trial in stored(study).items() if trial.state == TrialState.FAIL]
    replaced = [copy["replaced"] for t in stored(study).values() if (copy := t.user_attrs.get("paretune:parent"))]
    assert failed
    assert set(failed) <= set(replaced)
    assert study.trials.is_complete.sum() == 4


def test_larger_population_adds_members(trained, tmp_path):
    study, _ = trained
    more = open_study(study._study._storage, population=5)
    more.run(Training(), checkpoints=tmp_path / "more")
    assert more.trials.is_complete.sum() == 5


@pytest.mark.parametrize("m", [1, 4])
def test_one_to_four_objectives(m, tmp_path):
    def train(params, report, checkpoint):
        step = checkpoint.load(lambda path: int(path.read_text())) or 0
        while step < LENGTH:
            step += 1
            metrics = {name: params["rate"] * step * (i + 1) for i, name in enumerate("abcd"[:m])}
            goes_on = report(step, metrics)
            checkpoint.save(lambda path, step=step: path.write_text(str(step)))
            if not goes_on:
                break
        return metrics

    study = Study(
        SPACE,
        [Minimize(name) for name in "abcd"[:m]],
        storage=InMemoryStorage(),
        searcher="population",
        searcher_options=OPTIONS,
    )
    study.run(train, checkpoints=tmp_path)
    assert study.trials.is_complete.sum() == 4


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"n_trials": 3}, "a population of 4 needs as many trials"),
        ({"scheduler": Asha()}, "leave the scheduler out"),
        ({"confirm": "50%", "n_trials": 30}, "leave it out with searcher population"),
    ],
)
def test_rules_that_do_not_fit_are_refused(changes, word, tmp_path):
    with pytest.raises(InvalidInputError, match=word):
        open_study().run(Training(), checkpoints=tmp_path, **changes)


@pytest.mark.parametrize(
    ("evaluate", "word"),
    [
        (dict, "report steps and save"),
        (lambda _params, report: {"error": float(report(1, {}))}, "needs trainings that can save"),
    ],
)
def test_evaluation_that_cannot_save_is_refused_at_once(evaluate, word):
    study = open_study()
    with pytest.raises(InvalidInputError, match=word):
        study.run(evaluate)
    assert not len(study.trials)


def test_first_trial_that_saves_nothing_ends_the_run(tmp_path):
    def train(_params, report, checkpoint):
        assert not report(3, {"error": 1.0})
        assert checkpoint.folder is not None
        return {"error": 1.0, "cost": 1.0}

    study = open_study()
    with pytest.raises(InvalidInputError, match="trial 0 stopped after a part of its training, but has saved nothing"):
        study.run(train, checkpoints=tmp_path)
    assert len(study.trials) == 1


def test_first_trial_that_reports_no_step_ends_the_run(tmp_path, caplog):
    caplog.set_level(logging.CRITICAL)

    def train(_params, report, checkpoint):  # noqa: ARG001 (the names say what it can)
        return {"error": 1.0, "cost": 1.0}

    study = open_study()
    with pytest.raises(InvalidInputError, match="trial 0 has reported no step"):
        study.run(train, checkpoints=tmp_path)
    assert len(study.trials) == 1


def test_ask_is_refused():
    with pytest.raises(InvalidInputError, match="searcher population copies trainings"):
        open_study().ask()


def test_interval_is_the_length_by_the_number_of_parts():
    options = {"change": "rate", "generations": 4}
    space = open_study().space
    assert make_population(options, space, 0, length=10).rule.interval == 3
    with pytest.raises(InvalidInputError, match="give the option interval"):
        make_population(options, space, 0)


def test_paused_and_complete_members_are_useful():
    assert not describe_useless_member(0, Outcome((1.0,), steps=({"step": 1},)))
    assert not describe_useless_member(0, Outcome(stop_reason="waits", is_paused=True))
