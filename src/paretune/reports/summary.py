"""The numbers of a report."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from paretune import figures, pareto
from paretune.argument_checks import EMPTY, FLAG, NUMBER, TEXT, WHOLE, check_arguments, list_of, mapping_to
from paretune.confidence import Comparison, FrontMembership, compare
from paretune.engine import Recommendation
from paretune.objectives import Objectives
from paretune.reports.reference import Reference, choose_reference
from paretune.reports.refits import RefitCount, RetrainedConfiguration, count_unbeaten, refits
from paretune.reports.runs import PooledRuns, Run, pool_runs, with_common_objectives
from paretune.reports.uncertainty import estimate_front_membership, recommend_under_noise
from paretune.trials import Trials
from paretune.trials.penalties import describe_penalties, find_joint_penalties, mark_penalties_failed

MIN_TRIALS_FOR_PICTURES = 10  # finished trials


@dataclass(frozen=True, eq=False)
class Configuration:
    """An efficient configuration: no other one dominates it.

    Args:
        key: its identifier in the report: the trial number, or with several runs the number in the pooled table.
        run: name of its study or file.
        number: its number there.
        values: values by objective, in the user's units.
        errors: standard errors by objective; None if unknown.
        params: its parameters.
        probability: probability of being efficient, a share of 1; None if unknown.
        utility: its utility, NaN if unknown; None if the report has none.
    """

    key: int
    run: str
    number: int
    values: Mapping[str, float]
    errors: Mapping[str, float | None]
    params: Mapping[str, Any]
    probability: float | None
    utility: float | None = None


@dataclass(frozen=True, eq=False)
class Summary:
    """The data of a report.

    Args:
        candidate: the runs of the report; several runs have different seeds.
        baseline: the runs to compare with; empty without a comparison.
        trials: all trials of the candidate, numbered by the keys of `Configuration`.
        efficient: the efficient configurations, sorted by the first objective, best first.
        knee: key of the efficient configuration nearest to the best of every objective; None without one.
        hypervolume: hypervolume of the efficient configurations.
        reference: reference point of the hypervolume.
        front_membership: probabilities of being efficient, and optimism; None if the noise is unknown.
        comparison: comparison with the baseline; None without one, or if a run has no finished trial.
        notices: warnings to show first.
        title: the heading; by default the names of the runs.
        source: the same summary in the study's units, if this one has other units (`in_display_units`).
        recommended: what the models recommend; None with several runs, without noise, or without models.
        utility: the expression by which the efficient configurations are sorted; empty without one.
    """

    candidate: tuple[Run, ...]
    baseline: tuple[Run, ...]
    trials: Trials
    efficient: tuple[Configuration, ...]
    knee: int | None
    hypervolume: float
    reference: Reference
    front_membership: FrontMembership | None
    comparison: Comparison | None
    notices: tuple[str, ...]
    title: str = ""
    source: Summary | None = None
    recommended: Recommendation | None = None
    utility: str = ""

    @property
    def heading(self) -> str:
        """The heading of the report."""
        return self.title or (f"{self.name} against {self.baseline_name}" if self.baseline else self.name)

    @property
    def name(self) -> str:
        """The name of the candidate."""
        return join_run_names(self.candidate)

    @property
    def baseline_name(self) -> str:
        """The name of the baseline."""
        return join_run_names(self.baseline)

    @property
    def objectives(self) -> Objectives:
        """The objectives of all runs."""
        return self.trials.objectives

    @property
    def n_finished(self) -> int:
        """Number of the candidate's trials that are neither pending nor lost."""
        return int((~self.trials.is_pending & ~self.trials.is_lost).sum())

    @property
    def has_enough_trials(self) -> bool:
        """Whether there are enough finished trials for all pictures, and at least one complete trial."""
        return self.n_finished >= MIN_TRIALS_FOR_PICTURES and bool(self.trials.is_complete.any())

    @cached_property
    def importance(self) -> figures.ImportanceView | None:
        """Importance of the parameters for each objective and for failure; None with few trials."""
        if self.source is not None:
            return self.source.importance
        return figures.importance_view(self.trials) if self.has_enough_trials else None

    @cached_property
    def refits(self) -> tuple[tuple[RetrainedConfiguration, ...], tuple[RetrainedConfiguration, ...]]:
        """Retrained configurations of the candidate and of the baseline."""
        ours, theirs = ([found for run in side for found in refits(run)] for side in (self.candidate, self.baseline))
        return tuple(ours), tuple(theirs)

    @cached_property
    def refit_counts(self) -> tuple[RefitCount, RefitCount] | None:
        """Counts of retrained configurations that the other side's retrained ones do not dominate.

        If only the candidate's were retrained, they are compared with each other. None without retraining.
        """
        ours, theirs = self.refits
        if not ours:
            return None
        return count_unbeaten(ours, theirs or ours, self.objectives), count_unbeaten(theirs, ours, self.objectives)


def summarize(
    candidate: Run | Sequence[Run],
    baseline: Run | Sequence[Run] = (),
    *,
    reference: Mapping[str, float] | None = None,
    models: bool = False,
    seed: int = 0,
    title: str = "",
) -> Summary:
    """Compute the numbers of a report.

    Args:
        candidate: the run or runs of the report; several runs have different seeds.
        baseline: the run or runs to compare with.
        reference: reference point of hypervolumes by objective; for the default see `choose_reference`.
        models: whether to use the engine's models for unknown noise, which takes seconds; see
            `estimate_front_membership`.
        seed: seed of draws and resamples.
        title: the heading; by default the names of the runs.

    Raises:
        InvalidInputError: the runs have different objectives, or the candidate's runs different parameters; or the
            reference names an unknown objective.
    """
    check_arguments(
        candidate=(candidate, Run, list_of(Run)),
        baseline=(baseline, Run, list_of(Run), EMPTY),
        reference=(reference, mapping_to(NUMBER), None),
        models=(models, FLAG),
        seed=(seed, WHOLE),
        title=(title, TEXT),
    )
    ours, theirs = (side if isinstance(side, Sequence) else (side,) for side in (candidate, baseline))
    runs, penalties = _fail_penalties(with_common_objectives([*ours, *theirs]))
    ours, theirs = runs[: len(ours)], runs[len(ours) :]
    pooled = pool_runs(ours)
    reference_point = choose_reference([run.trials for run in runs], reference)
    complete = pooled.trials.is_complete
    losses = np.where(complete[:, None], pooled.trials.losses, np.nan)
    knee, membership = (
        pareto.knee(losses),
        estimate_front_membership(pooled.trials, reference_point, models=models, seed=seed),
    )
    return Summary(
        tuple(ours),
        tuple(theirs),
        pooled.trials,
        _efficient(pooled, membership),
        None if knee is None else int(pooled.trials.numbers[knee]),
        pareto.hypervolume(losses, reference_point.point),
        reference_point,
        membership,
        _comparison(ours, theirs, reference_point, seed),
        (*penalties, *_notices(ours, theirs)),
        title,
        recommended=recommend_under_noise(ours, models=models),
    )


def join_run_names(runs: Sequence[Run]) -> str:
    """Join the names of the runs of one side.

    Example:
        >>> from paretune import Float, Minimize, Objectives, Space
        >>> trials = Trials(Space({"x": Float(0, 1)}), Objectives([Minimize("loss")]))
        >>> join_run_names([Run("a", trials)]), join_run_names([Run("b-1", trials), Run("b-2", trials)])
        ('a', 'b-1, b-2')
    """
    check_arguments(runs=(runs, list_of(Run), EMPTY))
    names = [run.name for run in runs]
    return ", ".join(names) if len(names) <= 3 else f"{names[0]} to {names[-1]} ({len(names)} runs)"


def _efficient(pooled: PooledRuns, membership: FrontMembership | None) -> tuple[Configuration, ...]:
    trials, names = pooled.trials, pooled.trials.objectives.names
    losses = np.where(trials.is_complete[:, None], trials.losses, np.nan)
    rows = np.flatnonzero(pareto.is_nondominated(losses))
    rows = rows[np.lexsort(losses[rows].T[::-1])]
    values, errors = trials.values, trials.losses_se
    known = () if membership is None else zip(membership.numbers, membership.probability.tolist(), strict=True)
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


def _comparison(ours: Sequence[Run], theirs: Sequence[Run], reference_point: Reference, seed: int) -> Comparison | None:
    if not theirs or not all(len(run.finished_trials) for run in (*ours, *theirs)):
        return None
    sides = ([run.trials for run in side] for side in (ours, theirs))
    return compare(*sides, reference=reference_point.point, seed=seed)


def _fail_penalties(runs: Sequence[Run]) -> tuple[list[Run], list[str]]:
    """Mark trials that reported a penalty as failed, in runs and refits, and return notices about them.

    A penalty value of one table is a penalty in all tables.
    """
    every = [*runs, *(run.refit for run in runs if run.refit is not None)]
    found = find_joint_penalties([run.trials for run in every])
    texts = [(run.name, describe_penalties(run.trials, are)) for run, are in zip(every, found, strict=True)]
    failed = [
        replace(run, trials=mark_penalties_failed(run.trials, are)) for run, are in zip(every, found, strict=True)
    ]
    refits_left = iter(failed[len(runs) :])
    marked = [replace(run, refit=None if run.refit is None else next(refits_left)) for run in failed[: len(runs)]]
    return marked, [f"In {name}, {text}." for name, text in texts if text]


def _notices(ours: Sequence[Run], theirs: Sequence[Run]) -> tuple[str, ...]:
    notices = [notice for run in (*ours, *theirs) if (notice := (run.origin.get("data") or {}).get("notice"))]
    notices += [objectives.notice for run in ours[:1] if (objectives := run.trials.objectives).notice]
    for run in (*ours, *theirs):
        if names := run.origin.get("left_out"):
            notices.append(
                f"These parameters of {run.name} are left out: {', '.join(names)}. Some trials do not have them, or "
                "have another range, and no other parameter explains it."
            )
        if run.n_unfit:
            notices.append(
                f"{run.n_unfit:,} of {run.counts['trials']:,} trials of {run.name} are left out of all numbers: they "
                "ended before they had all parameters, or have other parameters than the rest."
            )
    unfinished = [run.name for run in (*ours, *theirs) if theirs and not len(run.finished_trials)]
    if unfinished:
        notices.append(f"There is no comparison: {', '.join(unfinished)} has no finished trial.")
    return tuple(dict.fromkeys(notices))
