"""The stored trials of a population: each step of a copy can be repeated after a kill."""

import pytest
from optuna.trial import TrialState

from paretune.adapters.optuna.attributes import is_interrupted, is_paused
from paretune.errors import DataError
from paretune.study import Budget
from paretune.study.ledger import Ledger
from paretune.study.population import make_population
from paretune.study.population_trials import PopulationTrials
from study.populations import LENGTH, OPTIONS, Training, open_study


@pytest.fixture
def paused(tmp_path):
    """A study with two members that wait at step 3; the budget allows no more."""
    study = open_study()
    study.run(Training(), budget=Budget("epochs", 6, LENGTH), checkpoints=tmp_path / "saved")
    return study


@pytest.fixture
def trials(paused):
    ledger = Ledger(paused._study, paused.space, paused.objectives)
    return PopulationTrials(ledger, make_population(OPTIONS, paused.space, 0).search, 0)


def stored(study, number):
    return study._study.get_trials(deepcopy=False)[number]


def test_copy_waits_with_a_checkpoint_and_is_made_once(paused, trials, tmp_path):
    for _ in range(2):
        trials.create_copy(parent=1, replaced=0, step=3)
    assert len(paused.trials) == 3
    assert is_interrupted(stored(paused, 2))
    saved = tmp_path / "saved" / "0-replaced-at-3" / "state"
    assert saved.read_bytes() == (tmp_path / "saved" / "1" / "state").read_bytes()
    assert Budget("epochs", 100, LENGTH).spent([stored(paused, 2)]) == 0


def test_copy_of_a_kill_in_the_middle_is_replaced(trials, tmp_path):
    for name in ("0-replaced-at-3", "0-replaced-at-3.partial"):
        (tmp_path / "saved" / name).mkdir()
        (tmp_path / "saved" / name / "half").write_text("half")
    trials.create_copy(parent=1, replaced=0, step=3)
    assert [path.name for path in sorted((tmp_path / "saved" / "0-replaced-at-3").iterdir())] == ["state"]
    assert not (tmp_path / "saved" / "0-replaced-at-3.partial").exists()


def test_member_is_stopped_once_and_its_checkpoint_deleted(paused, trials, tmp_path):
    for _ in range(2):
        trials.stop(0, 1, 3)
    assert stored(paused, 0).state == TrialState.PRUNED
    assert not (tmp_path / "saved" / "0").exists()


def test_member_that_goes_on_early_is_copied_as_it_was(paused, trials, tmp_path):
    trials.save_copies([1], 3)
    trials.release([1], 3)
    assert not is_paused(stored(paused, 1))
    before = (tmp_path / "saved" / "1" / "state").read_bytes()
    (tmp_path / "saved" / "1" / "state").write_text("later")
    trials.create_copy(parent=1, replaced=0, step=3)
    assert (tmp_path / "saved" / "0-replaced-at-3" / "state").read_bytes() == before
    trials.delete_copies(3)
    assert not (tmp_path / "saved" / "1-at-3").exists()


def test_checkpoint_that_cannot_be_copied_gets_one_line(trials, tmp_path):
    (tmp_path / "saved" / "1" / "state").unlink()
    (tmp_path / "saved" / "1").rmdir()
    with pytest.raises(DataError, match="the checkpoint of trial 1 cannot be copied"):
        trials.create_copy(parent=1, replaced=0, step=3)
