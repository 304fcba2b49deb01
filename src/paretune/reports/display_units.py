"""Units for people: a summary with its objectives in the prefixed unit that gives short numbers, such as µs for s."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from paretune.confidence import Comparison, Estimate, EstimatePair, FrontMembership
from paretune.engine import Recommendation
from paretune.objectives import Maximize, Minimize, Objective, Objectives
from paretune.reports.runs import Run
from paretune.reports.summary import Summary
from paretune.trials import Curves, Trials

_BASES = {"s": (-12, 0), "g": (-12, 3), "W": (-9, 9), "J": (-9, 12), "Wh": (-6, 9), "V": (-9, 6), "A": (-12, 6),
          "Hz": (-3, 12), "B": (0, 15), "bit/s": (0, 12), "B/s": (0, 12), "FLOP": (0, 18)}  # fmt: skip
_PREFIXES = {-12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E"}
_EXPONENTS = {prefix: exponent for exponent, prefix in _PREFIXES.items()} | {"u": -6, "μ": -6}


@dataclass(frozen=True)
class DisplayUnit:
    """A unit, and what numbers are multiplied with to be in it."""

    unit: str
    factor: float


def display_unit(unit: str, values: Iterable[float]) -> DisplayUnit:
    """Choose the prefix with which the median of some values is between 1 and 1000.

    Args:
        unit: a unit; one that is not known stays as it is.
        values: numbers in this unit; those that are not finite are ignored.

    Example:
        >>> display_unit("s", [0.000378, 0.0004])
        DisplayUnit(unit='µs', factor=1000000.0)
        >>> display_unit("ms", [2500.0]), display_unit("parrots", [1e-9])
        (DisplayUnit(unit='s', factor=0.001), DisplayUnit(unit='parrots', factor=1.0))
    """
    sizes = [abs(value) for value in values if math.isfinite(value) and value]
    found = _split(unit)
    if found is None or not sizes:
        return DisplayUnit(unit, 1.0)
    exponent, base = found
    lowest, highest = _BASES[base]
    median = math.log10(float(np.median(sizes)))
    target = min(max(3 * math.floor((median + exponent) / 3 + 1e-9), lowest), highest)
    if target == exponent:
        return DisplayUnit(unit, 1.0)
    shift = exponent - target
    return DisplayUnit(_PREFIXES[target] + base, 10.0**shift if shift > 0 else 1 / 10.0**-shift)


def _split(unit: str) -> tuple[int, str] | None:
    """Split a unit into the exponent of its prefix and its base."""
    if unit in _BASES:
        return 0, unit
    return (_EXPONENTS[unit[0]], unit[1:]) if unit[:1] in _EXPONENTS and unit[1:] in _BASES else None


def in_display_units(summary: Summary) -> Summary:
    """Return a summary with every number of an objective in its display unit."""
    if summary.source is not None:
        return summary
    runs = (*summary.candidate, *summary.baseline)
    complete = [run.trials.values[run.trials.is_complete] for run in runs]
    units = [
        display_unit(objective.unit, np.concatenate([values[:, j] for values in complete]).tolist())
        for j, objective in enumerate(summary.objectives)
    ]
    factors = np.array([unit.factor for unit in units])
    if (factors == 1).all():
        return summary
    objectives = Objectives([_in_unit(o, unit) for o, unit in zip(summary.objectives, units, strict=True)])
    return _convert(summary, objectives, factors)


def _convert(summary: Summary, objectives: Objectives, factors: NDArray[np.float64]) -> Summary:
    by_name = dict(zip(objectives.names, factors.tolist(), strict=True))
    volume = float(np.prod(factors))
    reference = summary.reference
    efficient = [
        replace(
            found,
            values={name: value * by_name[name] for name, value in found.values.items()},
            errors={name: None if e is None else e * by_name[name] for name, e in found.errors.items()},
        )
        for found in summary.efficient
    ]
    return replace(
        summary,
        candidate=_runs(summary.candidate, objectives, factors),
        baseline=_runs(summary.baseline, objectives, factors),
        trials=_trials(summary.trials, objectives, factors),
        efficient=tuple(efficient),
        hypervolume=summary.hypervolume * volume,
        reference=replace(
            reference,
            point=reference.point * factors,
            values={name: value * by_name[name] for name, value in reference.values.items()},
            best={name: value * by_name[name] for name, value in reference.best.items()},
            units={objective.name: objective.unit for objective in objectives if objective.unit},
        ),
        front_membership=_membership(summary.front_membership, factors, volume),
        comparison=_comparison(summary.comparison, volume),
        recommended=_recommendation(summary.recommended, objectives, factors),
        source=summary,
    )


def _in_unit(objective: Objective, unit: DisplayUnit) -> Objective:
    limit = None if objective.limit is None else objective.limit * unit.factor
    if isinstance(objective, Maximize):
        return Maximize(objective.name, at_least=limit, unit=unit.unit)
    return Minimize(objective.name, at_most=limit, unit=unit.unit)


def _runs(runs: Sequence[Run], objectives: Objectives, factors: NDArray[np.float64]) -> tuple[Run, ...]:
    return tuple(
        replace(
            run,
            trials=_trials(run.trials, objectives, factors),
            refit=None if run.refit is None else _runs([run.refit], objectives, factors)[0],
        )
        for run in runs
    )


def _trials(trials: Trials, objectives: Objectives, factors: NDArray[np.float64]) -> Trials:
    by_name = dict(zip(objectives.names, factors.tolist(), strict=True))
    old = trials.curves
    metrics = {name: values * by_name.get(name, 1.0) for name, values in old.metrics.items()}
    return replace(
        trials,
        objectives=objectives,
        losses=trials.losses * factors,
        losses_se=trials.losses_se * factors,
        curves=Curves(old.numbers, old.steps, metrics) if len(old) else old,
    )


def _membership(found: FrontMembership | None, factors: NDArray[np.float64], volume: float) -> FrontMembership | None:
    if found is None:
        return None
    optimism = tuple(_scaled(shift, f) for shift, f in zip(found.optimism, factors.tolist(), strict=True))
    return replace(found, optimism=optimism, hypervolume_optimism=_scaled(found.hypervolume_optimism, volume))


def _recommendation(
    found: Recommendation | None, objectives: Objectives, factors: NDArray[np.float64]
) -> Recommendation | None:
    if found is None:
        return None
    return replace(found, objectives=objectives, losses=found.losses * factors, errors=found.errors * factors)


def _comparison(found: Comparison | None, volume: float) -> Comparison | None:
    if found is None:
        return None
    both = found.hypervolume
    pair = EstimatePair(_scaled(both.candidate, volume), _scaled(both.baseline, volume))
    return replace(found, hypervolume=pair, hypervolume_difference=_scaled(found.hypervolume_difference, volume))


def _scaled(estimate: Estimate, factor: float) -> Estimate:
    value, low, high = (None if x is None else x * factor for x in (estimate.value, estimate.low, estimate.high))
    return Estimate(value, low, high)
