"""The examples: three parts that share no example, with each class in each."""

import numpy as np
import pytest
import torch

from paretune.errors import DataError, InvalidInputError
from paretune.workloads.builtin.architecture.dataset import open_task

OPTIONS = {"data": "digits", "width": 4, "cells": "auto"}


def values_of(part):
    return part.batch(torch.arange(len(part))).numpy()


@pytest.mark.parametrize(("data", "inputs", "n_classes"), [("digits", (1, 8, 8), 10), ("generated", (1, 1, 176), 37)])
def test_parts_are_apart_and_have_all_classes(data, inputs, n_classes):
    task = open_task({**OPTIONS, "data": data}, None)
    assert (task.shape.inputs, task.shape.n_classes) == (inputs, n_classes)
    parts = (task.training, task.validation, task.test)
    for part in parts:
        assert set(part.labels.tolist()) == set(range(n_classes))
        assert values_of(part).shape == (len(part), *inputs)
    n = sum(map(len, parts))
    shares = [len(part) / n for part in parts]
    assert shares == pytest.approx([0.6, 0.2, 0.2], abs=0.11)
    assert str(len(task.test)) in task.origin.name


def test_values_have_mean_0_and_deviation_1_in_training_part():
    values = values_of(open_task(OPTIONS, None).training)
    assert (values.mean(), values.std()) == pytest.approx((0, 1), abs=1e-4)


def test_split_is_always_the_same():
    first, second = (open_task(OPTIONS, None) for _ in range(2))
    np.testing.assert_array_equal(values_of(first.test), values_of(second.test))
    assert first.origin == second.origin


def test_cells_may_be_given():
    assert open_task({**OPTIONS, "cells": 1}, None).shape.n_cells == 1
    assert open_task(OPTIONS, None).shape.n_cells == 2


def test_data_folder_that_is_not_used_or_lacks_data_is_refused(tmp_path):
    with pytest.raises(InvalidInputError, match="leave --data-dir out"):
        open_task(OPTIONS, tmp_path)
    with pytest.raises(DataError, match="does not exist"):
        open_task({**OPTIONS, "data": "outlines"}, tmp_path)
