"""Candidates: the front first, then those behind it."""

from paretune.workloads.builtin.architecture.candidates import choose_front
from tiny_architectures import JUDGE, TABLE

CHEAP, MIDDLE, DEAR = (("none",) * 3 + (name, "none", "none") for name in ("skip", "conv1", "conv3"))
UNCONNECTED = ("conv3",) + ("none",) * 5


def test_front_is_chosen_before_dominated_ones():
    candidates = {MIDDLE: 0.5, DEAR: 0.4, CHEAP: 0.3}
    assert set(choose_front(candidates, TABLE, 2)) == {MIDDLE, CHEAP}
    assert choose_front(candidates, TABLE, 9)[2] == DEAR


def test_candidate_without_path_is_never_chosen():
    assert choose_front({UNCONNECTED: 1.0, DEAR: 0.1}, TABLE, 3) == [DEAR]
    assert choose_front({UNCONNECTED: 1.0}, TABLE, 3) == []


def test_judge_states_error_and_cost():
    assert JUDGE.losses([DEAR]).tolist() == [[1 - 1 / 6, 4.0]]
    assert JUDGE.losses([]).shape == (0, 2)
