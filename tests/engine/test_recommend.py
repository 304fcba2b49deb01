"""A recommendation is the front that the models expect without noise."""

import numpy as np
import pytest

from paretune import recommend
from paretune.errors import InvalidInputError
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Float, Space
from paretune.trials import Trials

LINE = Space({"x": Float(0, 1)})
TWO = Objectives([Maximize("accuracy"), Minimize("size")])


def table(x, losses, errors=np.nan, objectives=TWO):
    losses = np.array(losses, float)
    errors = np.broadcast_to(np.asarray(errors, float), losses.shape)
    return Trials(LINE, objectives, tuple({"x": float(value)} for value in x), losses=losses, losses_se=errors)


def test_configuration_with_a_lucky_outlier_is_not_recommended():
    """The accuracy falls with x, and the size grows with it: only the smallest x is on the true front."""
    x = np.linspace(0, 1, 25)
    rng = np.random.default_rng(3)
    losses = np.column_stack([x - 1 + 0.02 * rng.normal(size=25), np.floor(10 * x)])
    losses[20, 0] = -1.2  # the best accuracy of all, by luck
    trials = table(x, losses, [0.2, 0.0])
    measured = np.flatnonzero(np.isin(trials.numbers, [0, 20]))
    assert (losses[measured[1], 0] < np.delete(losses[:, 0], 20)).all()
    numbers = [number for each in recommend(trials).numbers for number in each]
    assert 20 not in numbers
    assert max(numbers) <= 4


def test_exact_objectives_give_the_measured_front_with_its_values():
    x = np.linspace(0, 1, 12)
    losses = np.column_stack([(x - 0.3) ** 2, (x - 0.7) ** 2])
    trials = table(x, losses, 0.0)
    found = recommend(trials)
    inside = (x >= 0.25) & (x <= 0.75)
    assert sorted(number for each in found.numbers for number in each) == np.flatnonzero(inside).tolist()
    rows = [each[0] for each in found.numbers]
    assert (found.losses == losses[rows]).all()
    assert (found.errors == 0).all()
    assert (np.diff(found.losses[:, 0]) > 0).all()


def test_smooth_objectives_of_unknown_noise_are_taken_as_exact():
    x = np.linspace(0, 1, 12)
    losses = np.column_stack([(x - 0.3) ** 2, (x - 0.7) ** 2])
    found = recommend(table(x, losses))
    assert (found.losses == losses[[each[0] for each in found.numbers]]).all()


def test_repeats_are_one_configuration_and_values_have_the_direction_of_the_user():
    trials = table([0.0, 0.0, 1.0], [[-0.9, 5], [-0.7, 5], [-0.5, 9]], [0.1, 0.0])
    found = recommend(trials)
    assert found.numbers == ((0, 1),)
    assert found.params == ({"x": 0.0},)
    assert found.values[0, 1] == 5
    assert 0.5 < found.values[0, 0] < 0.9
    (as_dict,) = found.to_dicts()
    assert as_dict["trials"] == [0, 1]
    assert as_dict["params"] == {"x": 0.0}
    assert as_dict["values"]["size"] == 5
    assert as_dict["errors"]["size"] == 0


def test_configuration_expected_outside_a_limit_is_recommended_only_if_all_are():
    limited = Objectives([Maximize("accuracy"), Minimize("size", at_most=6)])
    inside = recommend(table([0.0, 1.0], [[-0.5, 5], [-0.9, 5.9]], 0.0, limited))
    assert inside.numbers == ((1,), (0,))
    x = np.full(4, 0.5)  # one configuration with one lucky measurement inside the limit
    unlucky = recommend(table([*x, 0.9], [[-0.9, 5.9], [-0.9, 8], [-0.9, 8], [-0.9, 8], [-0.1, 1]], 0.1, limited))
    assert unlucky.numbers == ((4,),)
    assert recommend(table(x, [[-0.9, 5.9], [-0.9, 8], [-0.9, 8], [-0.9, 8]], 0.1, limited)).numbers == ((0,),)


def test_without_a_complete_trial_nothing_is_recommended():
    assert len(recommend(Trials(LINE, TWO))) == 0
    assert len(recommend(table([0.5], [[np.nan, np.nan]]))) == 0


def test_pending_and_failed_trials_are_not_recommended():
    trials = Trials(
        LINE,
        TWO,
        ({"x": 0.1}, {"x": 0.2}, {"x": 0.3}),
        losses=[[-0.5, 1], [np.nan, np.nan], [-0.9, 0.5]],
        losses_se=np.zeros((3, 2)),
        states=["complete", "pending", "failed"],
    )
    assert recommend(trials).numbers == ((0,),)


def test_trials_of_a_wrong_type_are_an_error():
    with pytest.raises(InvalidInputError, match="trials must be"):
        recommend([1, 2])
