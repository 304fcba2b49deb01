import pytest

from paretune.errors import InvalidInputError
from paretune.schedulers import Asha, Hyperband, Median
from paretune.schedulers.rungs import passed_rungs, rung_steps, whole_logarithm


def test_rungs_are_powers_of_eta_below_the_end():
    assert rung_steps(1, 243, 3) == (1, 3, 9, 27, 81)
    assert rung_steps(4, 52, 3) == (4, 12, 36)
    assert rung_steps(7, 7, 2) == ()


def test_logarithm_is_exact_where_that_of_floats_is_not():
    for base in (2, 3, 5, 10):
        for power in range(1, 15):
            assert whole_logarithm(base**power, base) == power
            assert whole_logarithm(base**power - 1, base) == power - 1


def test_rung_that_a_trial_skipped_is_passed_at_its_next_report():
    assert passed_rungs((1, 3, 9), 5, -1) == (1, 3)
    assert passed_rungs((1, 3, 9), 5, 3) == ()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Asha(eta=1), "eta must be at least 2, since one of eta trials goes on at a rung, but is 1"),
        (lambda: Asha(eta=2.5), "eta must be a whole number, but is 2.5"),
        (lambda: Asha(min_resource=0), "min_resource must be at least 1 step, but is 0"),
        (lambda: Asha(min_resource=9, max_resource=3), "max_resource must be at least min_resource=9, but is 3"),
        (lambda: Asha(max_resource=1.5), "max_resource must be a whole number, but is 1.5"),
        (lambda: Asha(exempt=2), "exempt must be a share from 0 to 1, but is 2"),
        (lambda: Hyperband(max_resource=None), "max_resource must be the last step of a whole training, but is None"),
        (lambda: Hyperband(max_resource=3, min_resource=4), "max_resource must be at least min_resource=4, but is 3"),
        (lambda: Hyperband(max_resource=9, eta=0), "eta must be at least 2"),
        (lambda: Median(min_resource=-1), "min_resource must be at least 1 step, but is -1"),
        (lambda: Median(min_trials=1), "min_trials must be at least 2, but is 1"),
        (lambda: Median(exempt="all"), "exempt must be a share from 0 to 1, but is 'all'"),
    ],
)
def test_wrong_settings_give_one_clear_line(make, message):
    with pytest.raises(InvalidInputError) as error:
        make()
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)
