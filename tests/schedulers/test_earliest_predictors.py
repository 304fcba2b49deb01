"""The first step that predicts the end, of made-up curves that begin to differ at a known step."""

import numpy as np

from paretune.objectives import Maximize, Minimize, Objectives
from paretune.schedulers.earliest_predictors import earliest_predictors
from paretune.space import Float, Space
from paretune.trials import Curves, Trials


def late_trials(n: int, first_step: int) -> Trials:
    """Return trials with a loss that tells the final accuracy from a step on, and a latency that is known before."""
    rng = np.random.default_rng(0)
    quality = rng.random(n)
    reports = {
        i: [{"step": s, "accuracy": 0.1, "loss": 1 - q if s >= first_step else 1.0, "latency": i} for s in range(1, 17)]
        for i, q in enumerate(quality)
    }
    return Trials(
        Space({"x": Float(0, 1)}),
        Objectives([Maximize("accuracy"), Minimize("latency")]),
        tuple({"x": float(q)} for q in quality),
        losses=np.column_stack([-quality, np.arange(n)]),
        curves=Curves.from_steps(reports),
    )


def test_first_step_that_predicts_the_end_is_found():
    (found,) = earliest_predictors(late_trials(20, first_step=4))
    assert str(found) == "step 4 of 16 predicts accuracy by loss (rank correlation 1.00, 20 trials)"


def test_nothing_is_found_without_a_predictor_enough_trials_or_curves():
    assert earliest_predictors(late_trials(20, first_step=17)) == []
    assert earliest_predictors(late_trials(7, first_step=1)) == []
    trials = late_trials(20, first_step=1)
    assert earliest_predictors(Trials(trials.space, trials.objectives, trials.params, losses=trials.losses)) == []
