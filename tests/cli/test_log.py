"""`paretune log`: what a trial printed."""

import pytest

from paretune.study import load

pytestmark = pytest.mark.end_to_end


@pytest.mark.usefixtures("small_study")
def test_log_has_all_output_and_the_failure(paretune):
    paretune("run", "./study.yaml", "--no-report")
    trials = load("study", "paretune.db").trials
    number = int(trials.numbers[trials.is_failed][0])
    code, out, err = paretune("log", "study", number)
    assert code == 0
    assert f"begun with {trials.params[number]['x']}" in out
    assert "a warning" in out
    assert "ended with exit code 1" in err
    code, out, err = paretune("log", "study", 99)
    assert (code, out, err) == (2, "", "paretune: study 'study' has no trial 99; its last is 4\n")
