"""The decision about one trial at one step, which all schedulers share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from paretune.errors import InvalidInputError
from paretune.objectives import Objectives
from paretune.pareto import ranks
from paretune.schedulers.exemption import is_exempt
from paretune.schedulers.expected_losses import expected_losses
from paretune.schedulers.ranking import places, standing
from paretune.schedulers.scheduler import Action, Decision
from paretune.trials import Trials

MAX_OBJECTIVES = 4


@dataclass(frozen=True)
class Selection:
    """Which trials are compared at a step, and how many of them go on.

    Args:
        n_going_on: from the number of trials at the step to how many of them go on.
        min_trials: with fewer trials at the step all go on.
        exempt: the share of trials that always go on.
        is_compared: from the number of a trial to whether the trial is compared with.
    """

    n_going_on: Callable[[int], int]
    min_trials: int
    exempt: float
    is_compared: Callable[[int], bool] = lambda _: True


def go_on(reason: str) -> Decision:
    """Return the decision to go on."""
    return Decision(Action.GO_ON, reason)


def check_trial(trials: Trials, number: int) -> tuple[int, int]:
    """Return the steps of a trial's last report but one, -1 if there is none, and of its last report.

    Raises:
        InvalidInputError: there is no such trial, it has not reported anything, or there are too many objectives.
    """
    check_objectives(trials.objectives)
    if number not in trials.numbers:
        raise InvalidInputError(f"there is no trial {number}")
    steps = trials.curves.of(number).steps
    if len(steps) == 0:
        raise InvalidInputError(f"trial {number} has not reported any step: report metrics before asking to stop")
    return (int(steps[-2]) if len(steps) > 1 else -1), int(steps[-1])


def check_objectives(objectives: Objectives) -> None:
    """Raise an `InvalidInputError` if there are more objectives than trials are compared by."""
    if len(objectives) > MAX_OBJECTIVES:
        raise InvalidInputError(
            f"schedulers compare trials by 1 to {MAX_OBJECTIVES} objectives, but there are {len(objectives)}"
        )


def decide_at_step(trials: Trials, number: int, step: int, selection: Selection) -> Decision:
    """Decide about a trial that has reached a step, by its place among the trials that reached it.

    A trial that no other one dominates always goes on.

    Args:
        trials: all trials, with curves.
        number: the trial.
        step: the step at which trials are compared.
        selection: which trials are compared, and how many of them go on.
    """
    if is_exempt(number, selection.exempt):
        return go_on(f"trial {number} is one of the {100 * selection.exempt:g} % that always go on")
    expected = expected_losses(trials, step)
    if isinstance(expected, str):
        return go_on(expected)
    is_compared = np.array([selection.is_compared(int(other)) for other in expected.numbers], bool)
    numbers, losses = expected.numbers[is_compared], expected.losses[is_compared]
    rows = np.flatnonzero(numbers == number)
    if len(rows) == 0:
        return go_on(f"trial {number} has not reported what predicts its end by step {step}: {expected}")
    if len(numbers) < selection.min_trials:
        return go_on(
            f"only {len(numbers)} of the {selection.min_trials} trials that are needed have reached step {step}"
        )
    found = standing(losses, int(rows[0]))
    place = f"place {found.place + 1} of {found.n} at step {step}, {expected}"
    if found.is_on_front:
        return go_on(f"on the front of step {step}: {place}")
    n_going_on = max(1, selection.n_going_on(found.n))
    return Decision(Action.GO_ON if found.place < n_going_on else Action.STOP, f"{place}; the best {n_going_on} go on")


def going_on(trials: Trials, numbers: Collection[int], step: int, selection: Selection) -> list[int]:
    """The trials that may go on at a step, as `decide_at_step` decides about each of them; the best first.

    Args:
        trials: all trials, with curves.
        numbers: trials that have reached the step.
        step: the step at which trials are compared.
        selection: which trials are compared, and how many of them go on.
    """
    exempt = sorted(number for number in numbers if is_exempt(number, selection.exempt))
    expected = expected_losses(trials, step)
    if isinstance(expected, str):
        return [*exempt, *sorted(set(numbers) - set(exempt))]
    is_compared = np.array([selection.is_compared(int(other)) for other in expected.numbers], bool)
    compared, losses = expected.numbers[is_compared], expected.losses[is_compared]
    if len(compared) < selection.min_trials:
        return sorted(numbers)
    found, n_kept = places(losses), max(1, selection.n_going_on(len(compared)))
    is_kept = (found < n_kept) | (ranks(losses) == 0)
    unknown = [number for number in numbers if number not in compared]
    kept = compared[is_kept][np.argsort(found[is_kept], kind="stable")].tolist()
    return list(dict.fromkeys(number for number in [*kept, *exempt, *unknown] if number in numbers))


def promoted_at_rungs(trials: Trials, paused: Collection[int], rungs: Sequence[int], selection: Selection) -> list[int]:
    """The paused trials that may go on from the rung where they paused; those at the highest rung first.

    Args:
        trials: all trials, with curves.
        paused: the numbers of the trials that are paused.
        rungs: the steps at which trials are compared.
        selection: which trials are compared, and how many of them go on.
    """
    last = trials.curves.last_steps
    found = list[int]()
    for low, high in reversed(list(zip(rungs, [*rungs[1:], np.inf], strict=False))):
        here = {n for n in paused if low <= last.get(n, -1) < high and selection.is_compared(n)}
        found += going_on(trials, here, low, selection) if here else []
    return found
