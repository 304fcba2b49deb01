"""Is what the trials say believed: of losses, limits, crashes, noise, and of where the front is?"""

import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

import oracles
from paretune.engine.acquisition.expected_hypervolume import LogExpectedHypervolumeImprovement, values
from paretune.engine.models.front_model import Belief, fit_on_best_scale, fit_on_scale
from paretune.engine.models.map_fit import some_rows
from paretune.engine.models.outcome_transform import Scale
from paretune.engine.models.surrogate import expected, straight_gains
from paretune.engine.models.targets import Outcome
from paretune.objectives import Minimize, Objectives
from paretune.space import Categorical, Float, Space
from paretune.trials import Trials

SQUARE = Space({"x": Float(0, 1), "y": Float(0, 1)})
TWO = Objectives([Minimize("f"), Minimize("g")])
X = np.random.default_rng(0).random((24, 2))
FAR = np.array([2.0, 2.0])
KINDS = torch.tensor([False, False])
GRID = np.random.default_rng(1).random((200, 2))


def losses_of(places):
    """Two valleys: (0.2, 0.3) and (0.8, 0.6)."""
    return np.column_stack([((places - centre) ** 2).sum(axis=1) for centre in ([0.2, 0.3], [0.8, 0.6])])


def table(losses, objectives=TWO, places=X, **columns):
    return Trials(SQUARE, objectives, tuple(SQUARE.decode(places)), losses=losses, **columns)


def belief(trials, known=None, reference=FAR):
    known = trials.is_complete | (trials.reasons == "outside_limits") if known is None else known
    return Belief.of(trials, known, SQUARE, reference)


def losses_expected(held, j, places=GRID):
    """Of one objective, in its own deviations: the scale turned back."""
    return held.scales[j].inverse(-expected(held.model, held.see(places))[:, j].numpy())


# Scales


def outcome(losses):
    n = len(losses)
    return Outcome(np.arange(n), losses, np.zeros(n), np.zeros(n, bool))


def test_the_evidence_speaks_for_a_bent_scale_where_logarithms_vary_evenly_and_else_for_the_straight_one():
    n_bent = {"as drawn": 0, "its exponential": 0}
    for seed in range(8):
        rng = np.random.default_rng(seed)
        places = rng.random((30, 2))
        K = np.exp(-((places[:, None] - places) ** 2).sum(axis=-1) / 0.2) + 0.01 * np.eye(30)
        even = np.linalg.cholesky(K) @ rng.normal(size=30)
        for name, losses in zip(n_bent, (even, np.exp(3 * even)), strict=True):
            model, scale = fit_on_best_scale(outcome(losses), torch.tensor(places), KINDS)
            n_bent[name] += math.isfinite(scale.bend)
            with torch.no_grad():
                found = scale.inverse(-model.posterior(torch.tensor(places)).mean[:, 0].numpy())
            assert np.corrcoef(found, losses)[0, 1] > 0.9
    assert n_bent["as drawn"] <= 2
    assert n_bent["its exponential"] == 8


def test_of_many_losses_the_scale_is_chosen_by_those_that_the_evidence_is_of():
    """Many losses are skewed as those of a valley are; that alone speaks for no bend."""
    rng = np.random.default_rng(5)
    places = rng.random((800, 2))
    losses = ((places - [0.3, 0.4]) ** 2).sum(axis=1)
    losses = (losses - losses.mean()) / losses.std() + 0.1 * rng.normal(size=800)
    rows = some_rows(800).numpy()
    for chosen in (rows, np.arange(800)):
        _, scale = fit_on_best_scale(outcome(losses[chosen]), torch.tensor(places[chosen]), KINDS)
        assert math.isinf(scale.bend)


def test_few_losses_are_seen_on_the_straight_scale():
    _, scale = fit_on_best_scale(outcome(np.exp(5 * X[:5, 0])), torch.tensor(X[:5]), KINDS)
    assert math.isinf(scale.bend)


@pytest.mark.parametrize("bend", [math.inf, 0.3])
def test_known_noise_is_as_large_on_a_scale_as_small_changes_of_the_loss_are(bend):
    losses, variance = losses_of(X)[:, 0], np.linspace(0.01, 0.04, 24)
    scale = Scale.of(losses, bend)
    model, _ = fit_on_scale(replace(outcome(losses), noise=variance), scale, torch.tensor(X), KINDS)
    slopes = np.array([oracles.slope(scale, loss) if loss > losses.min() else 1 / scale.unit for loss in losses])
    np.testing.assert_allclose(model.likelihood.noise_covar.noise.numpy(), slopes**2 * variance, rtol=1e-5)


# Losses


def test_losses_are_expected_in_deviations_from_their_mean():
    losses, held = losses_of(X), belief(table(losses_of(X)))
    for j in range(2):
        true = (losses_of(GRID)[:, j] - losses[:, j].mean()) / losses[:, j].std()
        np.testing.assert_allclose(losses_expected(held, j), true, atol=0.2)


def test_a_metric_that_is_known_of_failed_trials_is_learned_from_them():
    """The size of a network is known without training it."""
    losses = losses_of(X)
    losses[5:, 0] = np.nan
    silent = losses.copy()
    silent[5:] = np.nan
    errors = []
    for told in (losses, silent):
        held, g = belief(table(told)), told[np.isfinite(told[:, 1]), 1]
        errors.append(np.abs(losses_expected(held, 1) * g.std() + g.mean() - losses_of(GRID)[:, 1]).mean())
    assert errors[0] < 0.3 * errors[1]


def test_a_trial_that_was_stopped_is_expected_to_come_to_more():
    """Times are longer on the right, and none beyond 0.5 was seen."""
    losses = np.column_stack([X[:, 0], losses_of(X)[:, 1]])
    stopped = X[:, 0] > 0.5
    losses[stopped] = np.column_stack([np.full(stopped.sum(), 0.5), np.full(stopped.sum(), np.nan)])
    reasons, states = np.where(stopped, "timed_out", ""), np.where(stopped, "failed", "complete")
    aware = belief(table(losses, reasons=reasons, states=states, durations=np.full(len(X), 0.5)))
    naive = belief(table(losses, reasons=np.where(stopped, "crashed", ""), states=states))
    far = X[X[:, 0] > 0.7]
    assert losses_expected(aware, 0, far).min() > losses_expected(naive, 0, far).max()


def test_a_lucky_measurement_is_not_believed_where_it_is_known_to_be_noisy():
    losses, errors, lucky = losses_of(X), np.full((24, 2), 1e-3), 7
    truth = oracles.is_nondominated(losses.tolist())
    assert not truth[lucky]
    losses[lucky] -= 0.5
    sure = belief(table(losses, losses_se=errors))
    errors[lucky] = 0.5
    unsure = belief(table(losses, losses_se=errors))
    assert np.flatnonzero(sure.is_front).tolist() == [lucky]
    assert unsure.is_front.tolist() == truth


# The front


def test_the_front_is_that_of_the_losses_where_they_are_measured_well():
    losses = losses_of(X)
    assert belief(table(losses)).is_front.tolist() == oracles.is_nondominated(losses.tolist())


def test_beyond_the_reference_nothing_is_of_the_front():
    losses, reference = losses_of(X), np.array([0.25, 0.25])
    inside = (losses < reference).all(axis=1)
    front = belief(table(losses), reference=reference).is_front
    assert front.any()
    assert not front[~inside].any()
    assert front[inside].tolist() == oracles.is_nondominated(losses[inside].tolist())


def test_where_nothing_is_better_than_the_reference_the_front_is_what_is_not_dominated():
    losses = losses_of(X)
    assert belief(table(losses), reference=np.array([-1.0, -1.0])).is_front.tolist() == oracles.is_nondominated(
        losses.tolist()
    )


@pytest.mark.parametrize("border", [0.5, -1.0], ids=["some satisfy it", "none satisfies it"])
def test_the_front_is_within_the_constraints_where_anything_is(border):
    losses, violations = losses_of(X), X[:, :1] - border
    trials = table(losses, violations=violations)
    front = belief(trials).is_front
    inside = violations[:, 0] <= 0 if (violations <= 0).any() else np.ones(24, bool)
    assert not front[~inside].any()
    assert front[inside].tolist() == oracles.is_nondominated(losses[inside].tolist())


def test_of_a_place_that_was_tried_it_is_known_whether_it_was_within_a_constraint():
    """At its border, too, and where the satisfied are all told a zero: no model could tell the two apart."""
    losses, violations = losses_of(X), np.maximum(X[:, :1] - 0.5, 0.0)
    front = belief(table(losses, violations=violations)).is_front
    inside = X[:, 0] <= 0.5
    assert not front[~inside].any()
    assert front[inside].tolist() == oracles.is_nondominated(losses[inside].tolist())


def test_a_trial_that_ran_is_known_though_nobody_told_of_its_constraint():
    losses, violations = losses_of(X), X[:, :1] - 2.0
    best = int(losses.sum(axis=1).argmin())
    violations[best] = np.nan
    held = belief(table(losses, violations=violations))
    assert held.is_front[best]
    assert held.log_success is None


def test_a_constraint_is_expected_to_be_satisfied_where_it_is():
    held = belief(table(losses_of(X), violations=X[:, :1] - 0.5))
    found = expected(held.model, held.see(GRID))[:, 2].numpy()
    clear = np.abs(GRID[:, 0] - 0.5) > 0.05
    np.testing.assert_array_equal(found[clear] > 0, GRID[clear, 0] < 0.5)


def test_a_crashed_trial_is_no_part_of_the_front_though_its_losses_are_known():
    losses, others = np.sin(5 * X @ [[1.0, 0.3], [0.5, 1.0]]), np.arange(24) != 11
    states = np.where(others, "complete", "failed")
    held = belief(table(losses, states=states))
    np.testing.assert_array_equal(held.seen, X[others])
    deaf = belief(table(np.where(others[:, None], losses, np.nan), states=states))
    told, untold = (each.model.posterior(each.see(X[[11]])).variance[0] for each in (held, deaf))
    assert (told < untold / 4).all()


# Success


@pytest.mark.parametrize("reason", ["", "outside_limits", "crashed"])
def test_what_is_known_to_be_outside_its_limits_did_not_crash(reason):
    limited = Objectives([Minimize("f", at_most=0.3), Minimize("g")])
    losses = losses_of(X)
    if reason == "crashed":
        losses[3] = np.nan
    held = belief(table(losses, limited if reason == "outside_limits" else TWO))
    assert (held.log_success is None) == (reason != "crashed")


def test_what_was_pruned_before_its_losses_were_known_counts_as_a_crash():
    losses, pruned = losses_of(X), X[:, 0] > 0.6
    losses[pruned] = np.nan
    reasons = np.where(pruned, "outside_limits", "")
    held = belief(table(losses, reasons=reasons), known=~pruned)
    p = held.log_success(held.see(X)).exp().numpy()
    assert p[pruned].max() < 0.5 < p[~pruned].min()


def test_where_trials_crash_they_are_worth_less():
    """The better valley of f, on the left, crashes."""
    has_crashed = X[:, 0] < 0.4
    losses = np.where(has_crashed[:, None], np.nan, losses_of(X))
    held = belief(table(losses))
    deaf = belief(table(losses)[~has_crashed])
    found, blind = (values(each.acquisition(np.random.default_rng(0)), each.see(GRID)) for each in (held, deaf))
    left = GRID[:, 0] < 0.3
    assert found[left].max() < found[~left].max() - 3
    assert blind[left].max() > blind[~left].max()


# Trials under way


def test_a_pending_trial_lowers_what_its_neighbours_promise_and_changes_no_expectation():
    alone = belief(table(losses_of(X)))
    worth = values(alone.acquisition(np.random.default_rng(0)), alone.see(GRID))
    best = GRID[[int(worth.argmax())]]
    held = alone.with_pending(best)
    np.testing.assert_array_equal(held.seen, np.vstack([X, best]))
    np.testing.assert_allclose(expected(held.model, held.see(GRID)), expected(alone.model, alone.see(GRID)), atol=0.01)
    lower = values(held.acquisition(np.random.default_rng(0)), held.see(GRID))
    assert lower[worth.argmax()] < worth.max() - 1
    assert held.is_front.shape == (25,)


def worth_by_hand(held, exploration):
    """The improvement over the front that is expected, on straight scales."""
    means = expected(held.model, held.see(held.seen))
    straight = [None if math.isinf(scale.bend) else partial(straight_gains, scale) for scale in held.scales]
    front = means[torch.tensor(held.is_front)]
    return LogExpectedHypervolumeImprovement(held.model, front, held.corner, straight, exploration=exploration)


def test_it_explores_less_where_all_parameters_are_ordered_and_nothing_is_under_way():
    losses = losses_of(X)
    ordered, choice = belief(table(losses)), Categorical([*"abcde"])
    beside = [made(losses, Space({"x": x, "y": choice})) for x in (Float(0, 1), choice)]
    under_way = (ordered.with_pending(GRID[:1]), ordered.with_pending(GRID[:1]).with_pending(GRID[:0]))
    for held, exploration in ((ordered, 0.7), *((b, 1.0) for b in (*beside, *under_way))):
        found = values(held.acquisition(np.random.default_rng(0)), held.see(GRID))
        assert torch.equal(found, values(worth_by_hand(held, exploration), held.see(GRID)))


def made(losses, space):
    """What is believed in another space of the same places."""
    trials = Trials(space, TWO, tuple(space.decode(X)), losses=losses)
    return Belief.of(trials, trials.is_complete, space, FAR)


def test_where_it_is_doubted_it_explores_more():
    for held, exploration in zip(belief(table(losses_of(X))).doubts, (2.0, 4.0), strict=True):
        found = values(held.acquisition(np.random.default_rng(0)), held.see(GRID))
        assert torch.equal(found, values(worth_by_hand(held, exploration), held.see(GRID)))


@pytest.mark.parametrize("share", [0.5, 1.0], ids=["near", "far"])
@pytest.mark.parametrize("losses", [losses_of(X), np.exp(8 * losses_of(X))], ids=["straight", "bent"])
def test_hardly_anything_is_a_thousandth_of_the_hypervolume_on_straight_scales(losses, share):
    held = belief(table(losses), reference=np.quantile(losses, share, axis=0))
    assert [math.isfinite(scale.bend) for scale in held.scales] == [losses.max() > 10] * 2
    places = expected(held.model, held.see(held.seen))[torch.tensor(held.is_front)]
    front, corner = (
        [column if math.isinf(scale.bend) else straight_gains(scale, column) for column, scale in pairs]
        for pairs in (list(zip(gains, held.scales, strict=True)) for gains in (places.T, held.corner))
    )
    front, corner = -torch.stack(front, dim=1).numpy(), -torch.stack(corner).numpy()
    volume = oracles.hypervolume_by_inclusion_exclusion(front.tolist(), corner.tolist())
    assert held.hardly_anything == pytest.approx(math.log(volume / 1000), abs=1e-9)


@pytest.mark.parametrize(
    "held",
    [
        belief(table(losses_of(X)), reference=np.array([-1.0, -1.0])),
        belief(table(losses_of(X), violations=X[:, :1] + 1.0)),
        belief(
            table(np.hstack([losses_of(X), X, X]), Objectives([*map(Minimize, "abcdef")])), reference=np.full(6, 2.0)
        ),
    ],
    ids=["nothing is beyond the reference", "nothing is within a constraint", "six objectives"],
)
def test_while_there_is_no_hypervolume_any_improvement_is_more(held):
    assert held.hardly_anything == -math.inf


def test_without_pending_trials_the_belief_is_the_same():
    held = belief(table(losses_of(X)))
    assert held.with_pending(X[:0]) is held


# Many objectives


def test_five_objectives_have_a_front_and_an_acquisition_too():
    wanted = Objectives([Minimize(f"f{j}") for j in range(5)])
    losses = np.column_stack([((X - centre) ** 2).sum(axis=1) for centre in np.random.default_rng(2).random((5, 2))])
    held = belief(table(losses, wanted), reference=np.full(5, 2.0))
    found, again, other = (values(held.acquisition(np.random.default_rng(seed)), held.see(GRID)) for seed in (0, 0, 1))
    assert torch.isfinite(found).all()
    assert torch.equal(found, again)
    assert not torch.allclose(found, other)
    assert held.is_front.sum() >= np.sum(oracles.is_nondominated(losses.tolist())) - 3


def test_of_five_objectives_nothing_beyond_the_reference_is_aimed_at():
    """It forbids the left half, on which all but the first are better."""
    wanted = Objectives([Minimize(f"f{j}") for j in range(5)])

    def five(places):
        return np.column_stack([1 - places[:, 0], *[places[:, 0] + places[:, 1] * j / 9 for j in range(4)]])

    free, bound = (belief(table(five(X), wanted), reference=np.array([at, 3, 3, 3, 3])) for at in (2.0, 0.5))
    for seed in range(5):
        worth = [values(held.acquisition(np.random.default_rng(seed)), held.see(GRID)) for held in (free, bound)]
        assert GRID[worth[1].argmax(), 0] > 0.45
    assert GRID[worth[0].argmax(), 0] < 0.45


@pytest.mark.parametrize("reason", ["crashed", "out_of_memory", "timed_out", "outside_limits"])
def test_what_fell_has_crashed_though_it_had_told_a_metric_outside_its_limit(reason):
    limited, losses = Objectives([Minimize("f", at_most=0.2), Minimize("g")]), losses_of(X)
    fell = losses[:, 0] > 0.2
    losses[fell, 1] = np.nan
    reasons, states = np.where(fell, reason, ""), np.where(fell, "failed", "complete")
    held = belief(table(losses, limited, states=states, reasons=reasons), known=~fell)
    assert (held.log_success is None) == (reason in ("timed_out", "outside_limits"))


def test_who_was_given_up_for_the_one_metric_that_was_known_says_nothing_of_crashes():
    limited = Objectives([Minimize("f", at_most=0.2), Minimize("g")])
    losses = losses_of(X)
    early = losses[:, 0] > 0.2
    losses[early, 1] = np.nan
    states = np.where(early, "failed", "").astype(object)
    reasons = np.where(early, "outside_limits", "").astype(object)
    assert 4 < early.sum() < 20

    held = belief(table(losses, limited, states=states, reasons=reasons), known=~early)
    assert held.log_success is None

    crashed = np.arange(len(X)) == int(np.flatnonzero(~early)[0])
    losses[crashed] = np.nan
    states[crashed], reasons[crashed] = "failed", "crashed"
    with_a_crash = belief(table(losses, limited, states=states, reasons=reasons), known=~early & ~crashed)
    alone = belief(
        table(losses[~early], limited, X[~early], states=states[~early], reasons=reasons[~early]),
        known=~crashed[~early],
    )
    torch.testing.assert_close(with_a_crash.log_success(held.see(GRID)), alone.log_success(held.see(GRID)))
