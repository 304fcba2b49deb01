"""The learning curves of an Optuna study, read from and written as attributes of its trials."""

from __future__ import annotations

import math
import weakref
from collections.abc import Mapping, Sequence
from typing import Any

from optuna.trial import FrozenTrial

from paretune.adapters.optuna.keys import STEPS_KEY
from paretune.evaluation.curve import CurveRecorder
from paretune.trials import Curves

# Curves of finished trials, each parsed once: storages return the same object for a finished trial each time.
_parsed: dict[int, tuple[weakref.ref[FrozenTrial], Curves]] = {}


def read_curves(trials: Sequence[FrozenTrial], *others: Curves) -> Curves:
    """The curves of some trials, whatever else is stored in their place; pending trials have theirs so far.

    Args:
        trials: trials as they are stored.
        others: curves of other trials, to be joined with these.
    """
    return Curves.join([*(_curve(trial) for trial in trials if STEPS_KEY in trial.user_attrs), *others])


def to_steps(curve: Curves) -> list[Mapping[str, Any]]:
    """The curve of one trial as its attribute: one mapping a step, with the metrics that are known there.

    A long curve is thinned as that of a trial that runs.
    """
    recorder = CurveRecorder()
    columns = {name: values.tolist() for name, values in curve.metrics.items()}
    for row, step in enumerate(curve.steps.tolist()):
        recorder.add(step, {name: values[row] for name, values in columns.items() if math.isfinite(values[row])})
    return list(recorder.steps)


def _curve(trial: FrozenTrial) -> Curves:
    key = id(trial)  # the trial itself has no hash
    known = _parsed.get(key)
    if known is not None and known[0]() is trial:
        return known[1]
    curve = Curves.from_steps({trial.number: trial.user_attrs[STEPS_KEY]})
    if trial.state.is_finished():
        _parsed[key] = weakref.ref(trial, lambda _: _parsed.pop(key, None) and None), curve
    return curve
