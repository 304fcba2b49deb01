"""The metrics that a training reports to Ray Tune, without what Ray Tune adds to each result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ray.tune.result import AUTO_RESULT_KEYS, DEBUG_METRICS, DONE, SHOULD_CHECKPOINT

from paretune.evaluation.contract import STEP
from paretune.evaluation.curve import check_step_metrics
from paretune.objectives import RESERVED_PREFIX

STOPPED = f"{RESERVED_PREFIX}stopped"  # why a `ParetoScheduler` stopped a trial, in its last result
PAUSED = f"{RESERVED_PREFIX}paused"  # why it paused a trial, in the result that the searcher gets
_OWN = {*AUTO_RESULT_KEYS, *DEBUG_METRICS, DONE, SHOULD_CHECKPOINT, "experiment_tag", STEP}
_PREFIXES = ("config/", "__", RESERVED_PREFIX)


def step_metrics(result: Mapping[str, Any]) -> dict[str, float]:
    """Return the finite numbers of a flat result that the training reported.

    Example:
        >>> step_metrics({"loss": 0.5, "net/accuracy": 0.9, "pid": 7, "config/lr": 0.1, "training_iteration": 3})
        {'loss': 0.5, 'net/accuracy': 0.9}
    """
    names = (str(name) for name in result if name not in _OWN)
    return check_step_metrics({name: result[name] for name in names if not name.startswith(_PREFIXES)})
