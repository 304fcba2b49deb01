"""The reference point of the hypervolume, and how it was chosen."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from paretune import pareto
from paretune.argument_checks import NUMBER, check_arguments, list_of, mapping_to
from paretune.errors import InvalidInputError
from paretune.number_format import format_number
from paretune.objectives import Objectives
from paretune.trials import Trials


@dataclass(frozen=True, eq=False)
class Reference:
    """The reference point that a hypervolume is measured from.

    Args:
        point: ``m`` losses.
        values: the same values by objective, in the user's units.
        best: the best value of each objective in any feasible trial; the reference value if no trial is feasible.
        sources: source of each value: ``given``, ``limit``, ``nadir`` (the worst feasible value) or ``unknown`` (no
            trial is feasible).
        constant: the objectives with the same value in all feasible trials.
        n_points: number of feasible trials behind the nadir.
        n_beyond: number of them that are outliers, worse than the reference point.
        units: the units of the values by objective; an objective without one is missing.
    """

    point: NDArray[np.float64]
    values: Mapping[str, float]
    best: Mapping[str, float]
    sources: Mapping[str, str]
    constant: frozenset[str]
    n_points: int
    n_beyond: int = 0
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> dict[str, str]:
        """The values, with enough digits to differ from the best ones, and their units."""
        texts = {name: format_number(value, self.best[name]) for name, value in self.values.items()}
        return {name: f"{text} {self.units.get(name, '')}".strip() for name, text in texts.items()}

    @property
    def text(self) -> str:
        """The reference point and its sources as text."""
        trials = "1 feasible trial" if self.n_points == 1 else f"{self.n_points:,} feasible trials"
        beyond = f", outliers left out: {self.n_beyond:,}" if self.n_beyond else ""
        reasons = {
            "given": "as given",
            "limit": "the limit",
            "nadir": f"a tenth of their range beyond the worst of {trials}{beyond}",
            "constant": f"a tenth beyond the only value of {trials}",
            "unknown": "no trial is feasible",
        }
        chosen = {
            name: "constant" if source == "nadir" and name in self.constant else source
            for name, source in self.sources.items()
        }
        texts = self.texts
        parts = [
            ", ".join(f"{name} = {texts[name]}" for name in names) + f" ({reasons[source]})"
            for source, names in itertools.groupby(chosen, chosen.__getitem__)
        ]
        return ", ".join(parts)


def choose_reference(tables: Sequence[Trials], given: Mapping[str, float] | None = None) -> Reference:
    """Choose for each objective the given value, else its limit, else the worst feasible value plus a margin.

    Args:
        tables: all trials to measure from this point, with the same objectives.
        given: values by objective, in the user's units, for some or all objectives.

    Raises:
        InvalidInputError: a value is given for an unknown objective, or is not finite.
    """
    check_arguments(tables=(tables, list_of(Trials)), given=(given, mapping_to(NUMBER), None))
    given = given or {}
    objectives = tables[0].objectives
    _check(given, objectives)
    points = np.vstack([trials.losses[trials.is_complete] for trials in tables])
    fallback = pareto.reference_point(points, objectives.limits)
    values = objectives.values(fallback[None])[0]
    chosen = {name: given.get(name, float(value)) for name, value in zip(objectives.names, values, strict=True)}
    nadir = "nadir" if len(points) else "unknown"
    sources = {o.name: "given" if o.name in given else nadir if o.limit is None else "limit" for o in objectives}
    is_free = np.isinf(objectives.limits)
    n_beyond = int((points > fallback)[:, is_free].any(axis=1).sum())
    point = objectives.losses([list(chosen.values())])[0]
    constant = frozenset(name for name, losses in zip(objectives.names, points.T, strict=True) if len(set(losses)) == 1)
    best = objectives.values([points.min(axis=0) if len(points) else point])[0].tolist()
    named = dict(zip(objectives.names, best, strict=True))
    units = {objective.name: objective.unit for objective in objectives if objective.unit}
    return Reference(point, chosen, named, sources, constant, len(points), n_beyond, units)


def _check(given: Mapping[str, float], objectives: Objectives) -> None:
    for name, value in given.items():
        if name not in objectives.names:
            raise InvalidInputError(
                f"the reference names {name!r}, but the objectives are {', '.join(objectives.names)}"
            )
        if not np.isfinite(value):
            raise InvalidInputError(f"the reference of {name} must be a finite number, but is {value!r}")
