"""A search before the first trial: its proposals come first, once, and what it cost leaves the budget."""

import pytest

from paretune import Categorical, Maximize, Minimize, Objectives, Space, Study
from paretune.app.propose import find_proposals, left_of_budget
from paretune.errors import InvalidInputError
from paretune.study.budget import Budget
from paretune.workloads.proposals import Proposal, Proposals, Proposer
from paretune.workloads.set_up import WorkloadSetup

SPACE = Space({"kind": Categorical(["a", "b", "c", "d"])})
OBJECTIVES = Objectives([Maximize("accuracy"), Minimize("size")])
SET_UP = WorkloadSetup("none", {"depth": 3}, OBJECTIVES)


def evaluate(params):
    size = " abcd".index(params["kind"])
    return {"accuracy": 0.2 * size, "size": size}


class Search:
    """A search that saves one number, and may be killed after it."""

    def __init__(self):
        self.loaded, self.calls, self.is_killed = [], 0, False

    def __call__(self, task):
        self.calls += 1
        self.loaded.append(task.checkpoint.load(lambda path: path.read_text()))
        task.checkpoint.save(lambda path: path.write_text(f"seed {task.seed}"))
        if self.is_killed:
            raise KeyboardInterrupt
        found = tuple(Proposal({"kind": kind}, {"inherited_accuracy": i / 4}) for i, kind in enumerate("cb"))
        return Proposals("one-shot", found, 30, 36.0, "4 kinds were ranked")


def open_study(tmp_path):
    return Study(SPACE, OBJECTIVES, storage=tmp_path / "s.db", searcher="grid", seed=5)


def test_proposals_are_first_trials_with_what_is_known(tmp_path):
    study, search = open_study(tmp_path), Search()
    find_proposals(study, Proposer(search, 30), SET_UP, None)
    study.run(evaluate, 3)
    assert [params["kind"] for params in study.trials.params][:2] == ["c", "b"]
    assert [each.get("inherited_accuracy") for each in study.trials.metrics] == [0.0, 0.25, None]
    assert study.origin["proposals"]["configurations"] == 2
    assert not study.proposal_folder.exists()


def test_resumed_study_does_not_search_again(tmp_path):
    study, search = open_study(tmp_path), Search()
    find_proposals(study, Proposer(search, 30), SET_UP, None)
    study.run(evaluate, 1)
    again = open_study(tmp_path)
    assert find_proposals(again, Proposer(search, 30), SET_UP, None) == study.proposals
    again.run(evaluate, 4)
    assert search.calls == 1
    assert sorted(params["kind"] for params in again.trials.params) == list("abcd")


def test_killed_search_goes_on_from_its_checkpoint(tmp_path):
    search = Search()
    search.is_killed = True
    with pytest.raises(KeyboardInterrupt):
        find_proposals(open_study(tmp_path), Proposer(search, 30), SET_UP, None)
    search.is_killed = False
    find_proposals(open_study(tmp_path), Proposer(search, 30), SET_UP, None)
    assert search.loaded == [None, "seed 5"]


def test_search_with_other_options_has_its_own_checkpoint(tmp_path):
    search = Search()
    search.is_killed = True
    for options in ({"depth": 3}, {"depth": 4}):
        with pytest.raises(KeyboardInterrupt):
            find_proposals(open_study(tmp_path), Proposer(search, 30), WorkloadSetup("none", options, OBJECTIVES), None)
    assert search.loaded == [None, None]


def test_lost_proposal_keeps_what_is_known(tmp_path):
    study = open_study(tmp_path)
    find_proposals(study, Proposer(Search(), 30), SET_UP, None)

    def interrupt(_params):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study.run(interrupt, 1)
    study.run(evaluate, 2)
    known = {
        p["kind"]: m.get("inherited_accuracy") for p, m in zip(study.trials.params, study.trials.metrics, strict=True)
    }
    assert known == {"c": 0.0, "b": 0.25}


def test_budget_is_less_by_what_the_search_cost():
    found = Proposals("one-shot", (), 30, 36.0, "")
    assert left_of_budget(Budget("epochs", 100), found).amount == 70
    assert left_of_budget(Budget("hours", 0.03), found).amount == pytest.approx(0.02)
    assert left_of_budget(None, found) is None


def test_budget_that_search_spends_alone_is_refused(tmp_path):
    search = Search()
    with pytest.raises(InvalidInputError, match="takes 30 epochs, and the budget is 30: give a larger one"):
        find_proposals(open_study(tmp_path), Proposer(search, 30), SET_UP, Budget("epochs", 30))
    assert search.calls == 0
    with pytest.raises(InvalidInputError, match="no trial was begun: the same command with a larger budget"):
        left_of_budget(Budget("hours", 0.01), Proposals("one-shot", (), 30, 36.0, ""))
