"""Is the improvement that of the definition, also where hardly anything can be improved?"""

import os
import subprocess
import sys
from functools import partial

import numpy as np
import pytest
import torch
from botorch.acquisition.multi_objective.analytic import ExpectedHypervolumeImprovement
from botorch.exceptions import UnsupportedError
from botorch.models import ModelListGP
from botorch.optim import optimize_acqf
from botorch.utils.multi_objective.box_decompositions.non_dominated import NondominatedPartitioning
from scipy.stats import norm

import oracles
from paretune.engine.acquisition.expected_hypervolume import (
    CHUNK,
    LogExpectedHypervolumeImprovement,
    SuccessWeighted,
    scalarized_improvement,
    values,
)
from paretune.engine.models.outcome_transform import Scale
from paretune.engine.models.success_probability import LogSuccess, penalty
from paretune.engine.models.surrogate import fit, straight_gains

X = torch.tensor(np.random.default_rng(0).random((14, 2)))
x, y = X.T
NOISE = torch.tensor(0.1 * np.random.default_rng(1).normal(size=(14, 5)))
GAINS = torch.stack([x - y**2, 1 - x**2, torch.sin(5 * y), x * y, -y], dim=1) + NOISE
PLACES = torch.tensor(np.random.default_rng(2).random((40, 2)))
FRONT = torch.tensor([[0.5, 0.6, 0.4, 0.1], [0.2, 0.9, 0.1, 0.5], [-0.1, 0.95, 0.6, 0.2], [-9, 9, -9, 9]]).double()
REFERENCE = torch.tensor([-0.5, 0.1, -1.0, 0.0], dtype=torch.double)
CUBE = torch.tensor([[0.0, 0.0], [1.0, 1.0]], dtype=torch.double)
SCALES = (Scale(best=-0.6, bend=0.3), Scale(best=-1.0, bend=0.1))
BENT = [partial(straight_gains, scale) for scale in SCALES]


def modelled(*outcomes):
    kinds = torch.tensor([False, False])
    return ModelListGP(*(fit(X, outcome, kinds)[0] for outcome in outcomes))


MODELS = modelled(*GAINS.T)


def first(m):
    return ModelListGP(*MODELS.models[:m])


def normals(model, places):
    """Means and deviations, ``N x m``."""
    with torch.no_grad():
        posterior = model.posterior(places)
    return posterior.mean.numpy(), posterior.variance.sqrt().numpy()


def slopes(acquisition, places):
    """The gradient at each place, as autograd sees it."""
    places = places.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(acquisition(places.unsqueeze(-2)).sum(), places)
    return gradient


# Against the definition


def test_of_one_objective_it_is_the_expected_improvement_over_the_best():
    ours = LogExpectedHypervolumeImprovement(first(1), FRONT[:3, :1], REFERENCE[:1])
    means, deviations = normals(first(1), PLACES)
    expected = [oracles.expected_improvement(m, s, 0.5) for m, s in zip(means[:, 0], deviations[:, 0], strict=True)]
    np.testing.assert_allclose(values(ours, PLACES).exp(), expected, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("m", [2, 3, 4])
def test_of_more_it_is_the_improvement_of_hypervolume_that_botorch_computes(m):
    front, reference = FRONT[:, :m], REFERENCE[:m]
    inside = front[(front > reference).all(dim=1)]
    theirs = ExpectedHypervolumeImprovement(first(m), reference.tolist(), NondominatedPartitioning(reference, Y=inside))
    with torch.no_grad():
        expected = torch.cat([theirs(place[None, None]) for place in PLACES])
    ours = values(LogExpectedHypervolumeImprovement(first(m), front, reference), PLACES)
    np.testing.assert_allclose(ours.exp(), expected, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("n_front", [0, 1, 3])
def test_of_two_it_is_the_probability_to_be_better_summed_over_what_is_not_dominated(n_front):
    front, reference = FRONT[:n_front, :2], REFERENCE[:2]
    ours = values(LogExpectedHypervolumeImprovement(first(2), front, reference), PLACES).exp().numpy()
    expected = [
        oracles.expected_hypervolume_improvement(mean, deviation, front.tolist(), reference.tolist())
        for mean, deviation in zip(*normals(first(2), PLACES), strict=True)
    ]
    np.testing.assert_allclose(ours, expected, rtol=0.01, atol=1e-5)


@pytest.mark.parametrize("n_front", [1, 3])
@pytest.mark.parametrize("straighten", [BENT, [None, BENT[1]], [BENT[0], None]], ids=["both", "second", "first"])
def test_on_a_bent_scale_the_improvement_is_counted_on_the_straight_one(n_front, straighten):
    front, reference = FRONT[:n_front, :2], REFERENCE[:2]
    ours = LogExpectedHypervolumeImprovement(first(2), front, reference, straighten)
    back = [
        None if function is None else lambda gains, scale=scale: -scale.inverse(-gains)
        for function, scale in zip(straighten, SCALES, strict=True)
    ]
    expected = [
        oracles.expected_hypervolume_improvement(mean, deviation, front.tolist(), reference.tolist(), back)
        for mean, deviation in zip(*normals(first(2), PLACES), strict=True)
    ]
    np.testing.assert_allclose(values(ours, PLACES).exp(), expected, rtol=0.03, atol=1e-4)


@pytest.mark.parametrize("exploration", [0.3, 0.7, 2.0])
def test_with_less_exploration_the_models_are_taken_for_surer_than_they_are(exploration):
    front, reference = FRONT[:3, :2], REFERENCE[:2]
    ours = LogExpectedHypervolumeImprovement(first(2), front, reference, exploration=exploration)
    expected = [
        oracles.expected_hypervolume_improvement(mean, exploration * deviation, front.tolist(), reference.tolist())
        for mean, deviation in zip(*normals(first(2), PLACES), strict=True)
    ]
    np.testing.assert_allclose(values(ours, PLACES).exp(), expected, rtol=0.02, atol=1e-5)


def test_a_straight_scale_that_is_only_stretched_stretches_the_improvement():
    front, reference = FRONT[:3, :2], REFERENCE[:2]
    plain, stretched = (
        values(LogExpectedHypervolumeImprovement(first(2), front, reference, straighten), PLACES)
        for straighten in ((), [lambda gains: 3 * gains + 1, lambda gains: 2 * gains])
    )
    np.testing.assert_allclose(stretched, plain + np.log(6), rtol=1e-6)


def test_with_constraints_it_is_multiplied_by_the_probability_to_satisfy_them():
    model, front, reference = modelled(*GAINS.T[:2], x - 0.5, 0.7 - y), FRONT[:3, :2], REFERENCE[:2]
    means, deviations = normals(model, PLACES)
    expected = values(LogExpectedHypervolumeImprovement(first(2), front, reference), PLACES).numpy()
    expected = expected + norm.logcdf(means[:, 2:] / deviations[:, 2:]).sum(axis=1)
    ours = values(LogExpectedHypervolumeImprovement(model, front, reference), PLACES)
    np.testing.assert_allclose(ours, expected, rtol=1e-6)


def test_exploration_is_not_of_the_constraints():
    model, front, reference = modelled(*GAINS.T[:2], x - 0.5), FRONT[:3, :2], REFERENCE[:2]
    free, held = (
        values(LogExpectedHypervolumeImprovement(m, front, reference, exploration=0.5), PLACES).numpy()
        for m in (first(2), model)
    )
    means, deviations = normals(model, PLACES)
    np.testing.assert_allclose(held - free, norm.logcdf(means[:, 2] / deviations[:, 2]), rtol=1e-6, atol=1e-9)


def test_a_front_below_the_reference_is_none():
    model, reference = first(2), REFERENCE[:2]
    below = LogExpectedHypervolumeImprovement(model, torch.tensor([[-9.0, 0.5], [0.3, 0.1]]).double(), reference)
    none = LogExpectedHypervolumeImprovement(model, FRONT[:0, :2], reference)
    np.testing.assert_allclose(values(below, PLACES), values(none, PLACES))


def test_places_may_lie_in_batches_of_batches():
    acquisition = LogExpectedHypervolumeImprovement(first(2), FRONT[:, :2], REFERENCE[:2])
    found = acquisition(PLACES.reshape(4, 2, 5, 1, 2))
    torch.testing.assert_close(found, values(acquisition, PLACES).reshape(4, 2, 5), rtol=1e-9, atol=1e-9)


def test_it_counts_one_trial_and_says_so_where_others_are_under_way():
    acquisition = LogExpectedHypervolumeImprovement(first(2), FRONT[:, :2], REFERENCE[:2])
    acquisition.set_X_pending(None)
    with pytest.raises(UnsupportedError, match=r"is of one trial: tell its models what is under way with .*believe"):
        optimize_acqf(acquisition, CUBE, q=2, num_restarts=1, raw_samples=4, sequential=True)


def test_many_places_are_told_apart_as_each_is_alone():
    many = torch.tensor(np.random.default_rng(3).random((CHUNK + 30, 2)))
    acquisition = LogExpectedHypervolumeImprovement(first(2), FRONT[:3, :2], REFERENCE[:2])
    with torch.no_grad():
        alone = torch.cat([acquisition(place[None, None]) for place in many[-40:]])
    found = values(acquisition, many)
    assert found.shape == (len(many),)
    np.testing.assert_allclose(found[-40:], alone, rtol=1e-4)


# Where hardly anything can be improved


@pytest.mark.parametrize("m", [1, 2, 3])
@pytest.mark.parametrize("distance", [1e2, 1e4, 1e6])
def test_where_improvement_is_hopeless_it_is_the_tail_of_the_normal_distribution(m, distance):
    reference = torch.full((m,), distance, dtype=torch.double)
    ours = values(LogExpectedHypervolumeImprovement(first(m), FRONT[:0, :m], reference), PLACES)
    means, deviations = normals(first(m), PLACES)
    expected = oracles.log_hopeless_improvement(means, deviations, distance).sum(axis=1)
    np.testing.assert_allclose(ours, expected, rtol=1e-5)
    assert len(ours.unique()) == len(PLACES)


@pytest.mark.parametrize("m", [1, 2, 3])
@pytest.mark.parametrize("distance", [0.0, 3.0, 1e3, 1e5])
@pytest.mark.parametrize("is_bent", [False, True])
def test_no_place_is_without_a_value_and_a_slope(m, distance, is_bent):
    straighten = [*BENT, None][:m] if is_bent else ()
    acquisition = LogExpectedHypervolumeImprovement(first(m), FRONT[:3, :m] + distance, REFERENCE[:m], straighten)
    everywhere = torch.cat([PLACES, X, CUBE])
    found = values(acquisition, everywhere)
    assert torch.isfinite(found).all()
    assert len(found.unique()) == len(everywhere)
    assert torch.isfinite(slopes(acquisition, everywhere)).all()


@pytest.mark.parametrize("distance", [0.0, 3.0])
@pytest.mark.parametrize("straighten", [(), BENT], ids=["straight", "bent"])
def test_its_gradient_is_its_slope(distance, straighten):
    front = FRONT[:3, :2] + distance
    acquisition = LogExpectedHypervolumeImprovement(first(2), front, REFERENCE[:2], straighten)
    gradients = slopes(acquisition, PLACES[:5])
    for place, gradient in zip(PLACES[:5], gradients, strict=True):
        for j, step in enumerate(torch.eye(2).double()):
            slope = oracles.slope(lambda t, p=place, s=step: values(acquisition, (p + t * s)[None]).item(), 0.0, 1e-5)
            assert gradient[j].item() == pytest.approx(slope, rel=1e-3, abs=1e-3)


def test_a_front_that_is_better_leaves_less_to_improve():
    offsets = [0.0, 0.1, 0.5, 5.0, 50.0]
    found = [
        values(LogExpectedHypervolumeImprovement(first(2), FRONT[:3, :2] + offset, REFERENCE[:2]), PLACES).numpy()
        for offset in offsets
    ]
    assert (np.diff(found, axis=0) < 0).all()


# In BoTorch's hands


def test_botorch_can_maximise_it():
    acquisition = LogExpectedHypervolumeImprovement(first(2), FRONT[:3, :2], REFERENCE[:2], BENT)
    place, value = optimize_acqf(acquisition, CUBE, q=1, num_restarts=3, raw_samples=32, options={"seed": 0})
    by_chance = values(acquisition, torch.tensor(np.random.default_rng(3).random((2000, 2))))
    assert value.item() > by_chance.max().item() - 1e-3
    assert value.item() == pytest.approx(values(acquisition, place).item())


# Where trials crash


@pytest.fixture(scope="module")
def weighted():
    """Trials crash on the right, where less than half of them are."""
    log_success = LogSuccess(X, x > 0.75, torch.tensor([False, False]))
    plain = LogExpectedHypervolumeImprovement(first(2), FRONT[:3, :2], REFERENCE[:2])
    return SuccessWeighted(plain, log_success), plain, log_success


def test_the_logarithm_of_success_and_its_penalty_are_added(weighted):
    ours, plain, log_success = weighted
    expected = values(plain, PLACES) + penalty(log_success(PLACES), log_success.highest, log_success.weight)
    np.testing.assert_allclose(values(ours, PLACES), expected)


def test_botorch_can_maximise_that_too(weighted):
    ours, _, _ = weighted
    for place, gradient in zip(PLACES[:5], slopes(ours, PLACES[:5]), strict=True):
        for j, step in enumerate(torch.eye(2).double()):
            slope = oracles.slope(lambda t, p=place, s=step: values(ours, (p + t * s)[None]).item(), 0.0, 1e-5)
            assert gradient[j].item() == pytest.approx(slope, rel=1e-3, abs=1e-3)
    place, value = optimize_acqf(ours, CUBE, q=1, num_restarts=3, raw_samples=64, options={"seed": 0})
    assert place[0, 0] < 0.8
    assert value.item() == pytest.approx(values(ours, place).item())


# Of five objectives


NOWHERE = torch.full((5,), -1e6).double()


def five(seed, *limits):
    model = ModelListGP(*MODELS.models, *modelled(*limits).models) if limits else MODELS
    return values(scalarized_improvement(model, X, NOWHERE, np.random.default_rng(seed)), PLACES).numpy()


def test_of_five_objectives_it_is_the_improvement_of_a_scalarisation_drawn_by_the_seed():
    found = five(0)
    assert np.isfinite(found).all()
    assert len(np.unique(found)) == len(PLACES)
    assert not np.allclose(five(1), found)


def test_of_five_objectives_the_best_is_sought_within_a_constraint():
    free = five(0)
    side = 1.0 if PLACES[free.argmax(), 0] > 0.5 else -1.0
    limited = five(0, side * (0.5 - x))
    inside = side * (0.5 - PLACES[:, 0].numpy()) > 0
    assert limited[inside].max() > limited[~inside].max() + 3
    assert free[inside].max() < free[~inside].max()


@pytest.mark.end_to_end
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
