"""A learning task of seconds, and a judge of architectures that needs none."""

import numpy as np

from paretune.workloads import DataOrigin
from paretune.workloads.builtin.architecture.candidates import Judge
from paretune.workloads.builtin.architecture.costs import CostTable
from paretune.workloads.builtin.architecture.dataset import Examples, LearningTask
from paretune.workloads.builtin.architecture.network import NetShape

IMAGES = NetShape((1, 6, 6), 3, width=3, n_cells=2)
SERIES = NetShape((1, 1, 20), 3, width=2, n_cells=3, stem=(9, 2))
TABLE = CostTable(1.0, {"none": 0.0, "skip": 0.1, "conv1": 1.0, "conv3": 3.0, "pool3": 0.5})


def tiny_task(shape=IMAGES, n=30):
    """Noise with the label in its mean."""
    rng = np.random.default_rng(0)
    labels = np.arange(n) % shape.n_classes
    values = (rng.normal(size=(n, *shape.inputs)) + labels[:, None, None, None]).astype(np.float32)
    part = Examples(values, labels)
    return LearningTask(part, part, part, shape, DataOrigin("noise", "0"))


def count_convolutions(architecture):
    """An accuracy that needs no net: the share of wide convolutions."""
    return architecture.count("conv3") / 6


JUDGE = Judge(count_convolutions, TABLE)
