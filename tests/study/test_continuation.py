"""Tests of what a program is told when it goes on with a stored study."""

import logging
from functools import partial

import pytest
from optuna.storages import InMemoryStorage

from paretune import Float, Minimize, Study
from paretune.study.continuation import describe_function

pytestmark = pytest.mark.usefixtures("quiet_optuna")


def loss(params):
    return {"loss": params["x"]}


def other_loss(params):
    return {"loss": 1 - params["x"]}


class Callable:
    def __call__(self, params):
        return loss(params)


@pytest.fixture
def storage():
    return InMemoryStorage()


def open_study(storage, **arguments):
    return Study({"x": Float(0, 1)}, [Minimize("loss")], storage=storage, searcher="random", **arguments)


def said(caplog):
    messages = [record.getMessage() for record in caplog.records if record.name == "paretune"]
    caplog.clear()
    return messages


def test_run_that_goes_on_says_so_once_with_counts(storage, caplog):
    study = open_study(storage)
    study.run(loss, 3)
    study.run(loss, 4)
    assert said(caplog) == [], "its own trials are no news"
    again = open_study(storage)
    again.run(loss, 6)
    again.run(loss, 7)
    (message,) = said(caplog)
    assert message == (
        "study 'study' has 4 stored trials (4 complete): this goes on with them, up to 6 in all. "
        "To begin anew, give another name= or storage=, or delete the study"
    )
    open_study(storage).run(loss, 7)
    assert said(caplog)[0].startswith(
        "study 'study' has 7 stored trials (7 complete): nothing is left to run. To begin"
    )


def test_ask_that_goes_on_says_so_once(storage, caplog):
    study = open_study(storage)
    study.tell(study.ask(), reason="crashed")
    study.ask()
    again = open_study(storage)
    assert said(caplog) == []
    again.ask()
    again.ask()
    (message,) = said(caplog)
    assert message.startswith(
        "study 'study' has 2 stored trials (1 failed, 1 running): this goes on with them. To begin"
    )


def test_another_function_is_said(storage, caplog):
    open_study(storage).run(loss, 2)
    open_study(storage).run(partial(loss), 3)
    assert len(said(caplog)) == 1, "the same function"
    open_study(storage).run(other_loss, 4)
    _, message = said(caplog)
    assert message == (
        f"the trials of study 'study' were evaluated by {__name__}.loss, not {__name__}.other_loss: "
        "old and new results may not be comparable"
    )
    open_study(storage).run(other_loss, 5)
    assert len(said(caplog)) == 1, "this one is known now"


def test_another_source_of_a_function_is_said(storage, caplog, monkeypatch):
    study = open_study(storage)
    study.run(loss, 2)
    monkeypatch.setattr("inspect.getsource", lambda _: "def loss(params):\n    return 0")
    study.run(loss, 3)
    (message,) = said(caplog)
    assert f"evaluated by another source of {__name__}.loss" in message


def test_command_line_says_it_in_its_own_way(storage, caplog):
    open_study(storage).run(loss, 2)
    open_study(storage, command="paretune run").run(other_loss, 3)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_function_is_described_by_name_and_source():
    assert describe_function(loss) == describe_function(partial(partial(loss), 1))
    assert describe_function(loss)["sha256"] != describe_function(other_loss)["sha256"]
    assert describe_function(Callable())["name"] == f"{__name__}.Callable"
    assert describe_function(lambda p: p)["name"].endswith("<lambda>")
    assert describe_function(print) == {}, "it has no source"


@pytest.mark.parametrize(("n", "command", "n_lines"), [(5, "", 1), (4, "", 0), (5, "paretune run", 0)])
def test_more_objectives_than_measured_are_noticed_once(n, command, n_lines, storage, caplog):
    goals = [Minimize(f"f{i}") for i in range(n)]
    study = Study({"x": Float(0, 1)}, goals, storage=storage, searcher="random", command=command)
    study.run(lambda params: dict.fromkeys(study.objectives.names, params["x"]), 2)
    assert [line[:22] for line in said(caplog)] == ["There are 5 objectives"] * n_lines
