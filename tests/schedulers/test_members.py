from paretune.schedulers.members import find_boundary
from paretune.trials.birth import Birth
from schedulers.populations import members

BOUNDARIES = range(5, 20, 5)


def test_nobody_waits():
    assert find_boundary(members([[1]], [3], ["pending"]), BOUNDARIES) is None


def test_boundary_is_complete_once_nobody_is_on_the_way():
    found = find_boundary(members([[1], [2]], [5, 3], ["paused", "pending"]), BOUNDARIES)
    assert (found.step, found.waiting, found.reached, found.is_complete) == (5, {0}, {0}, False)
    assert find_boundary(members([[1], [2]], [5, 5], ["paused", "paused"]), BOUNDARIES).is_complete


def test_first_boundary_comes_before_a_later_one():
    given = members([[1], [2]], [10, 5], ["paused", "paused"], released={0: 5})
    assert find_boundary(given, BOUNDARIES).step == 5


def test_training_that_reports_a_step_too_many_waits_at_the_boundary_before():
    given = members([[1], [2]], [7, 5], ["paused", "paused"])
    assert [given.waits_at(number, BOUNDARIES) for number in (0, 1)] == [5, 5]
    assert find_boundary(given, BOUNDARIES).waiting == {0, 1}


def test_member_that_the_budget_paused_waits_at_no_boundary():
    given = members([[1]], [7], ["paused"], released={0: 5})
    assert given.waits_at(0, BOUNDARIES) is None


def test_copy_is_a_member_from_the_next_boundary_on():
    born = {1: Birth(0, 5, 9)}
    assert find_boundary(members([[1], [2]], [5, 5], ["paused", "pending"], born), BOUNDARIES).reached == {0}
    later = find_boundary(members([[1], [2]], [10, 7], ["paused", "pending"], born, {0: 5}), BOUNDARIES)
    assert (later.step, later.is_complete) == (10, False)


def test_failed_member_counts_at_the_boundary_that_it_did_not_reach():
    losses, states = [[1], [2], [3]], ["paused", "failed crashed", "failed crashed"]
    assert find_boundary(members(losses, [5, 0, 3], states), BOUNDARIES).failed == (1, 2)
    assert find_boundary(members(losses, [10, 0, 6], states, released={0: 5}), BOUNDARIES).failed == (2,)


def test_member_that_has_ended_or_was_lost_is_no_longer_one():
    states = ["paused", "complete", "failed lost", "stopped"]
    found = find_boundary(members([[1]] * 4, [5, 3, 2, 1], states), BOUNDARIES)
    assert (found.reached, found.failed, found.is_complete) == ({0}, (), True)
