"""The evaluation of an architecture: costs first, then a training that goes on exactly after a kill."""

import numpy as np
import pytest

from paretune import Maximize, Minimize, Objectives
from paretune.errors import TrialFailedError
from paretune.evaluation.checkpoint import Checkpoint
from paretune.workloads.builtin.architecture.cells import to_params
from paretune.workloads.builtin.architecture.evaluation import TrialSettings, evaluate
from paretune.workloads.builtin.vision.training import Recipe
from tiny_architectures import tiny_task

PARAMS = to_params(("conv3", "skip", "none", "pool3", "conv1", "none"))
OBJECTIVES = Objectives([Maximize("accuracy"), Minimize("multiply_adds")])
SETTINGS = TrialSettings(tiny_task(), Recipe(epochs=3, batch_size=16, learning_rate=0.05), "multiply_adds")


def test_architecture_outside_limit_is_not_trained():
    limited = OBJECTIVES.with_limits({}, {"multiply_adds": 10.0})
    with pytest.raises(TrialFailedError) as caught:
        evaluate(PARAMS, lambda *_: pytest.fail("nothing is reported"), settings=SETTINGS, objectives=limited)
    assert caught.value.reason == "outside_limits"


@pytest.mark.end_to_end
def test_training_reports_cost_and_each_epoch():
    steps = []
    found = evaluate(PARAMS, lambda n, m: steps.append((n, dict(m))) or True, settings=SETTINGS, objectives=OBJECTIVES)
    assert [n for n, _ in steps] == [0, 1, 2, 3]
    assert steps[0][1] == {"multiply_adds": found["multiply_adds"]}
    assert steps[-1][1]["accuracy"] == found["accuracy"]
    assert {"test_accuracy", "n_parameters", "training_time", "training_loss"} <= found.keys()
    assert found["test_accuracy"] == found["accuracy"]  # the parts of the tiny task are the same
    assert "inference_time" not in found


@pytest.mark.end_to_end
def test_interrupted_training_goes_on_exactly(tmp_path):
    whole = evaluate(PARAMS, seed=1, settings=SETTINGS, objectives=OBJECTIVES)
    checkpoint = Checkpoint(tmp_path)
    evaluate(PARAMS, lambda n, _: n < 2, checkpoint, seed=1, settings=SETTINGS, objectives=OBJECTIVES)
    steps = []
    report = lambda n, _: steps.append(n) or True  # noqa: E731
    again = evaluate(PARAMS, report, Checkpoint(tmp_path), seed=1, settings=SETTINGS, objectives=OBJECTIVES)
    assert steps == [0, 3]
    for name in ("accuracy", "training_loss", "multiply_adds"):
        np.testing.assert_equal(again[name], whole[name])
