"""Adam with decay by the published formula, in each framework."""

import keras
import numpy as np
import pytest
import torch

from paretune.workloads.builtin.diatoms.on_tensorflow.optimizer import DecayingAdam as KerasAdam
from paretune.workloads.builtin.diatoms.on_torch.optimizer import DecayingAdam as TorchAdam

pytestmark = pytest.mark.end_to_end  # TensorFlow alone takes longer to load than these tests


def formula(start, gradients, params):
    """Adam of Keras 2.0.5 in double precision."""
    p, m, v = start.astype(float), 0.0, 0.0
    b1, b2 = 1 - params["one_minus_beta_1"], 1 - params["one_minus_beta_2"]
    for step, g in enumerate(gradients.astype(float)):
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        rate = params["learning_rate"] / (1 + params["decay"] * step)
        lr_t = rate * np.sqrt(1 - b2 ** (step + 1)) / (1 - b1 ** (step + 1))
        p = p - lr_t * m / (np.sqrt(v) + params["epsilon"])
    return p


class OnTensorFlow:
    def __init__(self, params, start):
        self.variable = keras.Variable(start)
        self.adam = KerasAdam(params, [self.variable])

    def apply(self, gradient):
        self.adam.apply([keras.ops.convert_to_tensor(gradient)])
        return self.variable.numpy().copy()


class OnTorch:
    def __init__(self, params, start):
        self.variable = torch.tensor(start, requires_grad=True)
        self.adam = TorchAdam(params, [self.variable])

    def apply(self, gradient):
        self.adam.apply((torch.tensor(gradient),))
        return self.variable.detach().numpy().copy()


@pytest.fixture
def kind(framework):
    return {"tensorflow": OnTensorFlow, "torch": OnTorch}[framework]


@pytest.mark.parametrize("decay", [0.0, 1e-2, 0.1])
@pytest.mark.parametrize("epsilon", [1e-10, 1e-2])
def test_variable_follows_formula(kind, decay, epsilon):
    generator = np.random.default_rng(0)
    start = generator.normal(size=(3, 2)).astype("float32")
    gradients = generator.normal(size=(30, 3, 2)).astype("float32")
    params = {"learning_rate": 0.1, "one_minus_beta_1": 0.2, "one_minus_beta_2": 0.05}
    params |= {"epsilon": epsilon, "decay": decay}
    moved = kind(params, start)
    places = [moved.apply(gradient) for gradient in gradients]
    np.testing.assert_allclose(places[-1], formula(start, gradients, params), rtol=2e-5, atol=2e-6)


def test_three_steps_equal_those_by_hand(kind):
    """g = 1, -2, 1; b1 = b2 = 1/2; rates 0.1, 0.05, 0.1 / 3: m = 1/2, -3/4, 1/8 and v = 1/2, 9/4, 13/8."""
    params = {"learning_rate": 0.1, "one_minus_beta_1": 0.5, "one_minus_beta_2": 0.5, "epsilon": 0.5, "decay": 1.0}
    moved = kind(params, np.zeros(1, "float32"))
    places = [float(moved.apply(np.array([g], "float32"))[0]) for g in (1.0, -2.0, 1.0)]
    steps = [
        0.1 * (0.5**0.5 / 0.5) * 0.5 / (0.5**0.5 + 0.5),
        0.05 * (0.75**0.5 / 0.75) * -0.75 / (1.5 + 0.5),
        0.1 / 3 * (0.875**0.5 / 0.875) * 0.125 / (1.625**0.5 + 0.5),
    ]
    np.testing.assert_allclose(places, -np.cumsum(steps), rtol=1e-5)


def test_plateau_rule_scales_decayed_rate(kind):
    settings = {"learning_rate": 0.5, "one_minus_beta_1": 1.0, "one_minus_beta_2": 1.0, "epsilon": 1e-9, "decay": 1.0}
    moved, places = kind(settings, np.zeros(1, "float32")), [0.0]
    for rate in (0.5, 0.5, 0.25):
        moved.adam.rate = rate
        assert moved.adam.rate == rate
        places.append(float(moved.apply(np.ones(1, "float32"))[0]))
    np.testing.assert_allclose(-np.diff(places), [0.5, 0.5 / 2, 0.25 / 3], rtol=1e-6)


def test_betas_next_to_one_lose_no_digits_in_pytorch():
    params = {"learning_rate": 1.0, "one_minus_beta_1": 1e-2, "one_minus_beta_2": 1e-6, "epsilon": 1e-10, "decay": 0.0}
    gradients = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    moved = OnTorch(params, np.zeros(4, "float32"))
    places = [moved.apply(gradient) for gradient in gradients]
    np.testing.assert_allclose(places[-1], formula(np.zeros(4), gradients, params), rtol=1e-4)
