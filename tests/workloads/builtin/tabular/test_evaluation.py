"""A configuration from its folds to its costs. Covers `fitting` and `encoding`."""

import numpy as np
import pytest

from paretune.workloads.builtin.tabular import WORKLOAD
from paretune.workloads.builtin.tabular.fitting import FittedModel
from paretune.workloads.builtin.tabular.models import FIRST
from paretune.workloads.builtin.tabular.problem import open_problem
from paretune.workloads.builtin.tabular.target import Target

from .mixed_table import mixed_table

BOOSTING = {**FIRST[0], "rounds": 12}
LINEAR = FIRST[1]


def evaluate(params, *report, **settings):
    options = WORKLOAD.parse_settings({"folds": 2, "objectives": "accuracy,size", **settings}).options
    return WORKLOAD.prepare(options, None).evaluate(params, *report)


def test_metrics_have_qualities_their_errors_test_part_and_costs():
    found = evaluate(LINEAR, data="iris", objectives="accuracy,size,batch_time,row_time")
    assert 0.9 < found["accuracy"] <= 1
    assert 0 < found["accuracy_se"] < 0.1
    assert 0.8 < found["test_accuracy"] <= 1
    assert 1e-8 < found["batch_time"] < found["row_time"] < 1
    assert found["size"] > 500
    assert found["training_time"] > 0


def test_steps_are_eighths_of_the_rounds():
    steps = []
    evaluate(
        BOOSTING,
        lambda step, metrics: steps.append((step, metrics["rounds"], "accuracy" in metrics)) or True,
        data="iris",
    )
    assert [step for step, _, _ in steps] == list(range(1, 9))
    assert [n for _, n, _ in steps] == [2, 3, 4, 6, 8, 9, 10, 12]
    assert all(has for _, _, has in steps)
    only = []
    evaluate(LINEAR, lambda step, _: only.append(step) or True, data="iris")
    assert only == [8]


def test_stopped_training_returns_what_is_known():
    found = evaluate(BOOSTING, lambda _step, _metrics: False, data="iris")
    assert "accuracy" in found
    assert "size" not in found


@pytest.mark.parametrize(
    ("target", "params"), [("price", LINEAR), ("kind", {**BOOSTING, "rounds": 3})], ids=["numbers", "classes"]
)
def test_columns_of_all_kinds_are_learned_from(tmp_path, target, params):
    path = tmp_path / "mixed.csv"
    mixed_table().to_csv(path, index=False)
    quality = "accuracy" if target == "kind" else "r2"
    found = evaluate(params, data=str(path), target=target, objectives=f"{quality},size")
    assert found[quality] > 0.6


def test_repeats_average_other_folds():
    once, twice = (evaluate(LINEAR, data="diabetes", objectives="r2,size", repeats=n) for n in (1, 2))
    assert once["r2"] != twice["r2"]
    assert once["test_r2"] == twice["test_r2"]


def test_class_that_training_rows_lack_has_probability_zero():
    problem = open_problem(WORKLOAD.parse_settings({"data": "iris"}).options)
    target = Target("y", np.array([0.0, 2.0] * 10), ("a", "b", "c"))
    model = FittedModel(LINEAR, problem.columns, target, 0)
    model.grow(1, problem.X[:20], target.y)
    assert model.predict(problem.X[:4])[:, 1].tolist() == [0, 0, 0, 0]
