"""Claim trials with parameters that were suggested elsewhere, each in one transaction."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import optuna
from optuna.trial import FrozenTrial

from paretune.adapters.optuna import internals
from paretune.adapters.optuna.attributes import is_queued, planned_params
from paretune.adapters.optuna.distributions import to_distribution
from paretune.adapters.optuna.keys import RUNNER_KEY, WHERE_KEY
from paretune.adapters.optuna.transactions import create_trials
from paretune.evaluation.outcome import Outcome
from paretune.study.asked_trial import AskedTrial
from paretune.study.ledger import Ledger
from paretune.study.retry import retry_call
from paretune.study.trial_end import describe_end


def claim_params(
    ledger: Ledger, params: Mapping[str, Any], attributes: Mapping[str, Any], budget: int | None = None
) -> AskedTrial | None:
    """Create a running trial with these parameters.

    Args:
        ledger: the study's trials.
        params: a configuration of the study's space.
        attributes: user attributes of the trial.
        budget: the total of trials; None for no limit.

    Returns:
        The trial; None where the budget is met.
    """
    if budget is not None and ledger.n_counted() >= budget:
        return None
    number = ledger.create_running(params, {**runner_signature(ledger), **attributes}, budget)
    return None if number is None else AskedTrial(number, dict(params))


def claim_waiting(ledger: Ledger) -> tuple[FrozenTrial, dict[str, Any]] | None:
    """Claim the first trial of the queue.

    Returns:
        The trial, and those of its parameters that the queue gives; None if no trial waits.
    """
    trial = internals.claim_waiting_trial(ledger.study, is_queued)
    if trial is None:
        return None
    return trial, {name: value for name, value in planned_params(trial).items() if name in ledger.space}


def complete_waiting(
    ledger: Ledger, trial: FrozenTrial, params: Mapping[str, Any], attributes: Mapping[str, Any]
) -> AskedTrial:
    """Write the parameters of a claimed trial of the queue, and who evaluates it.

    Args:
        ledger: the study's trials.
        trial: as `claim_waiting` returned it.
        params: a configuration of the study's space.
        attributes: user attributes of the trial.
    """
    given = {name: (value, to_distribution(ledger.space[name])) for name, value in params.items()}
    internals.set_trial_params(ledger.study, trial, given)
    for key, value in {**runner_signature(ledger), **attributes}.items():
        internals.set_trial_user_attr(ledger.study, trial.number, key, value)
    return AskedTrial(trial.number, dict(params))


def add_outcomes(ledger: Ledger, observed: Sequence[tuple[Mapping[str, Any], Outcome, Mapping[str, Any]]]) -> list[int]:
    """Add trials that were evaluated elsewhere, all in one transaction.

    Args:
        ledger: the study's trials.
        observed: configuration, outcome and further user attributes of each.

    Returns:
        Their numbers.
    """
    templates = []
    for params, outcome, attributes in observed:
        end = describe_end(outcome, ledger.objectives, {})
        templates.append(
            optuna.trial.create_trial(
                state=end.state,
                params=dict(params),
                distributions={name: to_distribution(ledger.space[name]) for name in params},
                values=None if end.values is None else list(end.values),
                user_attrs={**runner_signature(ledger), **end.user_attrs, **attributes},
                system_attrs=dict(end.system_attrs),
            )
        )
    numbers: list[int] = retry_call(lambda: create_trials(ledger.study, templates))
    return numbers


def runner_signature(ledger: Ledger) -> dict[str, Any]:
    """Who evaluates a trial, and since when."""
    return {RUNNER_KEY: ledger.runner, WHERE_KEY: {"begun": time.time()}}
