"""A workload: a convolutional net that classifies diatoms by their outlines, accuracy against inference time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from paretune.errors import InvalidInputError
from paretune.evaluation.contract import Evaluate
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Categorical, Float, Int, Parameter, Space
from paretune.workloads.builtin.data import Archive, UnreachableError, generated_origin, locate
from paretune.workloads.builtin.diatoms import frameworks, generated_outlines
from paretune.workloads.builtin.diatoms.dataset import LENGTH, Split, read_series
from paretune.workloads.builtin.diatoms.evaluation import EvaluationSettings, evaluate
from paretune.workloads.workload import DataOrigin, Option, PreparedWorkload, Workload, fix_seed, seed_option

ADIAC = Archive(
    name="Adiac",
    folder="adiac",
    url=(
        "https://raw.githubusercontent.com/sigopt/sigopt-examples/544d29086792131a4c3df8a4d66642e0cdc9b29c"
        "/multimetric-timeseries/UCR_TS_Archive_2015/Adiac"
    ),
    sha256={
        "Adiac_TRAIN": "afc3729e07b0e5dd315a8a8ff3fcbf85e4ea74570a972a352af7ae505d23a77d",
        "Adiac_TEST": "0c97c9fcd597b65393d5d4a2d4b67479d2727c36635b74286a482a70af5d7690",
    },
)

_BLOCKS = (1, 2, 3)
_SPACE = Space(
    {
        "batch_size": Int(8, 32),
        **{f"conv_{block}_num_filters": Int(32, 256) for block in _BLOCKS},
        **{f"conv_{block}_filter_size": Int(2, 10) for block in _BLOCKS},
        "learning_rate": Float(1e-10, 1.0, log=True),
        "one_minus_beta_1": Float(1e-2, 0.5, log=True),
        "one_minus_beta_2": Float(1e-6, 0.5, log=True),
        "epsilon": Float(1e-10, 1e-6, log=True),
        "decay": Float(1e-10, 1e-1, log=True),
    }
)
_DOMAIN: dict[str, Parameter] = {
    "batch_size": Int(1, 100_000),
    **{f"conv_{block}_num_filters": Int(1, 4096) for block in _BLOCKS},
    **{f"conv_{block}_filter_size": Int(1, LENGTH) for block in _BLOCKS},
    "learning_rate": Float(1e-30, 1e3),
    "one_minus_beta_1": Float(1e-7, 1.0),
    "one_minus_beta_2": Float(1e-7, 1.0),
    "epsilon": Float(1e-30, 1e3),
    "decay": Float(0.0, 1e3),
}


def prepare(options: Mapping[str, Any], data_dir: Path | None) -> PreparedWorkload:
    """Read or generate the series.

    Args:
        options: the options of `WORKLOAD`.
        data_dir: a folder with ``adiac/Adiac_TRAIN`` and ``adiac/Adiac_TEST``, or None.

    Returns:
        The evaluation of a configuration; the framework is loaded at the first one.

    Raises:
        InvalidInputError: the framework or the GPU is missing, or a data folder is given for generated data.
        DataError: a data file is missing or damaged.
    """
    frameworks.check_framework(options["framework"], options["device"])
    split, origin = load_outlines(options["data"], data_dir)
    settings = EvaluationSettings(
        split.standardised().with_fraction(options["data_fraction"]),
        **{name: options[name] for name in ("framework", "device", "epochs", "repeats", "clock")},
    )

    def make_evaluate(objectives: Objectives) -> Evaluate:
        return fix_seed(partial(evaluate, settings=settings, objectives=objectives), options["seed"])

    return PreparedWorkload(make_evaluate(WORKLOAD.objectives), origin, make_evaluate)


def load_outlines(choice: str, data_dir: Path | None) -> tuple[Split, DataOrigin]:
    """Read the series of a folder, the cache or a download, or generate them.

    Args:
        choice: ``auto``, which generates them only if nothing can be downloaded, or ``generated``.
        data_dir: a folder with ``adiac/Adiac_TRAIN`` and ``adiac/Adiac_TEST``, or None.

    Raises:
        InvalidInputError: a data folder is given for generated data.
        DataError: a data file is missing or damaged.
    """
    if choice == "generated":
        if data_dir is not None:
            raise InvalidInputError(
                "data=generated needs no data folder: leave out either --set data=generated or --data-dir"
            )
        return _generate("as data=generated asks for")
    try:
        located = locate(ADIAC, data_dir)
    except UnreachableError as error:
        return _generate(str(error))
    training, validation = (read_series(path) for path in located.paths.values())
    return Split(training, validation), located.origin


def _generate(reason: str) -> tuple[Split, DataOrigin]:
    split = generated_outlines.draw_outlines()
    return split, generated_origin(ADIAC, "outlines drawn by Paretune", split.sha256, reason)


def _last_step(options: Mapping[str, Any]) -> int:
    return int(options["epochs"] * options["repeats"])


WORKLOAD = Workload(
    name="diatoms",
    summary="a convolutional net that classifies diatoms in 37 classes by their outlines (TensorFlow or PyTorch)",
    space=_SPACE,
    objectives=Objectives([Maximize("accuracy"), Minimize("inference_time", unit="s")]),
    prepare=prepare,
    domain=_DOMAIN,
    last_step=_last_step,
    changeable=("batch_size", "learning_rate", "one_minus_beta_1", "one_minus_beta_2", "epsilon", "decay"),
    options={
        "epochs": Option(500, Int(1, 1_000_000), "passes over the training series"),
        "framework": Option(
            frameworks.default_framework,
            Categorical(frameworks.FRAMEWORKS),
            "what trains the net; by default torch if there is an NVIDIA GPU or no TensorFlow, else tensorflow",
        ),
        "device": Option("auto", Categorical(frameworks.DEVICES), "auto: the first GPU that CUDA shows, else the CPU"),
        "seed": seed_option("of initial weights and shuffling"),
        "repeats": Option(
            1, Int(1, 1_000), "trainings of each configuration, with seeds seed, seed + 1, ...; their mean counts"
        ),
        "clock": Option(
            "reference",
            Categorical(("reference", "wall")),
            "of the inference time on the CPU: reference, which repeats on a busy machine, or wall (docs/times.md)",
            earlier_value="wall",
        ),
        "data_fraction": Option(
            1.0, Float(1e-6, 1.0), "share of the training series of each class; a larger share contains a smaller one"
        ),
        "data": Option(
            "auto", Categorical(("auto", "generated")), "auto: Adiac, or generated outlines if it cannot be downloaded"
        ),
    },
)
