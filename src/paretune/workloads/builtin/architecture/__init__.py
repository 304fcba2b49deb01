"""A workload: cells of NAS-Bench-201's kind on small data, accuracy against cost, and searches by shared weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from paretune.evaluation.contract import Evaluate
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Categorical, Float, Int
from paretune.workloads.builtin.architecture.cells import cell_space
from paretune.workloads.proposals import Proposals, ProposalTask, Proposer
from paretune.workloads.workload import Option, PreparedWorkload, Workload, fix_seed, seed_option

SHARED_WEIGHTS, SEARCHERS = ("one-shot", "darts", "controller"), ("bayes", "evolution", "random")
COSTS = {"inference_time": "s", "multiply_adds": "", "n_parameters": ""}

DESCRIPTION = """\
The net is a stem, two or three equal cells with reductions between them, and a linear classifier. A cell has four \
nodes, and one of five operations on each of the six edges between them: none, skip, a convolution of width 1 or 3, or \
a mean of 3. So there are 15,625 architectures. Each trial trains one of them whole.

The methods one-shot, darts and controller first train weights that all architectures share, and propose a few \
architectures by them, which are the trials of the study. What the shared weights cost counts towards --budget. The \
methods bayes, evolution and random are the searchers of that name.

A fifth of the examples is the test part, which no search sees; the report shows the accuracy there."""


def prepare(options: Mapping[str, Any], data_dir: Path | None) -> PreparedWorkload:
    """Read and split the examples.

    Args:
        options: the options of `WORKLOAD`.
        data_dir: a folder with the series of the outlines, or None.

    Raises:
        InvalidInputError: a data folder is given, but not used.
        DataError: a data file is missing or damaged.
    """
    from paretune.workloads.builtin.architecture.dataset import open_task  # noqa: PLC0415 (loads PyTorch)
    from paretune.workloads.builtin.architecture.evaluation import TrialSettings, evaluate  # noqa: PLC0415
    from paretune.workloads.builtin.vision.training import Recipe  # noqa: PLC0415

    task = open_task(options, data_dir)
    recipe = Recipe(options["epochs"], options["batch_size"], options["learning_rate"])
    settings = TrialSettings(task, recipe, options["cost"])

    def make_evaluate(objectives: Objectives) -> Evaluate:
        return fix_seed(partial(evaluate, settings=settings, objectives=objectives), options["seed"])

    return PreparedWorkload(make_evaluate(_objectives(options["cost"])), task.origin, make_evaluate)


def tailor(options: Mapping[str, Any], _data_dir: Path | None) -> Workload:
    """The workload with the objectives, and with what the method does before or instead of the default searcher."""
    method, objectives = options["method"], _objectives(options["cost"])
    if method in SEARCHERS:
        return replace(WORKLOAD, objectives=objectives, run_defaults={"searcher": method})
    return replace(
        WORKLOAD,
        objectives=objectives,
        run_defaults={"trials": options["proposals"]},
        proposer=Proposer(_propose, options["supernet_epochs"]),
    )


def _propose(task: ProposalTask) -> Proposals:
    from paretune.workloads.builtin.architecture.search import propose  # noqa: PLC0415 (loads PyTorch)

    return propose(task)


def _objectives(cost: str) -> Objectives:
    return Objectives([Maximize("accuracy"), Minimize(cost, unit=COSTS[cost])])


WORKLOAD = Workload(
    name="architecture",
    summary="architectures of small nets, by shared weights (one-shot, darts, controller) or by trainings alone",
    space=cell_space(),
    objectives=_objectives("inference_time"),
    prepare=prepare,
    tailor=tailor,
    last_step=lambda options: int(options["epochs"]),
    description=DESCRIPTION,
    options={
        "method": Option(
            "one-shot", Categorical((*SHARED_WEIGHTS, *SEARCHERS)), "what chooses the architectures that are trained"
        ),
        "data": Option(
            "digits",
            Categorical(("digits", "outlines", "generated")),
            "digits of scikit-learn (images), outlines of diatoms (series), or generated outlines",
        ),
        "cost": Option("inference_time", Categorical(tuple(COSTS)), "the objective besides the accuracy"),
        "epochs": Option(30, Int(1, 100_000), "passes over the training examples in each trial"),
        "supernet_epochs": Option(60, Int(1, 100_000), "passes in which the shared weights are trained"),
        "candidates": Option(
            300, Int(1, 15_625), "architectures that one-shot ranks by shared weights, and each controller draws"
        ),
        "proposals": Option(8, Int(1, 1_000), "how many architectures the shared weights propose"),
        "width": Option(8, Int(1, 1_024), "channels of the first cell"),
        "cells": Option("auto", Int(1, 8), "cells of the net; auto: 2 for digits, 3 for outlines", words=("auto",)),
        "batch_size": Option(64, Int(2, 10_000), "examples of a step"),
        "learning_rate": Option(0.1, Float(1e-6, 10.0), "at the start; it falls along a cosine"),
        "seed": seed_option("of initial weights and shuffling"),
    },
)
