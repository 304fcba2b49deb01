"""Made-up trainings: the accuracy is near chance for many epochs, while the loss already ranks the configurations."""

import numpy as np

from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Float, Space
from paretune.trials import Curves, Trials

N_EPOCHS, N_CLASSES, FIRST_LEARNING_EPOCH = 27, 10, 12
OBJECTIVES = Objectives([Maximize("accuracy"), Minimize("latency")])
SPACE = Space({"quality": Float(0, 1), "latency": Float(0, 1)})


def curve(quality, latency, rng, n_epochs=N_EPOCHS):
    """One training: steps 1 to n with ``accuracy``, ``loss`` and ``latency``."""
    chance = 1 / N_CLASSES
    steps = []
    for epoch in range(1, n_epochs + 1):
        learned = max(0.0, (epoch - FIRST_LEARNING_EPOCH) / (N_EPOCHS - FIRST_LEARNING_EPOCH))
        accuracy = chance + (0.9 * quality * learned) + rng.normal(0, 0.03)
        loss = 2.3 - 1.2 * quality * min(1.0, epoch / 3) + 0.4 / epoch + rng.normal(0, 0.12)
        steps.append({"step": epoch, "accuracy": accuracy, "loss": loss, "latency": latency})
    return steps


def late_trials(n, seed, running=None, n_running_epochs=3):
    """``n`` random trials that ended; the last one may run instead, with a quality and latency of its own."""
    rng = np.random.default_rng(seed)
    drawn = rng.random((n, 2))
    drawn[-1] = drawn[-1] if running is None else running
    params = [{"quality": q, "latency": t} for q, t in drawn]
    steps = {i: curve(p["quality"], p["latency"], rng) for i, p in enumerate(params)}
    losses = np.array([[-steps[i][-1]["accuracy"], p["latency"]] for i, p in enumerate(params)])
    states = np.full(n, "complete", object)
    if running is not None:
        states[-1], losses[-1] = "pending", np.nan
        steps[n - 1] = steps[n - 1][:n_running_epochs]
    return Trials(SPACE, OBJECTIVES, tuple(params), losses=losses, states=states, curves=Curves.from_steps(steps))
