"""Small trainings of the net for diatoms, in each framework."""

import numpy as np

from paretune.measure import TrainingTimer
from paretune.workloads.builtin.diatoms.frameworks import open_session

PARAMS = {
    "batch_size": 16,
    "conv_1_num_filters": 6,
    "conv_2_num_filters": 5,
    "conv_3_num_filters": 4,
    "conv_1_filter_size": 8,
    "conv_2_filter_size": 5,
    "conv_3_filter_size": 2,
    "learning_rate": 1e-2,
    "one_minus_beta_1": 0.1,
    "one_minus_beta_2": 0.01,
    "epsilon": 1e-7,
    "decay": 0.0,
}


def trained(framework, params, part, epochs, seed=0, device="cpu"):
    """The weights after a training, in the order of `initial_weights`, and its last loss."""
    with open_session(framework, device) as opened:
        net = opened.build(params, seed)
        with TrainingTimer(opened.device, opened.synchronize) as timer:
            *_, loss = opened.train(net, part, params, epochs, seed, timer)
        return weights_of(net), loss


def weights_of(net):
    """A copy of the weights, in the order of `initial_weights`."""
    weights = net.get_weights() if hasattr(net, "get_weights") else net.weights
    return [np.array(weight) for weight in weights]


def predicted(framework, weights, params, values):
    """The probabilities of a net with these weights."""
    with open_session(framework, "cpu") as opened:
        net = opened.build(params, 0)
        if framework == "tensorflow":
            net.set_weights(weights)
        else:
            net = type(net)(weights, net.device)
        return opened.predictor(net, values)()
