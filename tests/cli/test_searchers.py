"""`paretune searchers`, and options of searchers on the command line."""

import pytest

from paretune.study import load
from running_studies import wait_for_trials

pytestmark = pytest.mark.end_to_end


def test_searchers_are_listed_with_their_options(paretune):
    code, out, _ = paretune("searchers")
    assert code == 0
    assert "bayes: trainings take seconds" in out
    assert "\n  --searcher-option population=5: number of members" in out
    assert out.count("learns from failures: ") == out.count("in parallel: ") == 14


def test_killed_run_keeps_its_options_and_ends_as_if_it_had_not_been_killed(paretune, start):
    words = ["run", "analytic", "--searcher", "hazero", "--trials", "9", "--set", "seconds=0.2", "--no-report"]
    options = ["--searcher-option", "population=4", "--searcher-option", "sigma=0.3"]
    process = start(*words, *options)
    wait_for_trials(5)
    process.kill()
    process.communicate()
    assert paretune(*words)[0] == 0
    assert paretune(*words, *options, "--study", "whole")[0] == 0
    parts, whole = load("analytic", "paretune.db"), load("whole", "paretune.db")
    assert [run["searcher_options"] for run in parts.origin["runs"]] == [{"population": 4, "sigma": 0.3}] * 2
    kept = parts.trials[~parts.trials.is_lost]
    assert sorted(map(str, kept.params)) == sorted(map(str, whole.trials.params))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--searcher-option", "population"], "searcher_option must be name=value, such as population=20"),
        (
            ["--searcher", "evolution", "--searcher-option", "populaton=3"],
            "searcher evolution has no option 'populaton' (did you mean 'population'?): it has population, ",
        ),
        (["--searcher-option", "population=3"], "searcher bayes has no option 'population': it has n_startup_trials"),
    ],
)
def test_wrong_option_is_one_line(paretune, words, message):
    code, _, err = paretune("run", "analytic", "--trials", 1, *words)
    assert code == 2
    assert message in err
    assert err.count("\n") == 1
