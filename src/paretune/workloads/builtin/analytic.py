"""A formula instead of a training, to try every part of Paretune in seconds."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from paretune.errors import InvalidInputError, TrialFailedError
from paretune.evaluation.contract import Report, ignore_report
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Categorical, Float, Int, Space
from paretune.workloads.workload import Option, PreparedWorkload, Workload

MAX_WEIGHTS = 3e5  # a net with more weights is out of memory
N_EPOCHS = 10  # of the imaginary training

SPACE = Space(
    {
        "layers": Int(1, 4),
        "width": Int(8, 512, log=True),
        "learning_rate": Float(1e-5, 1.0, log=True),
        "activation": Categorical(["relu", "tanh"]),
        "optimizer": Categorical(["sgd", "adam"]),
        "momentum": Float(0.0, 0.99, when={"optimizer": "sgd"}),
    }
)


def metrics(params: Mapping[str, Any]) -> dict[str, float]:
    """The accuracy and latency of an imaginary net: a wide and deep net is better and slower.

    Args:
        params: a configuration of `SPACE`.

    Returns:
        ``accuracy``; ``latency`` and ``latency_se`` in seconds. Both are NaN if the learning rate is too high.

    Raises:
        TrialFailedError: ``out_of_memory``, for too many weights.
    """
    weights = params["layers"] * params["width"] ** 2
    if weights > MAX_WEIGHTS:
        raise TrialFailedError("out_of_memory", f"{weights} weights do not fit into {MAX_WEIGHTS:.0f}")
    ideal = 3e-2 if params["optimizer"] == "sgd" else 3e-3
    off = math.log10(params["learning_rate"] / ideal) + 0.5 * params.get("momentum", 0.0)
    if off > 1.5:
        return {"accuracy": math.nan, "latency": math.nan}
    fit = math.exp(-(off**2) / 2) * (1.0 if params["activation"] == "relu" else 0.97)
    latency = 1e-4 * params["layers"] + 2e-8 * weights
    return {"accuracy": (1 - 0.8 * weights**-0.15) * fit, "latency": latency, "latency_se": 0.01 * latency}


def _prepare(options: Mapping[str, Any], data_dir: Path | None) -> PreparedWorkload:
    if data_dir is not None:
        raise InvalidInputError("the analytic workload has no data: leave --data-dir out")

    def evaluate(params: Mapping[str, Any], report: Report = ignore_report) -> dict[str, float]:
        try:
            known = metrics(params)
        except TrialFailedError:
            time.sleep(options["seconds"])
            raise
        for epoch in range(1, N_EPOCHS + 1):
            time.sleep(options["seconds"] / N_EPOCHS)
            accuracy = known["accuracy"] * (1 - math.exp(-epoch / 2))
            if not report(epoch, {"accuracy": accuracy, "training_loss": 1 - accuracy}):
                break
        return known

    return PreparedWorkload(evaluate)


WORKLOAD = Workload(
    name="analytic",
    summary="A formula in place of a training: accuracy against latency, with failures; instant",
    space=SPACE,
    objectives=Objectives([Maximize("accuracy", at_least=0.2), Minimize("latency", unit="s")]),
    prepare=_prepare,
    domain={"layers": Int(1, 64), "width": Int(1, 65_536, log=True)},
    options={"seconds": Option(0.0, Float(0.0, 3600.0), "how long an evaluation takes")},
)
