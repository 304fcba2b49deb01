"""The fitted models agree with the trials: on losses, limits, crashes, noise and the front."""

import math
from functools import partial

import numpy as np
import pytest
import torch

import oracles
from paretune.engine.acquisition.expected_hypervolume import LogExpectedHypervolumeImprovement, acquisition_values
from paretune.engine.acquisition.front_model import FrontModel
from paretune.engine.history import History
from paretune.engine.models.surrogate import posterior_means, untransform_gains
from paretune.objectives import Minimize, Objectives
from paretune.space import Categorical, Float, Space
from paretune.trials import Trials

SQUARE = Space({"x": Float(0, 1), "y": Float(0, 1)})
TWO = Objectives([Minimize("f"), Minimize("g")])
X = np.random.default_rng(0).random((24, 2))
FAR = np.array([2.0, 2.0])
IS_NOMINAL = torch.tensor([False, False])
GRID = np.random.default_rng(1).random((200, 2))


def losses_of(places):
    """Two valleys: (0.2, 0.3) and (0.8, 0.6)."""
    return np.column_stack([((places - centre) ** 2).sum(axis=1) for centre in ([0.2, 0.3], [0.8, 0.6])])


def table(losses, objectives=TWO, places=X, **columns):
    return Trials(SQUARE, objectives, tuple(SQUARE.decode(places)), losses=losses, **columns)


def fit(trials, reference=FAR):
    return FrontModel.fit(History(trials, SQUARE), reference)


def losses_expected(fitted, j, places=GRID):
    """Return the expected losses of one objective, untransformed, in standard deviations."""
    return fitted.transforms[j].untransform(-posterior_means(fitted.model, fitted.featurize(places))[:, j].numpy())


# Scales


# Losses


def test_expected_losses_are_in_standard_deviations_from_their_mean():
    losses, fitted = losses_of(X), fit(table(losses_of(X)))
    for j in range(2):
        true = (losses_of(GRID)[:, j] - losses[:, j].mean()) / losses[:, j].std()
        np.testing.assert_allclose(losses_expected(fitted, j), true, atol=0.2)


def test_metric_of_failed_trials_is_learned_from():
    """The size of a network is known without training it."""
    losses = losses_of(X)
    losses[5:, 0] = np.nan
    silent = losses.copy()
    silent[5:] = np.nan
    errors = []
    for known in (losses, silent):
        fitted, g = fit(table(known)), known[np.isfinite(known[:, 1]), 1]
        errors.append(np.abs(losses_expected(fitted, 1) * g.std() + g.mean() - losses_of(GRID)[:, 1]).mean())
    assert errors[0] < 0.3 * errors[1]


def test_stopped_trial_is_expected_to_have_taken_longer():
    """Times are longer on the right, and none beyond 0.5 was seen."""
    losses = np.column_stack([X[:, 0], losses_of(X)[:, 1]])
    stopped = X[:, 0] > 0.5
    losses[stopped] = np.column_stack([np.full(stopped.sum(), 0.5), np.full(stopped.sum(), np.nan)])
    reasons, states = np.where(stopped, "timed_out", ""), np.where(stopped, "failed", "complete")
    aware = fit(table(losses, reasons=reasons, states=states, durations=np.full(len(X), 0.5)))
    naive = fit(table(losses, reasons=np.where(stopped, "crashed", ""), states=states))
    far = X[X[:, 0] > 0.7]
    assert losses_expected(aware, 0, far).min() > losses_expected(naive, 0, far).max()


def test_lucky_measurement_with_large_standard_error_is_not_on_front():
    losses, errors, lucky = losses_of(X), np.full((24, 2), 1e-3), 7
    truth = oracles.is_nondominated(losses.tolist())
    assert not truth[lucky]
    losses[lucky] -= 0.5
    sure = fit(table(losses, losses_se=errors))
    errors[lucky] = 0.5
    unsure = fit(table(losses, losses_se=errors))
    assert np.flatnonzero(sure.is_best).tolist() == [lucky]
    assert unsure.is_best.tolist() == truth


# The front


def test_front_of_exact_losses_is_the_nondominated_set():
    losses = losses_of(X)
    assert fit(table(losses)).is_best.tolist() == oracles.is_nondominated(losses.tolist())


def test_front_is_better_than_the_reference():
    losses, reference = losses_of(X), np.array([0.25, 0.25])
    inside = (losses < reference).all(axis=1)
    front = fit(table(losses), reference=reference).is_best
    assert front.any()
    assert not front[~inside].any()
    assert front[inside].tolist() == oracles.is_nondominated(losses[inside].tolist())


def test_front_is_nondominated_set_if_nothing_is_better_than_the_reference():
    losses = losses_of(X)
    assert fit(table(losses), reference=np.array([-1.0, -1.0])).is_best.tolist() == oracles.is_nondominated(
        losses.tolist()
    )


@pytest.mark.parametrize("border", [0.5, -1.0], ids=["some satisfy it", "none satisfies it"])
def test_front_is_within_constraints_if_any_place_is(border):
    losses, violations = losses_of(X), X[:, :1] - border
    trials = table(losses, violations=violations)
    front = fit(trials).is_best
    inside = violations[:, 0] <= 0 if (violations <= 0).any() else np.ones(24, bool)
    assert not front[~inside].any()
    assert front[inside].tolist() == oracles.is_nondominated(losses[inside].tolist())


def test_front_uses_measured_constraints_of_tried_places():
    """All satisfied constraints are 0, so that a model cannot separate them from the border."""
    losses, violations = losses_of(X), np.maximum(X[:, :1] - 0.5, 0.0)
    front = fit(table(losses, violations=violations)).is_best
    inside = X[:, 0] <= 0.5
    assert not front[~inside].any()
    assert front[inside].tolist() == oracles.is_nondominated(losses[inside].tolist())


def test_complete_trial_without_its_constraint_can_be_on_front():
    losses, violations = losses_of(X), X[:, :1] - 2.0
    best = int(losses.sum(axis=1).argmin())
    violations[best] = np.nan
    fitted = fit(table(losses, violations=violations))
    assert fitted.is_best[best]
    assert fitted.log_success is None


def test_constraint_is_expected_to_be_satisfied_where_it_is():
    fitted = fit(table(losses_of(X), violations=X[:, :1] - 0.5))
    found = posterior_means(fitted.model, fitted.featurize(GRID))[:, 2].numpy()
    clear = np.abs(GRID[:, 0] - 0.5) > 0.05
    np.testing.assert_array_equal(found[clear] > 0, GRID[clear, 0] < 0.5)


def test_crashed_trial_with_losses_is_not_on_front_but_learned_from():
    losses, others = np.sin(5 * X @ [[1.0, 0.3], [0.5, 1.0]]), np.arange(24) != 11
    states = np.where(others, "complete", "failed")
    fitted = fit(table(losses, states=states))
    np.testing.assert_array_equal(fitted.places, X[others])
    deaf = fit(table(np.where(others[:, None], losses, np.nan), states=states))
    with_losses, without = (each.model.posterior(each.featurize(X[[11]])).variance[0] for each in (fitted, deaf))
    assert (with_losses < without / 4).all()


# Success


@pytest.mark.parametrize("reason", ["", "outside_limits", "crashed"])
def test_trial_with_all_losses_outside_limits_did_not_crash(reason):
    limited = Objectives([Minimize("f", at_most=0.3), Minimize("g")])
    losses = losses_of(X)
    if reason == "crashed":
        losses[3] = np.nan
    fitted = fit(table(losses, limited if reason == "outside_limits" else TWO))
    assert (fitted.log_success is None) == (reason != "crashed")


def test_trial_pruned_without_losses_counts_as_crash():
    losses, pruned = losses_of(X), X[:, 0] > 0.6
    losses[pruned] = np.nan
    reasons = np.where(pruned, "outside_limits", "")
    fitted = fit(table(losses, reasons=reasons))
    p = fitted.log_success(fitted.featurize(X)).exp().numpy()
    assert p[pruned].max() < 0.5 < p[~pruned].min()


def test_acquisition_is_smaller_where_trials_crash():
    """The better valley of f, on the left, crashes."""
    has_crashed = X[:, 0] < 0.4
    losses = np.where(has_crashed[:, None], np.nan, losses_of(X))
    fitted = fit(table(losses))
    deaf = fit(table(losses)[~has_crashed])
    found, blind = (
        acquisition_values(each.acquisition(np.random.default_rng(0)), each.featurize(GRID)) for each in (fitted, deaf)
    )
    left = GRID[:, 0] < 0.3
    assert found[left].max() < found[~left].max() - 3
    assert blind[left].max() > blind[~left].max()


# Pending trials


def test_pending_trial_lowers_acquisition_nearby_and_changes_no_mean():
    alone = fit(table(losses_of(X)))
    worth = acquisition_values(alone.acquisition(np.random.default_rng(0)), alone.featurize(GRID))
    best = GRID[[int(worth.argmax())]]
    fitted = alone.with_pending(best)
    np.testing.assert_array_equal(fitted.places, np.vstack([X, best]))
    np.testing.assert_allclose(
        posterior_means(fitted.model, fitted.featurize(GRID)),
        posterior_means(alone.model, alone.featurize(GRID)),
        atol=0.01,
    )
    lower = acquisition_values(fitted.acquisition(np.random.default_rng(0)), fitted.featurize(GRID))
    assert lower[worth.argmax()] < worth.max() - 1
    assert fitted.is_best.shape == (25,)


def improvement_by_hand(fitted, exploration):
    """Return the improvement over the expected front, on untransformed scales."""
    means = posterior_means(fitted.model, fitted.featurize(fitted.places))
    functions = [None if scale.is_linear else partial(untransform_gains, scale) for scale in fitted.transforms]
    front = means[torch.tensor(fitted.is_best)]
    return LogExpectedHypervolumeImprovement(fitted.model, front, fitted.reference, functions, exploration=exploration)


def test_exploration_is_reduced_for_ordered_parameters_without_pending_trials():
    losses = losses_of(X)
    ordered, choice = fit(table(losses)), Categorical([*"abcde"])
    with_choices = [fit_in(losses, Space({"x": x, "y": choice})) for x in (Float(0, 1), choice)]
    pending = (ordered.with_pending(GRID[:1]), ordered.with_pending(GRID[:1]).with_pending(GRID[:0]))
    for fitted, exploration in ((ordered, 0.7), *((b, 1.0) for b in (*with_choices, *pending))):
        found = acquisition_values(fitted.acquisition(np.random.default_rng(0)), fitted.featurize(GRID))
        assert torch.equal(found, acquisition_values(improvement_by_hand(fitted, exploration), fitted.featurize(GRID)))


def fit_in(losses, space):
    """Fit the model in another space of the same places."""
    trials = Trials(space, TWO, tuple(space.decode(X)), losses=losses)
    return FrontModel.fit(History(trials, space), FAR)


def test_bolder_models_explore_more():
    for fitted, exploration in zip(fit(table(losses_of(X))).bolder_models, (2.0, 4.0), strict=True):
        found = acquisition_values(fitted.acquisition(np.random.default_rng(0)), fitted.featurize(GRID))
        assert torch.equal(found, acquisition_values(improvement_by_hand(fitted, exploration), fitted.featurize(GRID)))


@pytest.mark.parametrize("share", [0.5, 1.0], ids=["near", "far"])
@pytest.mark.parametrize("losses", [losses_of(X), np.exp(8 * losses_of(X))], ids=["linear", "logarithmic"])
def test_min_improvement_is_a_thousandth_of_untransformed_hypervolume(losses, share):
    fitted = fit(table(losses), reference=np.quantile(losses, share, axis=0))
    assert [(not scale.is_linear) for scale in fitted.transforms] == [losses.max() > 10] * 2
    places = posterior_means(fitted.model, fitted.featurize(fitted.places))[torch.tensor(fitted.is_best)]
    front, reference = (
        [column if scale.is_linear else untransform_gains(scale, column) for column, scale in pairs]
        for pairs in (list(zip(gains, fitted.transforms, strict=True)) for gains in (places.T, fitted.reference))
    )
    front, reference = -torch.stack(front, dim=1).numpy(), -torch.stack(reference).numpy()
    volume = oracles.hypervolume_by_inclusion_exclusion(front.tolist(), reference.tolist())
    assert fitted.log_min_improvement == pytest.approx(math.log(volume / 1000), abs=1e-9)


@pytest.mark.parametrize(
    "fitted",
    [
        fit(table(losses_of(X)), reference=np.array([-1.0, -1.0])),
        fit(table(losses_of(X), violations=X[:, :1] + 1.0)),
        fit(table(np.hstack([losses_of(X), X, X]), Objectives([*map(Minimize, "abcdef")])), reference=np.full(6, 2.0)),
    ],
    ids=["nothing better than the reference", "nothing within a constraint", "six objectives"],
)
def test_min_improvement_is_zero_without_hypervolume(fitted):
    assert fitted.log_min_improvement == -math.inf


def test_model_without_new_pending_trials_is_the_same_object():
    fitted = fit(table(losses_of(X)))
    assert fitted.with_pending(X[:0]) is fitted


# Many objectives


def test_five_objectives_have_a_front_and_an_acquisition():
    objectives = Objectives([Minimize(f"f{j}") for j in range(5)])
    losses = np.column_stack([((X - centre) ** 2).sum(axis=1) for centre in np.random.default_rng(2).random((5, 2))])
    fitted = fit(table(losses, objectives), reference=np.full(5, 2.0))
    found, again, other = (
        acquisition_values(fitted.acquisition(np.random.default_rng(seed)), fitted.featurize(GRID))
        for seed in (0, 0, 1)
    )
    assert torch.isfinite(found).all()
    assert torch.equal(found, again)
    assert not torch.allclose(found, other)
    assert fitted.is_best.sum() >= np.sum(oracles.is_nondominated(losses.tolist())) - 3


def test_acquisition_of_five_objectives_respects_the_reference():
    """The reference excludes the left half, where all objectives but the first are better."""
    objectives = Objectives([Minimize(f"f{j}") for j in range(5)])

    def five(places):
        return np.column_stack([1 - places[:, 0], *[places[:, 0] + places[:, 1] * j / 9 for j in range(4)]])

    free, bound = (fit(table(five(X), objectives), reference=np.array([at, 3, 3, 3, 3])) for at in (2.0, 0.5))
    for seed in range(5):
        worth = [
            acquisition_values(fitted.acquisition(np.random.default_rng(seed)), fitted.featurize(GRID))
            for fitted in (free, bound)
        ]
        assert GRID[worth[1].argmax(), 0] > 0.45
    assert GRID[worth[0].argmax(), 0] < 0.45


@pytest.mark.parametrize("reason", ["crashed", "out_of_memory", "timed_out", "outside_limits"])
def test_trial_that_failed_by_itself_crashed_even_with_metric_outside_limit(reason):
    limited, losses = Objectives([Minimize("f", at_most=0.2), Minimize("g")]), losses_of(X)
    has_failed = losses[:, 0] > 0.2
    losses[has_failed, 1] = np.nan
    reasons, states = np.where(has_failed, reason, ""), np.where(has_failed, "failed", "complete")
    fitted = fit(table(losses, limited, states=states, reasons=reasons))
    assert (fitted.log_success is None) == (reason in ("timed_out", "outside_limits"))


def test_stopped_trial_with_one_metric_does_not_change_success_model():
    limited = Objectives([Minimize("f", at_most=0.2), Minimize("g")])
    losses = losses_of(X)
    stopped = losses[:, 0] > 0.2
    losses[stopped, 1] = np.nan
    states = np.where(stopped, "failed", "").astype(object)
    reasons = np.where(stopped, "outside_limits", "").astype(object)
    assert 4 < stopped.sum() < 20

    fitted = fit(table(losses, limited, states=states, reasons=reasons))
    assert fitted.log_success is None

    crashed = np.arange(len(X)) == int(np.flatnonzero(~stopped)[0])
    losses[crashed] = np.nan
    states[crashed], reasons[crashed] = "failed", "crashed"
    with_crash = fit(table(losses, limited, states=states, reasons=reasons))
    alone = fit(
        table(losses[~stopped], limited, X[~stopped], states=states[~stopped], reasons=reasons[~stopped]),
    )
    torch.testing.assert_close(
        with_crash.log_success(fitted.featurize(GRID)), alone.log_success(fitted.featurize(GRID))
    )
