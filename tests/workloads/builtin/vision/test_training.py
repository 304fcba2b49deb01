"""A training learns, and goes on exactly. Covers `epochs`, too."""

import numpy as np
import pytest
import torch

from paretune.errors import TrialFailedError
from paretune.evaluation.checkpoint import Checkpoint
from paretune.measure import TrainingTimer
from paretune.workloads.builtin.vision.epochs import run_epochs
from paretune.workloads.builtin.vision.tensors import ImageTensors, Normalisation
from paretune.workloads.builtin.vision.training import Recipe, Training, predict, split_batches

RNG = np.random.default_rng(0)
LABELS = np.arange(41) % 2
PIXELS = np.clip(RNG.normal(100 + 60 * LABELS[:, None, None, None], 20, (41, 1, 4, 4)), 0, 255).astype(np.uint8)
IMAGES = ImageTensors(PIXELS, LABELS, 4, Normalisation.of(PIXELS), torch.device("cpu"))
RECIPE = Recipe(epochs=4, batch_size=10, learning_rate=0.1, augmentation="shift")


def net():
    torch.manual_seed(1)
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3),
        torch.nn.BatchNorm2d(4),
        torch.nn.Flatten(),
        torch.nn.Dropout(0.3),
        torch.nn.Linear(16, 2),
    )


def run(report, checkpoint=None, recipe=RECIPE):
    trained = net()
    with TrainingTimer("cpu") as timer:
        training = Training(trained, IMAGES, recipe, 3, timer)
        found = run_epochs(
            training,
            timer,
            lambda: {"accuracy": float(np.mean(predict(trained, IMAGES).argmax(axis=1) == LABELS))},
            report,
            checkpoint or Checkpoint(),
        )
    return found, training


@pytest.mark.end_to_end
def test_net_learns_and_reports_each_epoch():
    steps = []
    found, _ = run(lambda step, metrics: steps.append((step, set(metrics))) or True)
    assert found["accuracy"] > 0.9
    assert steps == [(epoch, {"accuracy", "training_loss"}) for epoch in (1, 2, 3, 4)]
    assert found["training_time"] > 0


@pytest.mark.end_to_end
def test_stopped_training_goes_on_bit_for_bit(tmp_path):
    whole, expected = run(lambda _step, _metrics: True)
    first, _ = run(lambda step, _metrics: step < 2, Checkpoint(tmp_path))
    later, training = run(lambda _step, _metrics: True, Checkpoint(tmp_path))
    assert later["training_loss"] == whole["training_loss"] != first["training_loss"]
    assert later["training_time"] > first["training_time"]
    for name, value in expected.state().items():
        np.testing.assert_array_equal(training.state()[name], value, err_msg=name)


@pytest.mark.end_to_end
def test_ended_training_is_only_scored(tmp_path):
    whole, _ = run(lambda step, _metrics: step < 4, Checkpoint(tmp_path))
    steps = []
    again, _ = run(lambda step, _metrics: steps.append(step) or True, Checkpoint(tmp_path))
    assert steps == []
    assert (again["accuracy"], again["training_loss"]) == (whole["accuracy"], whole["training_loss"])


@pytest.mark.end_to_end
def test_loss_that_is_not_finite_fails_the_trial():
    with pytest.raises(TrialFailedError, match="the loss of epoch . is not finite") as caught:
        run(lambda _step, _metrics: True, recipe=Recipe(epochs=4, batch_size=10, learning_rate=1e30))
    assert caught.value.reason == "not_finite"
    assert caught.value.metrics["training_time"] > 0


def test_last_batch_of_one_image_is_left_out():
    assert [len(rows) for rows in split_batches(torch.arange(41), 10)] == [10, 10, 10, 10]
    assert [len(rows) for rows in split_batches(torch.arange(42), 10)] == [10, 10, 10, 10, 2]
    assert [len(rows) for rows in split_batches(torch.arange(3), 10)] == [3]
    assert [len(rows) for rows in split_batches(torch.arange(1), 10)] == [1]


def test_recipe_takes_its_parameters_of_a_configuration():
    found = Recipe.from_params({"batch_size": 7, "width": 3, "schedule": "step"}, 9)
    assert (found.epochs, found.batch_size, found.schedule, found.momentum) == (9, 7, "step", 0.9)


def test_probabilities_sum_to_one_in_the_order_of_the_images():
    found = predict(net(), IMAGES)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert found.shape == (41, 2)
