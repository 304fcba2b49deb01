"""What does a report say, in numbers?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from paretune import figures, pareto
from paretune.confidence import Comparison, Efficient, compare
from paretune.objectives import Objectives
from paretune.report.origin import searcher_of
from paretune.report.reference import Reference, choose_reference
from paretune.report.refits import Refit, Standing, refits, standing
from paretune.report.runs import Pool, Run, pool, wanting_the_same
from paretune.report.uncertainty import sureness
from paretune.trials import Trials
from paretune.trials.penalties import as_failures, penalties_in_words, penalties_of

FEW = 10  # finished trials: from fewer, nothing but themselves can be seen
SEARCHERS = {"random": "random search", "sobol": "a Sobol sequence", "grid": "a grid"}


@dataclass(frozen=True, eq=False)
class Configuration:
    """A configuration that no other beats.

    Args:
        key: names it in the report: its number, or where there are several runs one that goes on through them.
        run: the study or file that it is from.
        number: its number there.
        values: by objective, in the user's units.
        errors: standard errors by objective; None where not known.
        params: its parameters.
        probability: of being efficient, a share of 1; None where it is not known.
    """

    key: int
    run: str
    number: int
    values: Mapping[str, float]
    errors: Mapping[str, float | None]
    params: Mapping[str, Any]
    probability: float | None


@dataclass(frozen=True, eq=False)
class Summary:
    """All that a report tells.

    Args:
        candidate: the runs that it is about; several have different seeds.
        baseline: those that they are compared with; none without a comparison.
        trials: all trials of the candidate, under the keys of `Configuration`.
        efficient: in the order of their first objective, best first.
        knee: the key of the efficient configuration nearest to the best of every objective; None if there is none.
        hypervolume: of the efficient ones.
        reference: the corner that it is measured from.
        sure: how sure the front is of its configurations; None where nothing is known of the noise.
        comparison: with the baseline; None without one, or where a side has no finished trial.
        notices: what a reader must know before anything else.
        title: the heading; by default whose trials these are, and against whose.
    """

    candidate: tuple[Run, ...]
    baseline: tuple[Run, ...]
    trials: Trials
    efficient: tuple[Configuration, ...]
    knee: int | None
    hypervolume: float
    reference: Reference
    sure: Efficient | None
    comparison: Comparison | None
    notices: tuple[str, ...]
    title: str = ""

    @property
    def heading(self) -> str:
        """What stands above the report."""
        return self.title or (f"{self.name} against {self.baseline_name}" if self.baseline else self.name)

    @property
    def name(self) -> str:
        """Of the candidate."""
        return name_of(self.candidate)

    @property
    def baseline_name(self) -> str:
        """Whom the candidate is compared with, by its searcher where that says more than its name."""
        searchers = {searcher_of(run) for run in self.baseline}
        searcher = searchers.pop() if len(searchers) == 1 else None
        return SEARCHERS.get(searcher or "", name_of(self.baseline))

    @property
    def objectives(self) -> Objectives:
        """What was wanted."""
        return self.trials.objectives

    @property
    def n_finished(self) -> int:
        """How many of the candidate's trials count: those neither pending nor lost."""
        return int((~self.trials.is_pending & ~self.trials.is_lost).sum())

    @property
    def is_many(self) -> bool:
        """Whether there are enough finished trials to see more than themselves, and one that succeeded."""
        return self.n_finished >= FEW and bool(self.trials.is_complete.any())

    @cached_property
    def importance(self) -> figures.ImportanceView | None:
        """Which parameters decide over each objective, and over failing; None for a few trials."""
        return figures.importance_view(self.trials) if self.is_many else None

    @cached_property
    def refits(self) -> tuple[tuple[Refit, ...], tuple[Refit, ...]]:
        """What was trained again: the candidate's, and the baseline's."""
        ours, theirs = ([found for run in side for found in refits(run)] for side in (self.candidate, self.baseline))
        return tuple(ours), tuple(theirs)

    @cached_property
    def stands(self) -> tuple[Standing, Standing] | None:
        """How many of each side stand against the other's, all as they were trained again.

        Where only the candidate's were, those stand that no other of them beats; None where they were not.
        """
        ours, theirs = self.refits
        if not ours:
            return None
        return standing(ours, theirs or ours, self.objectives), standing(theirs, ours, self.objectives)


def summarize(
    candidate: Run | Sequence[Run],
    baseline: Run | Sequence[Run] = (),
    *,
    reference: Mapping[str, float] | None = None,
    models: bool = False,
    seed: int = 0,
    title: str = "",
) -> Summary:
    """The numbers of a report.

    Args:
        candidate: whom it is about; several runs have different seeds.
        baseline: whom to compare it with.
        reference: values by objective that hypervolumes are measured from; by default see `choose_reference`.
        models: whether the engine's models are asked how sure the front is, which takes seconds; see `sureness`.
        seed: of draws and resampling.
        title: the heading; by default whose trials these are, and against whose.

    Raises:
        InvalidInputError: the runs differ in what they want, or the candidate's in what they vary; the reference is of
            no objective.
    """
    ours, theirs = (side if isinstance(side, Sequence) else (side,) for side in (candidate, baseline))
    runs, penalties = _with_failures(wanting_the_same([*ours, *theirs]))
    ours, theirs = runs[: len(ours)], runs[len(ours) :]
    pooled = pool(ours)
    corner = choose_reference([run.trials for run in runs], reference)
    complete = pooled.trials.is_complete
    losses = np.where(complete[:, None], pooled.trials.losses, np.nan)
    knee, sure = pareto.knee(losses), sureness(pooled.trials, corner, models=models, seed=seed)
    return Summary(
        tuple(ours),
        tuple(theirs),
        pooled.trials,
        _efficient(pooled, sure),
        None if knee is None else int(pooled.trials.numbers[knee]),
        pareto.hypervolume(losses, corner.point),
        corner,
        sure,
        _comparison(ours, theirs, corner, seed),
        (*penalties, *_notices(ours, theirs)),
        title,
    )


def name_of(runs: Sequence[Run]) -> str:
    """The runs of one side, in words.

    Example:
        >>> from paretune import Float, Minimize, Objectives, Space
        >>> trials = Trials(Space({"x": Float(0, 1)}), Objectives([Minimize("loss")]))
        >>> name_of([Run("a", trials)]), name_of([Run("b-1", trials), Run("b-2", trials)])
        ('a', 'b-1, b-2')
    """
    names = [run.name for run in runs]
    return ", ".join(names) if len(names) <= 3 else f"{names[0]} to {names[-1]} ({len(names)} runs)"


def _efficient(pooled: Pool, sure: Efficient | None) -> tuple[Configuration, ...]:
    trials, names = pooled.trials, pooled.trials.objectives.names
    losses = np.where(trials.is_complete[:, None], trials.losses, np.nan)
    rows = np.flatnonzero(pareto.is_nondominated(losses))
    rows = rows[np.lexsort(losses[rows].T[::-1])]
    values, errors = trials.values, trials.losses_se
    known = () if sure is None else zip(sure.numbers, sure.probability.tolist(), strict=True)
    probabilities = {number: share for numbers, share in known for number in numbers}
    return tuple(
        Configuration(
            int(trials.numbers[row]),
            pooled.runs[row],
            pooled.numbers[row],
            dict(zip(names, values[row].tolist(), strict=True)),
            {
                name: error if math.isfinite(error) else None
                for name, error in zip(names, errors[row].tolist(), strict=True)
            },
            trials.params[row],
            probabilities.get(int(trials.numbers[row])),
        )
        for row in rows
    )


def _comparison(ours: Sequence[Run], theirs: Sequence[Run], corner: Reference, seed: int) -> Comparison | None:
    if not theirs or not all(len(run.finished) for run in (*ours, *theirs)):
        return None
    sides = ([run.trials for run in side] for side in (ours, theirs))
    return compare(*sides, reference=corner.point, seed=seed)


def _with_failures(runs: Sequence[Run]) -> tuple[list[Run], list[str]]:
    """The runs and their refits, where trials that told a penalty have failed, and words of those.

    What is a penalty in one table is one in all.
    """
    every = [*runs, *(run.refit for run in runs if run.refit is not None)]
    found = penalties_of([run.trials for run in every])
    told = [(run.name, penalties_in_words(run.trials, are)) for run, are in zip(every, found, strict=True)]
    failed = [replace(run, trials=as_failures(run.trials, are)) for run, are in zip(every, found, strict=True)]
    again = iter(failed[len(runs) :])
    judged = [replace(run, refit=None if run.refit is None else next(again)) for run in failed[: len(runs)]]
    return judged, [f"Of {name}, {words}." for name, words in told if words]


def _notices(ours: Sequence[Run], theirs: Sequence[Run]) -> tuple[str, ...]:
    told = [notice for run in (*ours, *theirs) if (notice := (run.origin.get("data") or {}).get("notice"))]
    for run in (*ours, *theirs):
        if names := run.origin.get("left_out"):
            told.append(
                f"Left out of {run.name}: {', '.join(names)}. Some trials do not have it, or have another range of it, "
                "and no other parameter tells which."
            )
        if run.n_unfit:
            told.append(
                f"Left out of all numbers of {run.name}: {run.n_unfit:,} of {run.counts['trials']:,} trials, which "
                "ended before they had asked for all of their parameters, or have others than the rest."
            )
    unfinished = [run.name for run in (*ours, *theirs) if theirs and not len(run.finished)]
    if unfinished:
        told.append(f"Nothing is compared: {', '.join(unfinished)} has no finished trial.")
    return tuple(dict.fromkeys(told))
