"""The population of a run: its members go on, or copies of others replace them, as its rule decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from paretune.errors import InvalidInputError
from paretune.evaluation.outcome import Outcome
from paretune.schedulers.members import Members
from paretune.schedulers.population import Generation, Population
from paretune.searchers.population import PopulationSearch
from paretune.searchers.registry import POPULATION, make_searcher
from paretune.space import Space
from paretune.study.ledger import Ledger
from paretune.study.population_trials import PopulationTrials
from paretune.study.turns import turn


@dataclass(frozen=True)
class PopulationRules:
    """How a run trains a population.

    Args:
        rule: which members are replaced, and which go on.
        search: how copies change their parameters.
    """

    rule: Population
    search: PopulationSearch


def make_population(options: Mapping[str, Any], space: Space, seed: int, length: int | None = None) -> PopulationRules:
    """Make the rules of a population.

    Args:
        options: of the searcher, by name.
        space: of the study.
        seed: of the search.
        length: the last step of a whole training; None if it is not known.

    Raises:
        InvalidInputError: the interval is not known, or no parameter may change.
    """
    search: Any = make_searcher(POPULATION, options)
    search.check_space(space)
    interval = search.interval or -(-(length or 0) // search.generations)
    if not interval:
        raise InvalidInputError(
            "searcher population must know the steps between two copies: give the option interval, such as interval=5"
        )
    sizes = {name: getattr(search, name) for name in ("generations", "share", "parents")}
    return PopulationRules(Population(search.population, interval, **sizes, seed=seed, length=length), search)


class PopulationRun:
    """Trains the population of a study, together with other runs of it.

    Args:
        ledger: the study's trials.
        rules: of the population.
        n_trials: the study's total. Once it is reached, members that are replaced have no copies in their place.
    """

    def __init__(self, ledger: Ledger, rules: PopulationRules, n_trials: int) -> None:
        self._ledger, self._rule, self._n_trials = ledger, rules.rule, n_trials
        self._trials = PopulationTrials(ledger, rules.search, rules.rule.seed)

    def advance(self) -> None:
        """Let members go on, and replace others, as far as it is decided."""
        members, before = self._trials.members(), None
        while members.paused and (found := self._decide(members)) is not None and found != before:
            with turn(self._ledger.study, str(self._ledger.runner["run"])):
                members = self._trials.members()  # another run may have been faster
                if (found := self._decide(members)) is not None:
                    self._apply(found)
            members, before = self._trials.members(), found

    def has_room(self) -> bool:
        """Whether another member may begin from the start."""
        return self._trials.members().n_begun < self._rule.size

    def has_ended(self) -> bool:
        """Whether all members have begun, and none trains or waits."""
        members = self._trials.members()
        return members.n_begun >= self._rule.size and not members.paused and not members.known.is_pending.any()

    def _decide(self, members: Members) -> Generation | None:
        """The next decision; one without a step lets members go on that wait between two boundaries."""
        stray = [n for n in members.paused if members.waits_at(n, self._rule.boundaries) is None]
        return Generation(0, tuple(sorted(stray)), {}) if stray else self._rule.next_generation(members)

    def _apply(self, found: Generation) -> None:
        """Carry out a decision. Each part may be repeated, so that a run that is killed in it can be resumed."""
        if found.is_early:
            self._trials.save_copies(found.survivors, found.step)
        for replaced, parent in found.parents.items():
            if self._ledger.n_counted() < self._n_trials:
                self._trials.create_copy(parent, replaced, found.step)
        for replaced, parent in found.parents.items():
            self._trials.stop(replaced, parent, found.step)
        self._trials.release(found.survivors, found.step or None)
        if not found.is_early:
            self._trials.delete_copies(found.step)


def describe_useless_member(number: int, outcome: Outcome) -> str:
    """Say what keeps a trial that has ended from being a member; empty if nothing does."""
    if outcome.stop_reason and not outcome.is_paused:
        return (
            f"trial {number} stopped after a part of its training, but has saved nothing that a copy could go on from: "
            "save to PARETUNE_CHECKPOINT (in Python: checkpoint.save), or choose another searcher than population"
        )
    if outcome.values is not None and not outcome.steps:
        return (
            f"trial {number} has reported no step, so searcher population cannot train in parts: print or report the "
            "metrics of each step with its number, or choose another searcher"
        )
    return ""


def check_trials(rules: PopulationRules, n_trials: int) -> None:
    """Check that a total lets a whole population begin.

    Raises:
        InvalidInputError: it does not.
    """
    if n_trials < rules.rule.size:
        raise InvalidInputError(
            f"a population of {rules.rule.size} needs as many trials, but the total is {n_trials}: "
            f"give more trials, or population={n_trials}"
        )
