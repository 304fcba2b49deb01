"""A workload: a convolutional net that classifies film reviews, accuracy against training time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from paretune.errors import DataError, InvalidInputError
from paretune.evaluation.checkpoint import Checkpoint
from paretune.evaluation.contract import Evaluate, Report
from paretune.measure import visible_gpus
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Categorical, Float, Int, Parameter, Space
from paretune.workloads.builtin.data import Archive, UnreachableError, generated_origin, locate
from paretune.workloads.builtin.rotten_tomatoes import generated_reviews
from paretune.workloads.builtin.rotten_tomatoes.dataset import Split, make_split
from paretune.workloads.builtin.rotten_tomatoes.evaluation import EvaluationSettings, Train, evaluate
from paretune.workloads.builtin.rotten_tomatoes.sentences import read_sentences
from paretune.workloads.workload import DataOrigin, Option, PreparedWorkload, Workload, fix_seed, seed_option

ROTTEN_TOMATOES = Archive(
    name="Rotten Tomatoes",
    folder="rotten_tomatoes",
    url="https://raw.githubusercontent.com/yoonkim/CNN_sentence/4abc8df1de694999ff54826854d3ebc53e3e9c20",
    sha256={
        "rt-polarity.pos": "2da124ec187a9d5a29c9f04e91c540e02baed5af8868f550a26bd6fd4dbf8bf0",
        "rt-polarity.neg": "4ace77d558c3714723843f1d65b60c01e3417b208180f0728808d76ad0eeeaca",
    },
)

_MAX_BATCH_SIZE = 100
_SPACE = Space(
    {
        "dropout_rate": Float(0.1, 0.9),
        "learning_rate": Float(1e-8, 1.0, log=True),
        "max_grad_norm": Float(1.0, 10.0),
        "epochs": Int(5, 100),
        "batch_size": Int(10, _MAX_BATCH_SIZE),
        "embed_dim": Int(100, 500),
    }
)
_DOMAIN: dict[str, Parameter] = {
    "dropout_rate": Float(0.0, 0.99),
    "learning_rate": Float(1e-30, 1e3),
    "max_grad_norm": Float(1e-6, 1e6),
    "epochs": Int(1, 100_000),
    "batch_size": Int(1, 1_000),
    "embed_dim": Int(1, 4096),
}
_OBJECTIVES = Objectives([Maximize("accuracy", at_least=0.75), Minimize("training_time", at_most=250, unit="s")])


def prepare(options: Mapping[str, Any], data_dir: Path | None) -> PreparedWorkload:
    """Read or generate the reviews; for MXNet, set its environment up.

    Args:
        options: ``framework``, ``data_fraction``, ``seed``, ``repeats`` and ``data``.
        data_dir: a folder with ``rotten_tomatoes/rt-polarity.pos`` and ``.neg``, or None.

    Returns:
        The evaluation of a configuration: by PyTorch in this process, or by MXNet in a process of its own.

    Raises:
        InvalidInputError: MXNet cannot be installed, a data folder is given for generated data, or the fraction is too
            small.
        DataError: a data file is missing or damaged.
    """
    whole, origin = _load(options["data"], data_dir)
    split = whole.with_fraction(options["data_fraction"])
    if len(split.training) < _MAX_BATCH_SIZE:
        raise InvalidInputError(
            f"data_fraction={options['data_fraction']:g} leaves {len(split.training)} of {len(whole.training)} "
            f"reviews to learn from: at least {_MAX_BATCH_SIZE} are needed, the largest batch size of the space"
        )
    train = _train_on_mxnet(split) if options["framework"] == "mxnet" else partial(_train_on_torch, split)
    settings = EvaluationSettings(train, len(split.training), options["repeats"])

    def make_evaluate(objectives: Objectives) -> Evaluate:
        return fix_seed(partial(evaluate, settings=settings, objectives=objectives), options["seed"])

    return PreparedWorkload(make_evaluate(_OBJECTIVES), origin, make_evaluate)


def default_framework() -> str:
    """PyTorch if there is an NVIDIA GPU, else MXNet, which does not support today's GPUs."""
    return "torch" if visible_gpus() else "mxnet"


def _load(choice: str, data_dir: Path | None) -> tuple[Split, DataOrigin]:
    if choice == "generated":
        if data_dir is not None:
            raise InvalidInputError(
                "data=generated needs no data folder: leave out either --set data=generated or --data-dir"
            )
        return _generate("as data=generated asks for")
    try:
        located = locate(ROTTEN_TOMATOES, data_dir)
    except UnreachableError as error:
        return _generate(str(error))
    positive, negative = (read_sentences(path) for path in located.paths.values())
    try:
        return make_split(positive, negative), located.origin
    except DataError as error:
        raise DataError(f"{' and '.join(map(str, located.paths.values()))}: {error}") from error


def _generate(reason: str) -> tuple[Split, DataOrigin]:
    split = make_split(*generated_reviews.draw_reviews())
    return split, generated_origin(ROTTEN_TOMATOES, "reviews put together by Paretune", split.sha256, reason)


def _train_on_mxnet(split: Split) -> Train:
    from paretune.workloads.builtin.rotten_tomatoes.on_mxnet.launcher import training_command  # noqa: PLC0415 (torch needs no uv)

    return training_command(split, _OBJECTIVES.names).evaluate


def _train_on_torch(
    split: Split, params: Mapping[str, Any], report: Report, checkpoint: Checkpoint
) -> Mapping[str, Any]:
    from paretune.workloads.builtin.rotten_tomatoes.on_torch.training import train  # noqa: PLC0415 (torch takes seconds to load)

    return train(params, split, report, checkpoint)


WORKLOAD = Workload(
    name="rotten-tomatoes",
    summary="a convolutional net that classifies film reviews as positive or negative (MXNet or PyTorch)",
    space=_SPACE,
    objectives=_OBJECTIVES,
    prepare=prepare,
    domain=_DOMAIN,
    changeable=("dropout_rate", "learning_rate", "max_grad_norm"),
    options={
        "framework": Option(default_framework, Categorical(("mxnet", "torch")), "what trains the net"),
        "data_fraction": Option(
            1.0, Float(0.001, 1.0), "share of the training reviews of each class; a larger share contains a smaller one"
        ),
        "seed": seed_option("of initial weights and dropout"),
        "repeats": Option(
            1, Int(1, 1_000), "trainings of each configuration, with seeds seed, seed + 1, ...; their mean counts"
        ),
        "data": Option(
            "auto",
            Categorical(("auto", "generated")),
            "auto: Rotten Tomatoes, or generated reviews if it cannot be downloaded",
        ),
    },
)
