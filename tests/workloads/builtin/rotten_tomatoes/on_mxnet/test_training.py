"""The training in MXNet, compared with that in PyTorch."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch

from paretune.workloads.builtin.rotten_tomatoes import generated_reviews
from paretune.workloads.builtin.rotten_tomatoes.dataset import make_split
from paretune.workloads.builtin.rotten_tomatoes.on_mxnet import launcher
from paretune.workloads.builtin.rotten_tomatoes.on_torch.network import initial_weights, logits
from paretune.workloads.builtin.rotten_tomatoes.on_torch.training import TrainingStep, is_correct, train

pytestmark = [pytest.mark.end_to_end, pytest.mark.mxnet]
PROBE = Path(__file__).with_name("mxnet_probe.py")
MASKED = 200


@pytest.fixture(scope="module")
def probe(mxnet_python, tmp_path_factory):
    """From configurations and arrays to what MXNet makes of them."""

    def probe(configurations, **arrays):
        case, found = (tmp_path_factory.mktemp("probe") / f"{name}.npz" for name in ("case", "found"))
        np.savez(case, configurations=json.dumps(configurations), **arrays)
        command = [mxnet_python, PROBE, launcher.SCRIPT.parent, case, found]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        with np.load(found) as archive:
            return dict(archive)

    return probe


CONFIGURATIONS = [
    {"batch_size": 10, "embed_dim": 24, "dropout_rate": 0.0, "learning_rate": rate, "max_grad_norm": norm, "seed": 0}
    for rate, norm in ((1e-3, 10.0), (1e-3, 0.01), (0.0, 10.0))
]


@pytest.fixture(scope="module")
def case():
    """The same weights and three batches of padded reviews, the padding at the end as it always is."""
    generator = np.random.default_rng(0)
    tokens = generator.integers(1, 50, (3, 10, 20))
    tokens[:, ::2, 9:] = 0
    weights = initial_weights(50, 24, torch.Generator().manual_seed(0))
    weights = {name: weight * 3 if name != "embedding_weight" else weight for name, weight in weights.items()}
    return tokens, generator.integers(0, 2, (3, 10)), weights


@pytest.fixture(scope="module")
def theirs(probe, case):
    tokens, labels, weights = case
    named = {f"weight_{name}": weight.numpy() for name, weight in weights.items()}
    return probe(CONFIGURATIONS, tokens=tokens, labels=labels, n_words=50, **named)


def ours(case, params):
    tokens, labels = (torch.as_tensor(each) for each in case[:2])
    step = TrainingStep(params, 50, torch.Generator())
    for name, weight in case[2].items():
        step.weights[name].data.copy_(weight)
    rate = torch.tensor(params["learning_rate"])
    losses = [float(step(t, y, rate)) for t, y in zip(tokens, labels, strict=True)]
    return losses, step.weights, is_correct(step.weights, tokens[0], labels[0])


@pytest.mark.parametrize("i", range(len(CONFIGURATIONS)))
def test_losses_of_mxnet_and_pytorch_are_equal(theirs, case, i):
    np.testing.assert_allclose(theirs[f"{i}_losses"], ours(case, CONFIGURATIONS[i])[0], rtol=1e-5)


def test_gradients_of_mxnet_and_pytorch_are_equal(theirs, case):
    tokens, labels, weights = case
    weights = {name: weight.clone().requires_grad_() for name, weight in weights.items()}
    believed = logits(weights, torch.as_tensor(tokens[0]))
    loss = torch.nn.functional.cross_entropy(believed, torch.as_tensor(labels[0]), reduction="sum")
    for name, gradient in zip(weights, torch.autograd.grad(loss, list(weights.values())), strict=True):
        assert gradient.any()
        np.testing.assert_allclose(theirs[f"0_gradient_{name}"], gradient, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("i", range(len(CONFIGURATIONS)))
def test_weights_after_three_steps_of_mxnet_and_pytorch_are_equal(theirs, case, i):
    _, moved, right = ours(case, CONFIGURATIONS[i])
    for name, weight in moved.items():
        np.testing.assert_allclose(theirs[f"{i}_weight_{name}"], weight.detach(), atol=2e-5)
    has_moved = (moved["embedding_weight"] - case[2]["embedding_weight"]).abs().max() > 1e-3
    assert has_moved == (CONFIGURATIONS[i]["learning_rate"] > 0)
    assert theirs[f"{i}_right"].tolist() == right.tolist()


def test_dropout_drops_as_much_and_scales_what_it_keeps(probe, case):
    """Of one batch, again and again without a move: the mean and the spread of the losses."""
    tokens, labels, weights = case
    params = CONFIGURATIONS[2] | {"dropout_rate": 0.8}
    again = (np.repeat(tokens[:1], MASKED, axis=0), np.repeat(labels[:1], MASKED, axis=0), weights)
    named = {f"weight_{name}": weight.numpy() for name, weight in weights.items()}
    mxnet = probe([params], tokens=again[0], labels=again[1], n_words=50, **named)["0_losses"]
    pytorch = np.array(ours(again, params)[0])
    error = np.hypot(mxnet.std(), pytorch.std()) / MASKED**0.5
    assert abs(mxnet.mean() - pytorch.mean()) < 4 * error
    assert mxnet.std() == pytest.approx(pytorch.std(), rel=0.2)
    whole = ours(case, CONFIGURATIONS[2])[0][0]
    assert pytorch.mean() > whole + 8 * error  # else nothing was dropped


def arrays(split):
    return {
        f"{name}_{what}": getattr(part, what)
        for name, part in (("training", split.training), ("dev", split.dev))
        for what in ("tokens", "labels")
    } | {"n_words": split.n_words}


@pytest.mark.slow  # the tests above compare losses, gradients and weights
def test_mxnet_and_pytorch_reach_same_accuracy_within_spread_of_seeds(probe):
    split = make_split(*generated_reviews.draw_reviews()).with_fraction(0.5)
    params = {"dropout_rate": 0.5, "learning_rate": 2e-3, "max_grad_norm": 5.0, "embed_dim": 12}
    configurations = [params | {"epochs": 2, "batch_size": 20, "seed": seed} for seed in range(4)]
    mxnet = json.loads(str(probe(configurations, **arrays(split))["metrics"]))
    pytorch = [train(configuration, split) for configuration in configurations]
    for metric in ("accuracy", "training_loss"):
        here, there = (np.array([run[metric] for run in runs]) for runs in (pytorch, mxnet))
        error = np.hypot(here.std(ddof=1), there.std(ddof=1)) / len(here) ** 0.5
        assert abs(here.mean() - there.mean()) < 3.5 * error
    assert {run["n_parameters"] for run in mxnet} == {run["n_parameters"] for run in pytorch}


def test_mxnet_halves_rate_once_after_epoch_50_and_measures_a_diverged_training(probe, tiny, params):
    halved = params | {"dropout_rate": 0.0, "epochs": 54}
    found = probe([halved, params | {"learning_rate": 1e30}], **arrays(tiny), rates=[1e-3] * 51 + [5e-4] * 3)
    metrics, diverged = json.loads(str(found["metrics"]))
    assert metrics["training_loss"] == pytest.approx(float(found["last_loss"]), rel=1e-5)
    assert metrics["accuracy"] * 7 == pytest.approx(round(metrics["accuracy"] * 7))  # of 12, one batch of 7 counts
    assert np.isnan(diverged["training_loss"])
    assert diverged["accuracy"] == np.mean(tiny.dev.labels[:7] == 0)
