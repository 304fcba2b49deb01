"""The text of a failed trial is read back as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune.evaluation.failure_text import FailureText, parse_failure_text, shows_out_of_memory

CAUSES = st.text(alphabet=st.characters(exclude_characters=";"))


@given(CAUSES, st.none() | st.text(), st.sampled_from(["", "python train.py", "sh -c 'exit 1'"]))
def test_parsing_inverts_formatting(cause, log_tail, program):
    failure = FailureText(cause, log_tail, program)
    assert parse_failure_text(str(failure), program) == failure


@given(st.text() | st.builds(lambda cause, log: str(FailureText(cause, log)), st.text(), st.text()))
def test_formatting_inverts_parsing_of_any_text(text):
    assert str(parse_failure_text(text)) == text


@pytest.mark.parametrize(
    ("failure", "text"),
    [
        (FailureText("loss is nan"), "loss is nan"),
        (FailureText("ended with exit code 1", ""), "ended with exit code 1; it left no log"),
        (
            FailureText("ended with exit code 1", "a\nb", "train.py"),
            "train.py ended with exit code 1; the last lines of its log:\na\nb",
        ),
    ],
)
def test_stored_text_never_changes(failure, text):
    """Databases hold these texts: an older one must be shown as before."""
    assert str(failure) == text


def test_program_inside_cause_is_taken_out():
    found = parse_failure_text("lost twice: train.py was killed by SIGKILL from outside; it left no log", "train.py")
    assert found == FailureText("lost twice: was killed by SIGKILL from outside", "", "train.py")


def test_program_in_log_stays():
    found = parse_failure_text("ValueError; the last lines of its log:\ntrain.py failed", "train.py")
    assert found == FailureText("ValueError", "train.py failed")


@pytest.mark.parametrize("line", ["MemoryError", "fork: Cannot allocate memory", "std::bad_alloc"])
def test_log_line_shows_out_of_memory(line):
    assert shows_out_of_memory(f"Error: {line}")
    assert not shows_out_of_memory("ValueError: remember")
