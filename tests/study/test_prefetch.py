"""Tests of when to prefetch the next suggestion, against a simulated queue."""

import heapq

import pytest

from paretune.study.prefetch import PrefetchTimer


def idle(suggestion: float, training: float, n_slots: int, n_trials: int = 3000) -> float:
    """The share of time that slots wait for suggestions, if each asks when it is free and suggestions queue up."""
    free = [0.0] * n_slots  # the time at which each slot becomes free
    suggested, waited = 0.0, 0.0
    for _ in range(n_trials):
        since = heapq.heappop(free)
        suggested = max(suggested, since) + suggestion
        waited += suggested - since
        heapq.heappush(free, suggested + training)
    return waited / (waited + n_trials * training)


def should_prefetch(suggestion: float, training: float, n_slots: int) -> bool:
    timer = PrefetchTimer(n_slots)
    timer.record_suggestion(suggestion)
    timer.record_training(training)
    return timer.should_prefetch


@pytest.mark.parametrize("n_slots", [1, 2, 4, 8, 32, 128])
@pytest.mark.parametrize("training", [0.5, 2.0, 16.0, 60.0, 600.0])
@pytest.mark.parametrize("suggestion", [0.05, 0.25, 1.0, 5.0])
def test_next_trial_is_prefetched_if_slots_would_idle_for_a_twentieth(suggestion, training, n_slots):
    share = idle(suggestion, training, n_slots)
    if share > 0.05:
        assert should_prefetch(suggestion, training, n_slots)
    if should_prefetch(suggestion, training, n_slots) and n_slots * suggestion < 0.5 * training:
        assert share > 0.01


def test_instant_trainings_need_no_prefetching():
    assert not should_prefetch(1.0, 0.001, 1)


def test_nothing_is_prefetched_before_a_training_has_ended():
    timer = PrefetchTimer(1)
    timer.record_suggestion(1.0)
    assert not timer.should_prefetch
    timer.record_training(None)
    assert not timer.should_prefetch
