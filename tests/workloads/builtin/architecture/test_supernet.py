"""The supernet: uniform paths, calibrated normalisations, and accuracies that are computed once."""

from collections import Counter

import numpy as np
import torch

from paretune.evaluation.checkpoint import Checkpoint
from paretune.workloads.builtin.architecture.cells import ALL_CHOICES, OPERATIONS
from paretune.workloads.builtin.architecture.network import PathNet, build
from paretune.workloads.builtin.architecture.supernet import SharedWeights, SinglePathNet, calibrate
from tiny_architectures import IMAGES, tiny_task

WIDE = ("conv3",) * 6


class NotedNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.drawn = []

    def forward(self, x, architecture):
        self.drawn.append(architecture)
        return x


def test_steps_take_each_operation_equally_often():
    net = NotedNet()
    single, n = SinglePathNet(net, ALL_CHOICES), 1_000
    with torch.random.fork_rng():
        torch.manual_seed(0)
        for _ in range(n):
            single(torch.zeros(1))
    for edge in range(6):
        counts = Counter(each[edge] for each in net.drawn)
        assert sum((counts[name] - n / 5) ** 2 / (n / 5) for name in OPERATIONS) < 18.5


def test_calibration_gives_statistics_of_training_part():
    task, net = tiny_task(), PathNet(build(ALL_CHOICES, IMAGES, 0), WIDE)
    calibrate(net, task)
    with torch.no_grad():
        values = net.net.stem[0](task.training.batch(torch.arange(len(task.training))))
    norm = net.net.stem[1]
    torch.testing.assert_close(norm.running_mean, values.mean(dim=(0, 2, 3)))
    torch.testing.assert_close(norm.running_var, values.var(dim=(0, 2, 3)))
    assert norm.momentum == 0.1
    assert not net.training


def test_equal_nets_are_evaluated_once_and_remembered(tmp_path):
    net, checkpoint = build(ALL_CHOICES, IMAGES, 0), Checkpoint(tmp_path)
    weights = SharedWeights(net, tiny_task(), checkpoint)
    dead = ("conv3", "none", "none", "skip", "none", "none")
    first = weights.accuracy(dead)
    weights.save()
    with torch.no_grad():
        for weight in net.parameters():
            weight.zero_()
    again = SharedWeights(net, tiny_task(), Checkpoint(tmp_path))
    assert again.accuracy(("none", "none", "none", "skip", "none", "none")) == first
    assert 0 <= first <= 1


def test_accuracy_is_that_of_path(tmp_path):
    net, task = build(ALL_CHOICES, IMAGES, 0), tiny_task()
    found = SharedWeights(net, task, Checkpoint(tmp_path)).accuracy(WIDE)
    path = PathNet(net, WIDE)
    calibrate(path, task)
    with torch.no_grad():
        predicted = path(task.validation.batch(torch.arange(len(task.validation)))).argmax(dim=1)
    assert found == float(np.mean(predicted.numpy() == task.validation.labels.numpy()))
