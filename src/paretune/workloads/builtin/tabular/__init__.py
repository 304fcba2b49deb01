"""A workload: models for a table, of a user or of scikit-learn, quality against what predictions cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from paretune.errors import InvalidInputError
from paretune.space import Categorical, Float, Int
from paretune.workloads.builtin.tabular.evaluation import N_STEPS, TabularSettings, evaluate, train
from paretune.workloads.builtin.tabular.models import (
    DOMAIN,
    FIRST,
    choose_models,
    installed_models,
    model_space,
)
from paretune.workloads.builtin.tabular.problem import Problem, open_problem
from paretune.workloads.builtin.tabular.saved_model import require_skops, save_model
from paretune.workloads.builtin.tabular.scores import AUTO, choose_objectives
from paretune.workloads.builtin.tabular.target import CLASSIFICATION, REGRESSION
from paretune.workloads.workload import DataOrigin, Option, PreparedWorkload, Workload, fix_seed, seed_option

DESCRIPTION = """\
Give a table with --data and its target column with --target. The target is a class or a number, which is found by its \
values. A fifth of the rows is the test part: the search never sees it, and the report shows what each configuration \
of the front reaches there. The other rows are cross-validated.

The models are linear ones, nearest neighbours, forests, boosted trees and a small net; XGBoost and LightGBM join them \
where they are installed. Missing values, categories, dates and texts are encoded by scikit-learn.

paretune refit STUDY --save model.skops trains the best one on all rows, and paretune predict model.skops rows.csv \
predicts with it."""


def prepare(options: Mapping[str, Any], data_dir: Path | None) -> PreparedWorkload:
    """Read and split the table.

    Args:
        options: the options of `WORKLOAD`.
        data_dir: must be None, since ``data`` names the data.

    Raises:
        InvalidInputError: an option names something that does not exist.
        DataError: the table cannot be learned from.
    """
    problem = _open(options, data_dir)
    objectives = choose_objectives(options["objectives"], problem.target.task)
    settings = TabularSettings(problem, objectives.names, options["repeats"])
    origin = DataOrigin(problem.describe(), problem.table.sha256, problem.table.notice)
    return PreparedWorkload(
        fix_seed(partial(evaluate, settings=settings), options["seed"]), origin, make_save=partial(_make_save, problem)
    )


def tailor(options: Mapping[str, Any], data_dir: Path | None) -> Workload:
    """The workload with the models that an option names, and the objectives of the table's task."""
    problem = _open(options, data_dir)
    return replace(
        WORKLOAD,
        space=model_space(choose_models(options["models"]), len(problem.split.search)),
        objectives=choose_objectives(options["objectives"], problem.target.task),
    )


def _open(options: Mapping[str, Any], data_dir: Path | None) -> Problem:
    if data_dir is not None:
        raise InvalidInputError("tabular takes its table by --data: leave --data-dir out")
    return open_problem(options)


def _make_save(problem: Problem) -> Callable[[Mapping[str, Any], int, Path], None]:
    require_skops()
    return partial(_save, problem)


def _save(problem: Problem, params: Mapping[str, Any], seed: int, path: Path) -> None:
    model, _ = train(params, problem, np.arange(len(problem.target.y)), seed)
    save_model(path, model, problem, params)


WORKLOAD = Workload(
    name="tabular",
    summary="a table of your own (CSV, TSV, Parquet) or of scikit-learn: which model, and with which settings",
    space=model_space(choose_models(installed_models())),
    objectives=choose_objectives(AUTO, CLASSIFICATION),
    prepare=prepare,
    domain=DOMAIN,
    first=FIRST,
    tailor=tailor,
    last_step=lambda _: N_STEPS,
    description=DESCRIPTION,
    options={
        "data": Option("", None, "a CSV, TSV or Parquet file, or breast_cancer, diabetes, digits, iris or wine"),
        "target": Option("", None, "the column to predict"),
        "task": Option("auto", Categorical(("auto", CLASSIFICATION, REGRESSION)), "auto: found by the target's values"),
        "objectives": Option(
            AUTO,
            None,
            "two or more, with commas: accuracy, balanced_accuracy, log_loss, auc; r2, error, absolute_error; "
            "batch_time, row_time, training_time, size",
        ),
        "models": Option(installed_models, None, "which models are searched, with commas; by default all"),
        "folds": Option(
            "auto",
            Int(1, 50),
            "of the cross-validation; 1: one held-out fifth; auto: 5, or 1 from 5,000 rows on",
            words=("auto",),
        ),
        "test_share": Option(0.2, Float(0.01, 0.9), "share of the rows in the test part"),
        "groups": Option("", None, "a column: all rows with one value of it stay in one part"),
        "time": Option("", None, "a column: later rows are predicted from earlier ones"),
        "max_rows": Option(100_000, Int(50, 1_000_000_000), "if the table has more rows, so many are drawn"),
        "repeats": Option(1, Int(1, 100), "cross-validations with different folds; their mean counts"),
        "seed": seed_option("of the models' random numbers"),
    },
)
