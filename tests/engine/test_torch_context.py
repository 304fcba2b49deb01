"""The settings of a training do not change suggestions, and suggestions do not change these settings."""

import itertools
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_info

from paretune.engine import sobol, suggest
from paretune.engine.torch_context import check_device
from paretune.errors import InvalidInputError
from paretune.objectives import Minimize, Objectives
from paretune.space import Categorical, Float, Space
from paretune.trials import Trials

SQUARE = Space({"x": Float(0, 1), "y": Float(0, 1)})
TWO = Objectives([Minimize("f"), Minimize("g")])


def random_trials(space, n):
    """Return trials at Sobol points with random losses."""
    params = tuple(itertools.islice(sobol(space, 0), n))
    return Trials(space, TWO, params, losses=np.random.default_rng(0).random((n, 2)))


GIVEN = random_trials(SQUARE, 10)


@pytest.mark.parametrize(
    "context",
    [torch.no_grad, torch.inference_mode, partial(torch.device, "meta"), partial(torch.autocast, "cpu")],
    ids=["no_grad", "inference_mode", "default device", "autocast"],
)
def test_settings_of_a_training_do_not_change_suggestions(context):
    expected = suggest(GIVEN, SQUARE, TWO, seed=3)
    with context():
        assert suggest(GIVEN, SQUARE, TWO, seed=3) == expected


def test_default_type_of_few_digits_changes_no_suggestion():
    """It changes neither the trials that the hyperparameters are fitted to nor their prior."""
    space = Space({"c": Categorical(["a", "b"]), **SQUARE})
    trials = random_trials(space, 300)
    expected, usual = suggest(trials, space, TWO), torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        assert suggest(trials, space, TWO) == expected
    finally:
        torch.set_default_dtype(usual)


def test_several_threads_restore_the_settings_of_the_process():
    def settings():
        blas = [info["num_threads"] for info in threadpool_info() if info["user_api"] == "blas"]
        return torch.get_num_threads(), blas, list(warnings.filters)

    before = settings()
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: suggest(GIVEN, SQUARE, TWO, seed=3), range(6)))
    assert all(one == found[0] for one in found)
    assert settings() == before


@pytest.mark.parametrize("device", ["gpu", "cuda:99"])
def test_missing_device_is_an_error_with_its_name(device):
    for use in (check_device, lambda device: suggest(GIVEN, SQUARE, TWO, device=device)):
        with pytest.raises(InvalidInputError, match=f"device must be one that torch can use here, but is '{device}'"):
            use(device)
