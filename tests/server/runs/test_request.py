"""Tests of a request to start a run."""

import shlex

import pytest

from paretune.errors import InvalidInputError
from paretune.server.runs.allowed import read_allowed
from paretune.server.runs.request import RunRequest

ALLOWED = read_allowed(["analytic seconds=0.5"])["analytic"]


def test_words_are_those_of_the_command_line():
    request = RunRequest(
        "analytic",
        "mine",
        {"width": "8:64", "optimizer": "adam"},
        {"accuracy": 0.5},
        {"latency": 0.25},
        {"trials": 5, "searcher": "bayes", "searcher_option": {"n_startup_trials": 4}, "stop_after": "2h"},
    )
    request.check(ALLOWED)
    assert shlex.join(request.words(ALLOWED, is_new=True)) == (
        "run --study=mine --trials=5 --searcher=bayes --searcher-option=n_startup_trials=4 --stop-after=2h --no-report "
        "--set=width=8:64 --set=optimizer=adam --set=seconds=0.5 --at-least=accuracy=0.5 --at-most=latency=0.25 "
        "-- analytic"
    )
    stored = shlex.join(request.words(ALLOWED, is_new=False))
    assert "--set" not in stored
    assert "--at-" not in stored  # the study has its own
    assert RunRequest.from_dict(request.to_dict()) == request


def test_refit_keeps_parameters():
    request = RunRequest("analytic", "nets-refit", run={"workers": 2}, refit_of="nets", top=3)
    request.check(ALLOWED)
    assert request.words(ALLOWED, is_new=True) == ["refit", "--top=3", "--workers=2", "--no-report", "--", "nets"]
    with pytest.raises(InvalidInputError, match="parameters keep their values"):
        RunRequest("analytic", "nets-refit", {"width": 8}, refit_of="nets").check(ALLOWED)
    with pytest.raises(InvalidInputError, match="'trials' cannot be chosen"):
        RunRequest("analytic", "nets-refit", run={"trials": 8}, refit_of="nets").check(ALLOWED)


@pytest.mark.parametrize(
    "name", ["on_end", "executor", "address", "log", "checkpoint_dir", "warm_start", "storage", "x"]
)
def test_commands_files_and_addresses_cannot_be_chosen(name):
    with pytest.raises(InvalidInputError, match="cannot be chosen"):
        RunRequest("analytic", "mine", run={name: "touch here"}).check(ALLOWED)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"settings": {"seconds": 1}}, "'seconds' cannot be set"),
        ({"settings": {"width": "0:64"}}, "must be"),
        ({"at_least": {"speed": 1.0}}, "speed"),
        ({"run": {"trials": 0}}, "trials must be between 1"),
        ({"run": {"searcher": "bayes", "searcher_option": {"population": 4}}}, "no option 'population'"),
        ({"run": {"stop_at": "speed>=1"}}, "speed"),
        ({"run": {"devices": "cuda:99"}}, "cuda:99"),
        ({"run": {"budget": "tea=5"}}, "tea"),
    ],
)
def test_wrong_request_is_refused(change, message):
    with pytest.raises(InvalidInputError, match=message):
        RunRequest("analytic", "mine", **change).check(ALLOWED)


def test_values_cannot_become_options_or_end_a_word():
    request = RunRequest("analytic", "--help", run={"stop_at": "--on-end=touch here"})
    words = request.words(ALLOWED, is_new=True)
    assert words[1:3] == ["--study=--help", "--stop-at=--on-end=touch here"]
    with pytest.raises(InvalidInputError, match="no command line may have"):
        RunRequest("analytic", "a\0b").words(ALLOWED, is_new=True)
