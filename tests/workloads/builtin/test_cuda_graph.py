"""Recorded functions give the same results as plain ones."""

import numpy as np
import pytest
import torch

from paretune.workloads.builtin.cuda_graph import record_cuda_graph
from paretune.workloads.builtin.diatoms.dataset import Part as Series
from paretune.workloads.builtin.diatoms.on_torch import training as series_training
from paretune.workloads.builtin.rotten_tomatoes.dataset import Part as Reviews
from paretune.workloads.builtin.rotten_tomatoes.dataset import Split
from paretune.workloads.builtin.rotten_tomatoes.on_torch import training as sentence_training
from small_diatoms import PARAMS, trained

gpu = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")]
on_each_device = pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=gpu)], ids=str)


def as_it_is(call, *_):
    return call


@on_each_device
def test_recorded_call_gives_same_results_as_plain_call(device):
    def after_ten(play):
        generator = torch.Generator(device).manual_seed(0)
        total = torch.zeros(1000, device=device)
        call = play(
            lambda: total.mul_(2).add_(torch.empty_like(total).bernoulli_(0.5, generator=generator)),
            torch.device(device),
            generator,
        )
        for _ in range(10):
            call()
        return total.cpu(), torch.empty_like(total).uniform_(generator=generator).cpu()

    for one, other in zip(after_ten(as_it_is), after_ten(record_cuda_graph), strict=True):
        assert torch.equal(one, other)


@pytest.fixture
def reviews():
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 2, 130)
    tokens = generator.integers(1, 40, (130, 80))
    tokens[:, 0] = 40 + labels  # one token is the label
    return Split(Reviews(tokens[:100], labels[:100]), Reviews(tokens[100:], labels[100:]), 42)


@pytest.mark.parametrize("device", [pytest.param("cuda", marks=gpu)])
@pytest.mark.parametrize("batch_size", [10, 50])  # more words than 3072 in a batch are sorted, in other kernels
def test_recorded_training_of_sentence_net_equals_plain_training(monkeypatch, reviews, device, batch_size):
    params = {"batch_size": batch_size, "embed_dim": 20, "dropout_rate": 0.5, "max_grad_norm": 1.0, "seed": 3}
    found = []
    for play in (record_cuda_graph, as_it_is):
        monkeypatch.setattr(sentence_training, "record_cuda_graph", play)
        found.append(sentence_training.train(params | {"learning_rate": 1e-3, "epochs": 53}, reviews))
    assert found[0]["device"].startswith(device)
    assert found[0]["training_loss"] == pytest.approx(found[1]["training_loss"], rel=1e-2)
    assert found[0]["accuracy"] == pytest.approx(found[1]["accuracy"], abs=1.5 / 30)


@pytest.mark.parametrize("device", [pytest.param("cuda", marks=gpu)])
def test_recorded_training_of_series_net_equals_plain_training(monkeypatch, device):
    generator = np.random.default_rng(0)
    part = Series(generator.normal(size=(90, 176)).astype(np.float32), generator.integers(0, 37, 90))
    losses = []
    for play in (record_cuda_graph, as_it_is):
        monkeypatch.setattr(series_training, "record_cuda_graph", play)
        losses.append(trained("torch", PARAMS, part, epochs=5, device=device)[1])
    assert losses[0] == pytest.approx(losses[1], rel=1e-2)
