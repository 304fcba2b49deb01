"""Do weights move as the published formula says?"""

import keras
import numpy as np
import pytest

from paretune.workloads.diatoms.adam import DecayingAdam


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


@pytest.mark.parametrize("decay", [0.0, 1e-2, 0.1])
@pytest.mark.parametrize("epsilon", [1e-10, 1e-2])
def test_a_variable_follows_the_formula(decay, epsilon):
    generator = np.random.default_rng(0)
    start = generator.normal(size=(3, 2)).astype("float32")
    gradients = generator.normal(size=(30, 3, 2)).astype("float32")
    params = {"learning_rate": 0.1, "one_minus_beta_1": 0.2, "one_minus_beta_2": 0.05}
    params |= {"epsilon": epsilon, "decay": decay}
    variable = keras.Variable(start)
    adam = DecayingAdam(params, [variable])
    for gradient in gradients:
        adam.move([keras.ops.convert_to_tensor(gradient)])
    np.testing.assert_allclose(variable.numpy(), formula(start, gradients, params), rtol=2e-5, atol=2e-6)


def test_the_plateau_rule_scales_the_decayed_rate():
    settings = {"learning_rate": 0.5, "one_minus_beta_1": 1.0, "one_minus_beta_2": 1.0}
    variable = keras.Variable([0.0])
    adam = DecayingAdam(settings | {"epsilon": 1e-9, "decay": 1.0}, [variable])
    places = [0.0]
    for rate in (0.5, 0.5, 0.25):
        adam.rate = rate
        adam.move([keras.ops.ones(1)])
        places.append(float(variable.numpy()[0]))
    np.testing.assert_allclose(-np.diff(places), [0.5, 0.5 / 2, 0.25 / 3], rtol=1e-6)
