"""Asking ahead keeps slots busy; whether it is worth its price is held against a simulated queue."""

import heapq

import pytest

from paretune.study.prefetch import PrefetchTimer


def idle(suggestion: float, training: float, n_slots: int, n_trials: int = 3000) -> float:
    """The share of the slots' time that passes in waiting where each asks when it is free, one after another."""
    free = [0.0] * n_slots  # when each slot begins to wait
    asked, waited = 0.0, 0.0
    for _ in range(n_trials):
        since = heapq.heappop(free)
        asked = max(asked, since) + suggestion
        waited += asked - since
        heapq.heappush(free, asked + training)
    return waited / (waited + n_trials * training)


def should_prefetch(suggestion: float, training: float, n_slots: int) -> bool:
    pace = PrefetchTimer(n_slots)
    pace.record_suggestion(suggestion)
    pace.record_training(training)
    return pace.should_prefetch


@pytest.mark.parametrize("n_slots", [1, 2, 4, 8, 32, 128])
@pytest.mark.parametrize("training", [0.5, 2.0, 16.0, 60.0, 600.0])
@pytest.mark.parametrize("suggestion", [0.05, 0.25, 1.0, 5.0])
def test_slots_that_would_idle_for_a_twentieth_get_their_next_trial_ahead(suggestion, training, n_slots):
    share = idle(suggestion, training, n_slots)
    if share > 0.05:
        assert should_prefetch(suggestion, training, n_slots)
    if should_prefetch(suggestion, training, n_slots) and n_slots * suggestion < 0.5 * training:
        assert share > 0.01


def test_where_trainings_take_no_time_nothing_is_to_be_gained():
    assert not should_prefetch(1.0, 0.001, 1)


def test_before_a_training_has_ended_nobody_knows():
    pace = PrefetchTimer(1)
    pace.record_suggestion(1.0)
    assert not pace.should_prefetch
    pace.record_training(None)
    assert not pace.should_prefetch
