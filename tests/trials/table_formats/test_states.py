"""Tests of the words with which tools say how a trial ended."""

import pytest

from paretune.errors import FAILURE_REASONS
from paretune.trials.table import TRIAL_STATES
from paretune.trials.table_formats.states import STATE_WORDS, state_of_word


def test_each_word_means_a_state_of_trials():
    for state, reason in STATE_WORDS.values():
        assert state in ("", *TRIAL_STATES)
        assert reason in (FAILURE_REASONS if state == "failed" else ("",))


@pytest.mark.parametrize("word", ["timed out", "TIMED_OUT", "Timed-Out", "StatusType.TIMED_OUT"])
def test_case_and_separators_do_not_count(word):
    assert state_of_word(word) == ("failed", "timed_out")


def test_unknown_word_has_no_state_and_an_empty_one_lets_the_values_decide():
    assert state_of_word("blue") is None
    assert state_of_word("") == ("", "")
