"""The file ``report.json`` with all numbers of a report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from paretune.argument_checks import NAMES, check_arguments
from paretune.confidence import Comparison, EstimatePair, FrontMembership
from paretune.figures import ImportanceView, signals_view
from paretune.json_value import json_value
from paretune.reports.confirmed import confirmed_json, headline_with_means
from paretune.reports.origin import origin_rows
from paretune.reports.recommended import recommended_json
from paretune.reports.refits import RetrainedConfiguration
from paretune.reports.runs import Run
from paretune.reports.shared_weights import rank_correlations
from paretune.reports.summary import Configuration, Summary


def to_json(summary: Summary, files: Sequence[str] = ()) -> str:
    """The text of ``report.json``; unknown and infinite numbers are null, shares are fractions of 1.

    Args:
        summary: the numbers.
        files: names of the files of the report, which the key ``files`` lists; no key without any.
    """
    check_arguments(summary=(summary, Summary), files=(files, NAMES))
    content = to_dict(summary) | ({"files": list(files)} if files else {})
    return json.dumps(json_value(content), indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def to_dict(summary: Summary) -> dict[str, Any]:
    """Names, counts, the efficient configurations, the hypervolume, the comparison and the origin."""
    reference = {
        name: {"value": value, "source": summary.reference.sources[name]}
        for name, value in summary.reference.values.items()
    }
    confirmed, recommended = confirmed_json(summary), recommended_json(summary)
    shared_weights = rank_correlations(summary.trials)
    return {
        "title": summary.heading,
        "study": summary.name,
        "headline": headline_with_means(summary),
        "notices": list(summary.notices),
        "objectives": summary.objectives.to_dict(),
        "counts": [_counts(run) for run in (*summary.candidate, *summary.baseline)],
        "efficient": [_configuration(found) for found in summary.efficient],
        **({"confirmed": confirmed} if confirmed else {}),
        **({"recommended": recommended} if recommended else {}),
        **({"utility": summary.utility} if summary.utility else {}),
        **({"shared_weights": shared_weights} if shared_weights else {}),
        "knee": next((_configuration(found) for found in summary.efficient if found.key == summary.knee), None),
        "hypervolume": {"value": summary.hypervolume, "reference": reference},
        "looks_better": None if summary.front_membership is None else _optimism(summary, summary.front_membership),
        "importance": None if summary.importance is None else _importance(summary.importance),
        "early_signals": _early_signals(summary),
        "comparison": None if summary.comparison is None else _comparison(summary, summary.comparison),
        "trained_again": [_refit(found) for side in summary.refits for found in side],
        "stands": _refit_counts(summary),
        "origin": [origin_rows(run) for run in (*summary.candidate, *summary.baseline)],
    }


def _counts(run: Run) -> dict[str, Any]:
    return {"run": run.name, **run.counts, "efficient": run.n_efficient, "failures": run.failures}


def _configuration(found: Configuration) -> dict[str, Any]:
    outcomes = {name: {"value": value, "se": found.errors[name]} for name, value in found.values.items()}
    return {
        "run": found.run,
        "number": found.number,
        "values": outcomes,
        "probability_efficient": found.probability,
        **({} if found.utility is None else {"utility": found.utility}),
        "params": dict(found.params),
    }


def _refit(found: RetrainedConfiguration) -> dict[str, Any]:
    def values(measured: Mapping[str, tuple[float | None, float | None]]) -> dict[str, Any]:
        return {name: {"value": value, "se": error} for name, (value, error) in measured.items()}

    own = {"run": found.run, "number": found.number, "reason": found.reason, "params": dict(found.params)}
    return {**own, "before": values(found.before), "again": values(found.after)}


def _importance(view: ImportanceView) -> dict[str, Any]:
    """By outcome: the importance of each parameter, the quality of the forest, or why there is none."""
    return {
        outcome: {
            "parameters": {
                name: {"value": value, "spread": spread}
                for name, value, spread in zip(view.parameters, found.mean, found.spread, strict=True)
            },
            **{name: getattr(found, name) for name in ("r2", "r2_se", "auc", "n_trials", "is_predicted", "why_not")},
        }
        for outcome, found in view.outcomes.items()
    }


def _early_signals(summary: Summary) -> dict[str, Any] | None:
    """By objective: the steps, the rank correlation of each metric there, and the metric that is used; else None."""
    view = signals_view(summary.trials) if len(summary.trials.curves) else None
    if view is None:
        return None
    return {
        objective: {
            "steps": view.steps.tolist(),
            "correlations": {name: values.tolist() for name, values in found.items()},
            "chosen": list(view.chosen[objective]),
        }
        for objective, found in view.correlations.items()
    }


def _refit_counts(summary: Summary) -> dict[str, Any] | None:
    """The number of retrained configurations, and of unbeaten ones among them, by side."""
    if summary.refit_counts is None:
        return None
    counts = [{"n": count.n, "n_standing": count.n_unbeaten} for count in summary.refit_counts]
    return dict(zip(("candidate", "baseline"), counts, strict=True))


def _optimism(summary: Summary, membership: FrontMembership) -> dict[str, Any]:
    """How much better the measured front is than the true one, in each objective and in hypervolume."""
    by_objective = zip(summary.objectives.names, membership.optimism, strict=True)
    return {
        "values": {name: asdict(shift) for name, shift in by_objective},
        "hypervolume": asdict(membership.hypervolume_optimism),
        "taken_as_exact": list(membership.taken_as_exact),
        "n_draws": membership.n_draws,
    }


def _comparison(summary: Summary, comparison: Comparison) -> dict[str, Any]:
    """The comparison: the candidate's numbers by name, the baseline's by ``baseline_<name>``."""
    numbers: dict[str, Any] = {"candidate": summary.name, "baseline": summary.baseline_name}
    for name, value in comparison.to_dict().items():
        if isinstance(getattr(comparison, name), EstimatePair):
            numbers |= {name: value["candidate"], f"baseline_{name}": value["baseline"]}
        elif name in {"n_trials", "n_runs"}:
            numbers |= {name: value[0], f"baseline_{name}": value[1]}
        elif name != "reference":  # the hypervolume has it, in the user's units
            numbers[name] = value
    return numbers
