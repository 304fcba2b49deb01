"""The closed form is the expected hypervolume improvement, even where hardly any is possible."""

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
    CHUNK_SIZE,
    LogExpectedHypervolumeImprovement,
    SuccessWeighted,
    acquisition_values,
    scalarized_improvement,
)
from paretune.engine.models.outcome_transform import LossTransform
from paretune.engine.models.success_probability import LogSuccess, crash_penalty
from paretune.engine.models.surrogate import fit, untransform_gains

X = torch.tensor(np.random.default_rng(0).random((14, 2)))
x, y = X.T
NOISE = torch.tensor(0.1 * np.random.default_rng(1).normal(size=(14, 5)))
GAINS = torch.stack([x - y**2, 1 - x**2, torch.sin(5 * y), x * y, -y], dim=1) + NOISE
PLACES = torch.tensor(np.random.default_rng(2).random((40, 2)))
FRONT = torch.tensor([[0.5, 0.6, 0.4, 0.1], [0.2, 0.9, 0.1, 0.5], [-0.1, 0.95, 0.6, 0.2], [-9, 9, -9, 9]]).double()
REFERENCE = torch.tensor([-0.5, 0.1, -1.0, 0.0], dtype=torch.double)
CUBE = torch.tensor([[0.0, 0.0], [1.0, 1.0]], dtype=torch.double)
SCALES = (LossTransform(best=-0.6, linear_range=0.3), LossTransform(best=-1.0, linear_range=0.1))
UNTRANSFORM = [partial(untransform_gains, scale) for scale in SCALES]


def modelled(*outcomes):
    is_nominal = torch.tensor([False, False])
    return ModelListGP(*(fit(X, outcome, is_nominal)[0] for outcome in outcomes))


MODELS = modelled(*GAINS.T)


def first(m):
    return ModelListGP(*MODELS.models[:m])


def normals(model, places):
    """Return means and standard deviations, ``N x m``."""
    with torch.no_grad():
        posterior = model.posterior(places)
    return posterior.mean.numpy(), posterior.variance.sqrt().numpy()


def slopes(acquisition, places):
    """Return the gradient at each place, by autograd."""
    places = places.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(acquisition(places.unsqueeze(-2)).sum(), places)
    return gradient


# The definition


def test_value_of_one_objective_is_expected_improvement_over_best():
    ours = LogExpectedHypervolumeImprovement(first(1), FRONT[:3, :1], REFERENCE[:1])
    means, deviations = normals(first(1), PLACES)
    expected = [oracles.expected_improvement(m, s, 0.5) for m, s in zip(means[:, 0], deviations[:, 0], strict=True)]
    np.testing.assert_allclose(acquisition_values(ours, PLACES).exp(), expected, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("m", [2, 3, 4])
def test_value_is_the_hypervolume_improvement_of_botorch(m):
    front, reference = FRONT[:, :m], REFERENCE[:m]
    inside = front[(front > reference).all(dim=1)]
    theirs = ExpectedHypervolumeImprovement(first(m), reference.tolist(), NondominatedPartitioning(reference, Y=inside))
    with torch.no_grad():
        expected = torch.cat([theirs(place[None, None]) for place in PLACES])
    ours = acquisition_values(LogExpectedHypervolumeImprovement(first(m), front, reference), PLACES)
    np.testing.assert_allclose(ours.exp(), expected, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("n_front", [0, 1, 3])
def test_value_of_two_objectives_is_integral_of_probabilities(n_front):
    front, reference = FRONT[:n_front, :2], REFERENCE[:2]
    ours = acquisition_values(LogExpectedHypervolumeImprovement(first(2), front, reference), PLACES).exp().numpy()
    expected = [
        oracles.expected_hypervolume_improvement(mean, deviation, front.tolist(), reference.tolist())
        for mean, deviation in zip(*normals(first(2), PLACES), strict=True)
    ]
    np.testing.assert_allclose(ours, expected, rtol=0.01, atol=1e-5)


@pytest.mark.parametrize("n_front", [1, 3])
@pytest.mark.parametrize(
    "untransform", [UNTRANSFORM, [None, UNTRANSFORM[1]], [UNTRANSFORM[0], None]], ids=["both", "second", "first"]
)
def test_improvement_of_transformed_objective_is_on_untransformed_scale(n_front, untransform):
    front, reference = FRONT[:n_front, :2], REFERENCE[:2]
    ours = LogExpectedHypervolumeImprovement(first(2), front, reference, untransform)
    back = [
        None if function is None else lambda gains, scale=scale: -scale.untransform(-gains)
        for function, scale in zip(untransform, SCALES, strict=True)
    ]
    expected = [
        oracles.expected_hypervolume_improvement(mean, deviation, front.tolist(), reference.tolist(), back)
        for mean, deviation in zip(*normals(first(2), PLACES), strict=True)
    ]
    np.testing.assert_allclose(acquisition_values(ours, PLACES).exp(), expected, rtol=0.03, atol=1e-4)


@pytest.mark.parametrize("exploration", [0.3, 0.7, 2.0])
def test_exploration_multiplies_standard_deviations(exploration):
    front, reference = FRONT[:3, :2], REFERENCE[:2]
    ours = LogExpectedHypervolumeImprovement(first(2), front, reference, exploration=exploration)
    expected = [
        oracles.expected_hypervolume_improvement(mean, exploration * deviation, front.tolist(), reference.tolist())
        for mean, deviation in zip(*normals(first(2), PLACES), strict=True)
    ]
    np.testing.assert_allclose(acquisition_values(ours, PLACES).exp(), expected, rtol=0.02, atol=1e-5)


def test_linear_function_of_gains_multiplies_the_improvement():
    front, reference = FRONT[:3, :2], REFERENCE[:2]
    plain, stretched = (
        acquisition_values(LogExpectedHypervolumeImprovement(first(2), front, reference, untransform), PLACES)
        for untransform in ((), [lambda gains: 3 * gains + 1, lambda gains: 2 * gains])
    )
    np.testing.assert_allclose(stretched, plain + np.log(6), rtol=1e-6)


def test_improvement_is_multiplied_by_probability_of_constraints():
    model, front, reference = modelled(*GAINS.T[:2], x - 0.5, 0.7 - y), FRONT[:3, :2], REFERENCE[:2]
    means, deviations = normals(model, PLACES)
    expected = acquisition_values(LogExpectedHypervolumeImprovement(first(2), front, reference), PLACES).numpy()
    expected = expected + norm.logcdf(means[:, 2:] / deviations[:, 2:]).sum(axis=1)
    ours = acquisition_values(LogExpectedHypervolumeImprovement(model, front, reference), PLACES)
    np.testing.assert_allclose(ours, expected, rtol=1e-6)


def test_exploration_does_not_change_constraints():
    model, front, reference = modelled(*GAINS.T[:2], x - 0.5), FRONT[:3, :2], REFERENCE[:2]
    free, constrained = (
        acquisition_values(LogExpectedHypervolumeImprovement(m, front, reference, exploration=0.5), PLACES).numpy()
        for m in (first(2), model)
    )
    means, deviations = normals(model, PLACES)
    np.testing.assert_allclose(constrained - free, norm.logcdf(means[:, 2] / deviations[:, 2]), rtol=1e-6, atol=1e-9)


def test_front_below_the_reference_equals_no_front():
    model, reference = first(2), REFERENCE[:2]
    below = LogExpectedHypervolumeImprovement(model, torch.tensor([[-9.0, 0.5], [0.3, 0.1]]).double(), reference)
    none = LogExpectedHypervolumeImprovement(model, FRONT[:0, :2], reference)
    np.testing.assert_allclose(acquisition_values(below, PLACES), acquisition_values(none, PLACES))


def test_values_of_nested_batches_are_those_of_one_batch():
    acquisition = LogExpectedHypervolumeImprovement(first(2), FRONT[:, :2], REFERENCE[:2])
    found = acquisition(PLACES.reshape(4, 2, 5, 1, 2))
    torch.testing.assert_close(found, acquisition_values(acquisition, PLACES).reshape(4, 2, 5), rtol=1e-9, atol=1e-9)


def test_pending_points_are_an_error():
    acquisition = LogExpectedHypervolumeImprovement(first(2), FRONT[:, :2], REFERENCE[:2])
    acquisition.set_X_pending(None)
    with pytest.raises(
        UnsupportedError, match=r"is of one trial: condition its models on the pending ones with .*condition_on_pending"
    ):
        optimize_acqf(acquisition, CUBE, q=2, num_restarts=1, raw_samples=4, sequential=True)


def test_values_of_many_places_are_those_of_each_alone():
    many = torch.tensor(np.random.default_rng(3).random((CHUNK_SIZE + 30, 2)))
    acquisition = LogExpectedHypervolumeImprovement(first(2), FRONT[:3, :2], REFERENCE[:2])
    with torch.no_grad():
        alone = torch.cat([acquisition(place[None, None]) for place in many[-40:]])
    found = acquisition_values(acquisition, many)
    assert found.shape == (len(many),)
    np.testing.assert_allclose(found[-40:], alone, rtol=1e-4)


# Little or no improvement


@pytest.mark.parametrize("m", [1, 2, 3])
@pytest.mark.parametrize("distance", [1e2, 1e4, 1e6])
def test_value_of_hopeless_place_is_tail_of_normal_distribution(m, distance):
    reference = torch.full((m,), distance, dtype=torch.double)
    ours = acquisition_values(LogExpectedHypervolumeImprovement(first(m), FRONT[:0, :m], reference), PLACES)
    means, deviations = normals(first(m), PLACES)
    expected = oracles.log_hopeless_improvement(means, deviations, distance).sum(axis=1)
    np.testing.assert_allclose(ours, expected, rtol=1e-5)
    assert len(ours.unique()) == len(PLACES)


@pytest.mark.parametrize("m", [1, 2, 3])
@pytest.mark.parametrize("distance", [0.0, 3.0, 1e3, 1e5])
@pytest.mark.parametrize("is_transformed", [False, True])
def test_every_place_has_a_finite_value_and_gradient(m, distance, is_transformed):
    untransform = [*UNTRANSFORM, None][:m] if is_transformed else ()
    acquisition = LogExpectedHypervolumeImprovement(first(m), FRONT[:3, :m] + distance, REFERENCE[:m], untransform)
    everywhere = torch.cat([PLACES, X, CUBE])
    found = acquisition_values(acquisition, everywhere)
    assert torch.isfinite(found).all()
    assert len(found.unique()) == len(everywhere)
    assert torch.isfinite(slopes(acquisition, everywhere)).all()


@pytest.mark.parametrize("distance", [0.0, 3.0])
@pytest.mark.parametrize("untransform", [(), UNTRANSFORM], ids=["linear", "logarithmic"])
def test_gradient_is_the_slope(distance, untransform):
    front = FRONT[:3, :2] + distance
    acquisition = LogExpectedHypervolumeImprovement(first(2), front, REFERENCE[:2], untransform)
    gradients = slopes(acquisition, PLACES[:5])
    for place, gradient in zip(PLACES[:5], gradients, strict=True):
        for j, step in enumerate(torch.eye(2).double()):
            slope = oracles.slope(
                lambda t, p=place, s=step: acquisition_values(acquisition, (p + t * s)[None]).item(), 0.0, 1e-5
            )
            assert gradient[j].item() == pytest.approx(slope, rel=1e-3, abs=1e-3)


def test_better_front_reduces_values():
    offsets = [0.0, 0.1, 0.5, 5.0, 50.0]
    found = [
        acquisition_values(
            LogExpectedHypervolumeImprovement(first(2), FRONT[:3, :2] + offset, REFERENCE[:2]), PLACES
        ).numpy()
        for offset in offsets
    ]
    assert (np.diff(found, axis=0) < 0).all()


# BoTorch's optimizer


def test_botorch_can_maximise_the_improvement():
    acquisition = LogExpectedHypervolumeImprovement(first(2), FRONT[:3, :2], REFERENCE[:2], UNTRANSFORM)
    place, value = optimize_acqf(acquisition, CUBE, q=1, num_restarts=3, raw_samples=32, options={"seed": 0})
    by_chance = acquisition_values(acquisition, torch.tensor(np.random.default_rng(3).random((2000, 2))))
    assert value.item() > by_chance.max().item() - 1e-3
    assert value.item() == pytest.approx(acquisition_values(acquisition, place).item())


# Crashes


@pytest.fixture(scope="module")
def weighted():
    """Return an acquisition for trials of which less than half crash, on the right."""
    log_success = LogSuccess(X, x > 0.75, torch.tensor([False, False]))
    plain = LogExpectedHypervolumeImprovement(first(2), FRONT[:3, :2], REFERENCE[:2])
    return SuccessWeighted(plain, log_success), plain, log_success


def test_success_weighted_adds_the_crash_penalty(weighted):
    ours, plain, log_success = weighted
    expected = acquisition_values(plain, PLACES) + crash_penalty(
        log_success(PLACES), log_success.highest, log_success.weight
    )
    np.testing.assert_allclose(acquisition_values(ours, PLACES), expected)


def test_botorch_can_maximise_success_weighted_improvement(weighted):
    ours, _, _ = weighted
    for place, gradient in zip(PLACES[:5], slopes(ours, PLACES[:5]), strict=True):
        for j, step in enumerate(torch.eye(2).double()):
            slope = oracles.slope(
                lambda t, p=place, s=step: acquisition_values(ours, (p + t * s)[None]).item(), 0.0, 1e-5
            )
            assert gradient[j].item() == pytest.approx(slope, rel=1e-3, abs=1e-3)
    place, value = optimize_acqf(ours, CUBE, q=1, num_restarts=3, raw_samples=64, options={"seed": 0})
    assert place[0, 0] < 0.8
    assert value.item() == pytest.approx(acquisition_values(ours, place).item())


# Five objectives


NOWHERE = torch.full((5,), -1e6).double()


def five(seed, *limits):
    model = ModelListGP(*MODELS.models, *modelled(*limits).models) if limits else MODELS
    return acquisition_values(scalarized_improvement(model, X, NOWHERE, np.random.default_rng(seed)), PLACES).numpy()


def test_scalarisation_of_five_objectives_is_drawn_by_the_seed():
    found = five(0)
    assert np.isfinite(found).all()
    assert len(np.unique(found)) == len(PLACES)
    assert not np.allclose(five(1), found)


def test_scalarisation_of_five_objectives_is_larger_within_constraint():
    free = five(0)
    side = 1.0 if PLACES[free.argmax(), 0] > 0.5 else -1.0
    limited = five(0, side * (0.5 - x))
    inside = side * (0.5 - PLACES[:, 0].numpy()) > 0
    assert limited[inside].max() > limited[~inside].max() + 3
    assert free[inside].max() < free[~inside].max()


@pytest.mark.end_to_end
def test_suggest_compiles_nothing_on_the_users_machine(tmp_path):
    code = (
        "from paretune import Float, Minimize, Objectives, Space, Trials, suggest\n"
        "space, objectives = Space({'x': Float(0, 1)}), Objectives([Minimize('a'), Minimize('b')])\n"
        "columns = {'x': [i / 9 for i in range(9)], 'a': list(range(9)), 'b': list(range(9, 0, -1))}\n"
        "suggest(Trials.from_columns(columns, space, objectives), space, objectives)\n"
    )
    environment = {**os.environ, "TORCH_EXTENSIONS_DIR": str(tmp_path / "built")}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    assert not (tmp_path / "built").exists()
