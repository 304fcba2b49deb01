"""The mean over directions approximates the expected hypervolume improvement."""

from functools import cache, partial
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from botorch.models import ModelListGP
from scipy.stats import spearmanr

from paretune import Float, Minimize, Objectives, Space, Trials, pareto
from paretune.engine.acquisition.directional_ehvi import LogDirectionalImprovement
from paretune.engine.acquisition.expected_hypervolume import LogExpectedHypervolumeImprovement, acquisition_values
from paretune.engine.acquisition.front_model import MAX_FRONT_FOR_CELLS, FrontModel
from paretune.engine.history import History
from paretune.engine.models.outcome_transform import LossTransform
from paretune.engine.models.surrogate import fit, transform_gains, untransform_gains
from paretune.errors import InvalidInputError

SPACE = Space({f"x{j}": Float(0, 1) for j in range(4)})
LINEAR = (None,) * 4
LOGARITHMIC = (
    LossTransform(best=-1.2, linear_range=0.5),
    None,
    LossTransform(best=-1.0, linear_range=2.0),
    LossTransform(best=-1.1, linear_range=0.3),
)


def sphere(places, m):
    """Return gains of at most 1, on a sphere where the last coordinates are 1/2 (DTLZ2, maximised)."""
    angles, rest = places[:, : m - 1] * np.pi / 2, places[:, m - 1 :]
    radius = 1 - ((rest - 0.5) ** 2).sum(axis=1)
    parts = [np.cos(angles[:, :i]).prod(axis=1) * (np.sin(angles[:, i]) if i < m - 1 else 1) for i in range(m)]
    return radius[:, None] * np.column_stack(parts)


@cache
def modelled(m, n=40, noise=0.0, seed=0):
    """Return a model of ``n`` places, and the front of its means there."""
    rng = np.random.default_rng(seed)
    X = torch.tensor(rng.random((n, len(SPACE))))
    Y = torch.tensor(sphere(X.numpy(), m) + noise * rng.normal(size=(n, m)))
    model = ModelListGP(*(fit(X, y, torch.tensor([False] * len(SPACE)))[0] for y in Y.T))
    with torch.no_grad():
        means = model.posterior(X).mean
    return model, means[torch.tensor(pareto.is_nondominated(-means.numpy()))]


def both(model, front, reference, scales=(None,) * 4, seed=0, exploration=1.0):
    """Return the mean over directions, and the exact improvement."""
    untransform, transform = (
        [None if scale is None else partial(function, scale) for scale in scales[: len(reference)]]
        for function in (untransform_gains, transform_gains)
    )
    inside = front[(front > reference).all(dim=1)]
    rng = np.random.default_rng(seed)
    return (
        LogDirectionalImprovement(model, inside, reference, rng, untransform, transform, exploration=exploration),
        LogExpectedHypervolumeImprovement(model, inside, reference, untransform, exploration=exploration),
    )


@pytest.mark.parametrize(
    ("m", "scales", "exploration"),
    [
        *((m, scales, 1.0) for m in (2, 3, 4) for scales in (LINEAR, LOGARITHMIC)),
        (3, LINEAR, 0.7),
        (4, LOGARITHMIC, 0.7),
    ],
)
def test_values_are_near_exact_improvement_where_much_can_be_gained(m, scales, exploration):
    model, front = modelled(m, noise=0.05)
    mean, exact = both(model, front, torch.full((m,), -0.5).double(), scales, exploration=exploration)
    places = torch.tensor(np.random.default_rng(1).random((100, len(SPACE))))
    ours, theirs = acquisition_values(mean, places), acquisition_values(exact, places)
    best = theirs > theirs.quantile(0.9)
    np.testing.assert_allclose((ours - theirs)[best].mean(), 0, atol=0.2)
    assert (ours - theirs)[best].std() < 0.4


@pytest.mark.parametrize("m", [3, 4])
@pytest.mark.parametrize("reference", [-0.2, -10.0], ids=["near", "far off"])
@pytest.mark.parametrize("seed", range(2))
def test_best_place_has_nearly_the_largest_exact_improvement(m, reference, seed):
    model, front = modelled(m, n=60, noise=0.02, seed=seed)
    mean, exact = both(model, front, torch.full((m,), reference).double(), seed=seed)
    places = torch.tensor(np.random.default_rng(seed).random((150, len(SPACE))))
    theirs = acquisition_values(exact, places)
    assert theirs.exp()[acquisition_values(mean, places).argmax()] > 0.7 * theirs.exp().max()


def test_value_of_certain_outcome_is_growth_of_hypervolume():
    model, _ = modelled(3, n=120)
    front = torch.tensor([[0.5, 0.5, 0.3], [0.2, 0.6, 0.5], [0.7, 0.1, 0.4]]).double()
    reference = torch.zeros(3).double()
    mean, _ = both(model, front, reference)
    places = torch.tensor(np.random.default_rng(3).random((200, len(SPACE))))
    with torch.no_grad():
        expected = model.posterior(places).mean.numpy()
    before = pareto.hypervolume(-front.numpy(), -reference.numpy())
    grown = (
        np.array([pareto.hypervolume(-np.vstack([front, gains]), -reference.numpy()) for gains in expected]) - before
    )
    ours = acquisition_values(mean, places).exp().numpy()
    much = grown > 0.02
    assert much.sum() > 20
    np.testing.assert_allclose(ours[much], grown[much], rtol=0.35)


class Certain:
    """A model without uncertainty; the outcomes are the places themselves."""

    def posterior(self, places):
        return SimpleNamespace(mean=places, variance=torch.full_like(places, 1e-12))


def test_value_grows_with_distance_beyond_the_front():
    """The same holds where the front has a small range in one objective."""
    axis = sphere(np.random.default_rng(0).random((40, 4)) * [1, 1, 1, 0] + [0, 0, 0, 0.5], 4) + 1e-3
    for span in (1.0, 0.01):
        front = torch.tensor(axis * [1, 1, 1, span])
        mean, exact = both(Certain(), front, torch.zeros(4).double())
        far = torch.tensor(
            [[2.0] * 4, [3.0] * 4, [5.0] * 4, [0.5, 0.5, 0.5, 1.0], [0.8, 0.8, 0.8, 0.02 * span]]
        ).double()
        ours, theirs = acquisition_values(mean, far), acquisition_values(exact, far)
        assert ours.argsort().tolist() == theirs.argsort().tolist()
    mean, exact = both(Certain(), torch.tensor(axis), torch.zeros(4).double())
    np.testing.assert_allclose(acquisition_values(mean, far[:3]), acquisition_values(exact, far[:3]), atol=0.7)


def test_empty_front_is_an_error():
    model, front = modelled(3)
    with pytest.raises(InvalidInputError, match="front must have at least one point"):
        LogDirectionalImprovement(model, front[:0], torch.zeros(3).double(), np.random.default_rng(0))


def test_values_rank_places_even_where_improvement_is_unlikely():
    model, front = modelled(4, noise=0.02)
    mean, exact = both(model, front + 0.3, torch.zeros(4).double())
    places = torch.tensor(np.random.default_rng(1).random((120, len(SPACE))))
    ours, theirs = acquisition_values(mean, places), acquisition_values(exact, places)
    assert ours.isfinite().all()
    assert theirs.median() < -90
    assert spearmanr(ours, theirs).statistic > 0.95


def test_constraint_reduces_value_as_much_as_the_exact_one():
    model, front = modelled(3)
    X = torch.tensor(np.random.default_rng(5).random((30, len(SPACE))))
    limit, _ = fit(X, X[:, 0] - 0.5, torch.tensor([False] * len(SPACE)))
    constrained = ModelListGP(*model.models, limit)
    places, reference = X[:10], torch.zeros(3).double()
    (mean, exact), (mean_within, exact_within) = both(model, front, reference), both(constrained, front, reference)
    np.testing.assert_allclose(
        acquisition_values(mean_within, places) - acquisition_values(mean, places),
        acquisition_values(exact_within, places) - acquisition_values(exact, places),
    )


@pytest.mark.parametrize("m", [2, 3, 4])
def test_acquisition_is_along_directions_for_long_fronts_and_exact_for_short_ones(m):
    objectives = Objectives([Minimize(f"f{i}") for i in range(m)])
    many = MAX_FRONT_FOR_CELLS.get(m, 100)
    for n, expected in ((many // 2, LogExpectedHypervolumeImprovement), (many + 40, LogDirectionalImprovement)):
        places = np.random.default_rng(0).random((n, len(SPACE)))
        places[:, m - 1 :] = 0.5
        trials = Trials(SPACE, objectives, tuple(SPACE.decode(places)), losses=-sphere(places, m))
        fitted = FrontModel.fit(History(trials, SPACE), np.zeros(m))
        kind = LogExpectedHypervolumeImprovement if m == 2 else expected
        assert type(fitted.acquisition(np.random.default_rng(0))) is kind
