"""Describe the recommended configurations of a study in a few lines."""

from __future__ import annotations

from paretune.cli.sanitize import one_line, printable
from paretune.trials import Trials

_N_TRIALS = 5  # of a configuration


def describe_recommendation(trials: Trials) -> str:
    """Describe the configurations that the models recommend: their trials, and the expected values with errors."""
    from paretune.engine import recommend
    from paretune.reports.quantities import measured_text

    found = recommend(trials)
    if not len(found):
        return "nothing to recommend yet: no trial is complete"
    lines = [f"recommended, {len(found)} of the configurations tried (expected of another training):"]
    for numbers, values, errors in zip(found.numbers, found.values, found.errors, strict=True):
        parts = [
            f"{one_line(objective.name)} {measured_text(value, error, column)}"
            + (f" {one_line(objective.unit)}" if objective.unit else "")
            for objective, value, error, column in zip(
                found.objectives, values.tolist(), errors.tolist(), found.values.T.tolist(), strict=True
            )
        ]
        word = "trial" if len(numbers) == 1 else "trials"
        more = f" and {len(numbers) - _N_TRIALS} more" if len(numbers) > _N_TRIALS else ""
        lines.append(f"  {word} {', '.join(map(str, numbers[:_N_TRIALS]))}{more}: {', '.join(parts)}")
    return "\n".join(map(printable, lines))
