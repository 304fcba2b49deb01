"""Is the acquisition BoTorch's own, of the right model, front and constraints?"""

import math
import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
from botorch.sampling.normal import SobolQMCNormalSampler

import oracles
from paretune.engine.acquisition import CHUNK, N_SAMPLES, improvement, values
from paretune.engine.surrogate import features, fit
from paretune.space import Float, Space

pytestmark = pytest.mark.filterwarnings(
    "ignore::linear_operator.utils.warnings.NumericalWarning", "ignore:Sparse invariant checks"
)  # as the engine ignores them

SPACE = Space({"x": Float(0, 1), "y": Float(0, 1)})
X = np.random.default_rng(0).random((12, 2))
GAINS = torch.tensor(np.column_stack([X[:, 0] - X[:, 1] ** 2, 1 - X[:, 0] ** 2]))
PLACES = features(SPACE, np.random.default_rng(1).random((CHUNK + 30, 2)))


@pytest.fixture(scope="module")
def model():
    return fit(SPACE, features(SPACE, X), GAINS)


@pytest.mark.parametrize("n_pending", [0, 2])
def test_of_two_objectives_it_is_the_hypervolume_improvement(model, n_pending):
    pending = features(SPACE, np.random.default_rng(2).random((n_pending, 2))) if n_pending else None
    reference = torch.tensor([-0.5, 0.1], dtype=torch.double)
    ours = improvement(model, features(SPACE, X), reference, X_pending=pending, seed=7)
    theirs = qLogNoisyExpectedHypervolumeImprovement(
        model,
        reference,
        features(SPACE, X),
        SobolQMCNormalSampler(torch.Size([N_SAMPLES]), seed=7),
        X_pending=pending,
        prune_baseline=True,
    )
    with torch.no_grad():
        expected = torch.cat([theirs(place[None, None]) for place in PLACES[:10]])
    np.testing.assert_allclose(values(ours, PLACES)[:10], expected, rtol=1e-6)
    assert values(ours, PLACES).shape == (len(PLACES),)


def test_of_one_objective_it_is_the_improvement_over_the_best_value():
    model = fit(SPACE, features(SPACE, X), GAINS[:, :1])
    ours = improvement(model, features(SPACE, X), torch.tensor([-9.0], dtype=torch.double), X_pending=None, seed=0)
    with torch.no_grad():
        posterior = model.posterior(PLACES)
    expected = [
        oracles.expected_improvement(mean, math.sqrt(variance), GAINS[:, 0].max().item())
        for mean, variance in zip(posterior.mean[:, 0].tolist(), posterior.variance[:, 0].tolist(), strict=True)
    ]
    found = values(ours, PLACES).exp().numpy()
    likely = np.array(expected) > 0.2 * max(expected)
    np.testing.assert_allclose(found[likely], np.array(expected)[likely], rtol=0.2)


def test_an_outcome_after_the_objectives_is_a_constraint_satisfied_at_most_zero():
    excess = torch.tensor(X[:, :1] - 0.5)
    constrained = fit(SPACE, features(SPACE, X), torch.cat([GAINS, excess], dim=1))
    reference = torch.tensor([-2.0, -1.0], dtype=torch.double)
    found = values(improvement(constrained, features(SPACE, X), reference, X_pending=None, seed=0), PLACES).numpy()
    inside, outside = PLACES[:, 0].numpy() < 0.4, PLACES[:, 0].numpy() > 0.6
    assert found[inside].max() > found[outside].max() + 3


def test_a_pending_trial_lowers_what_its_neighbours_promise(model):
    reference = torch.tensor([-0.5, 0.1], dtype=torch.double)
    best = PLACES[values(improvement(model, features(SPACE, X), reference, X_pending=None, seed=0), PLACES).argmax()]
    free, taken = (
        values(improvement(model, features(SPACE, X), reference, X_pending=pending, seed=0), best[None]).item()
        for pending in (None, best[None])
    )
    assert taken < free - 1


def test_nothing_is_compiled_on_the_users_machine(tmp_path):
    code = (
        "from paretune import Float, Minimize, Objectives, Space, Trials, suggest\n"
        "space, wanted = Space({'x': Float(0, 1)}), Objectives([Minimize('a'), Minimize('b')])\n"
        "columns = {'x': [i / 9 for i in range(9)], 'a': list(range(9)), 'b': list(range(9, 0, -1))}\n"
        "suggest(Trials.from_columns(columns, space, wanted), space, wanted)\n"
    )
    environment = {**os.environ, "TORCH_EXTENSIONS_DIR": str(tmp_path / "built")}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    assert not (tmp_path / "built").exists()
