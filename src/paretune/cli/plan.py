"""What is a study that a workload's name and settings ask for? Told before anything is made."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paretune.errors import StudyMismatchError

if TYPE_CHECKING:
    from paretune.cli.run_options import RunOptions
    from paretune.objectives import Objectives
    from paretune.space import Space
    from paretune.study import Study
    from paretune.workloads import Workload
    from paretune.workloads.set_up import SetUp


def typed() -> str:
    """The command line of this process."""
    return shlex.join(["paretune", *sys.argv[1:]])


@dataclass(frozen=True)
class Wanted:
    """What is to be run, and where it is kept.

    Args:
        word: the workload's name, or the path of a study file.
        workload: that workload.
        study: the study's name.
        storage: where it is kept.
        data_dir: the user's data folder.
        facts: what else must be the same when it goes on.
        limits: limits at least and at most, by objective, that replace the workload's or add to them.
        command: how it was started; as this process by default.
        remedy: what to do where the study that is there has other settings.
    """

    word: str
    workload: Workload
    study: str
    storage: str
    data_dir: Path | None
    facts: Mapping[str, Any] = field(default_factory=dict)
    limits: tuple[Mapping[str, float], Mapping[str, float]] = ({}, {})
    command: str = field(default_factory=typed)
    remedy: str = "choose another --study, or leave it out"


@dataclass(frozen=True)
class Plan:
    """A study as it is to be made or gone on with.

    Args:
        name: the study's.
        storage: where it is kept: Optuna's, opened.
        space: what is varied.
        objectives: what is wanted.
        facts: what else must be the same when it goes on.
        command: how it was started; its password is left out of the study.
    """

    name: str
    storage: Any
    space: Space
    objectives: Objectives
    facts: Mapping[str, Any]
    command: str

    def study(self, searcher: str | None = None, seed: int | None = None) -> Study:
        """The study, made or resumed; without a word with the searcher of its last run, and that one's seed."""
        from paretune.study import Study, last_search, without_password

        last_searcher, last_seed = last_search(self.storage, self.name) or ("bayes", 0)
        searcher = searcher or last_searcher
        if seed is None:
            seed = last_seed if searcher == last_searcher else 0
        return Study(
            self.space,
            self.objectives,
            storage=self.storage,
            name=self.name,
            searcher=searcher,
            seed=seed,
            facts=self.facts,
            command=without_password(self.command),
        )


def open_study(asked: Wanted, given: Mapping[str, Any], how: RunOptions) -> tuple[Study, SetUp]:
    """The study, made or resumed, and what sets a worker up."""
    plan, set_up = planned(asked, given)
    return plan.study(how.searcher, how.seed), set_up


def planned(asked: Wanted, given: Mapping[str, Any]) -> tuple[Plan, SetUp]:
    """What the study is, and what sets a worker up; where it is stored already, it keeps what is not given.

    Raises:
        InvalidInputError: a setting does not fit.
        StudyMismatchError: the stored study is of another workload, other settings or other data.
    """
    from paretune.study import facts_of, open_storage
    from paretune.workloads.set_up import SetUp

    opened, workload, name = open_storage(asked.storage), asked.workload, asked.study
    stored = facts_of(opened, name)
    if stored is not None:
        given = _gone_on_with(stored, given, asked)
    options, fixed, ranges = workload.settings(given)
    limits = _limits(workload.objectives, asked.limits, (stored or {}).get("limits", {}))
    prepared = workload.prepare(options, asked.data_dir)
    data = None if prepared.data is None else asdict(prepared.data)
    facts = {
        "workload": workload.name,
        "options": options,
        "fixed": fixed,
        **({"ranges": ranges} if ranges else {}),
        **({"limits": limits} if any(limits.values()) else {}),
        "data": data if stored is None else _own_data(name, stored.get("data"), data),
        **workload.facts,
        **asked.facts,
    }
    objectives = workload.objectives.limited(**limits)
    plan = Plan(name, opened, workload.searched(fixed, ranges), objectives, facts, asked.command)
    return plan, SetUp(asked.word, options, objectives, asked.data_dir)


def _gone_on_with(stored: Mapping[str, Any], given: Mapping[str, Any], asked: Wanted) -> Mapping[str, Any]:
    """The settings of a stored study, where it is of this workload and none that is given differs."""
    from paretune.cli.settings import check_limits, go_on

    if stored.get("workload") != asked.workload.name:
        raise StudyMismatchError(
            f"study {asked.study!r} was made for {stored.get('workload', 'something else')}, "
            f"not for {asked.workload.name}: choose another --study"
        )
    asked.workload.settings(given)  # a misspelt name is told as such
    wanted = asked.workload.objectives.limited(**stored.get("limits", {"at_least": {}, "at_most": {}}))
    wanted.limited(*asked.limits)  # likewise
    check_limits(wanted.given_limits, asked.limits, asked.study, asked.remedy)
    return go_on(stored, given, asked.study, asked.remedy)


def _limits(
    own: Objectives, given: tuple[Mapping[str, float], Mapping[str, float]], stored: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, float]]:
    """The limits of a study that its workload does not have: those given, and where none is, those it was made with."""
    names = ("at_least", "at_most")
    return {
        name: {
            **stored.get(name, {}),
            **{o: value for o, value in asked.items() if before.get(o) != value or o in stored.get(name, {})},
        }
        for name, asked, before in zip(names, given, own.given_limits, strict=True)
    }


def _own_data(name: str, before: Mapping[str, Any] | None, now: dict[str, Any] | None) -> dict[str, Any] | None:
    """What is known of the data of a study that goes on: with its own only, but wherever they are found."""
    from paretune.cli.settings import is_same_data

    if not before or not now:
        return now
    if not is_same_data(before, now):
        raise StudyMismatchError(
            f"study {name!r} was made with {before['name']} (sha256 {before['sha256'][:12]}), not with {now['name']} "
            f"(sha256 {now['sha256'][:12]}): give --data-dir with its data, or choose another --study"
        )
    return dict(before)
