"""Options of a run on the command line."""

import inspect

import pytest
import typer
from typer.testing import CliRunner

from paretune.app.run_options import RUN_OPTIONS
from paretune.cli import options
from paretune.cli.refit import refit
from paretune.cli.run import run


def parse(command, *words):
    app, calls = typer.Typer(), []

    @app.command()
    @options.with_run_options(*command)
    def record(study: options.StudyName, storage: options.Storage = "paretune.db", **run_options):
        calls.append((study, storage, options.typed_run_options(run_options)))

    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    return calls[0]


def test_options_that_were_not_typed_are_none():
    study, storage, run_options = parse([], "mine")
    assert (study, storage) == ("mine", "paretune.db")
    assert run_options == dict.fromkeys(RUN_OPTIONS)


def test_options_have_the_type_of_their_declaration():
    words = (
        "--trials",
        "5",
        "--gpus-per-trial",
        "0.5",
        "--stop-after",
        "2h",
        "--log",
        "mlflow",
        "--log",
        "tensorboard",
    )
    given = {name: value for name, value in parse([], "mine", *words)[2].items() if value is not None}
    assert given == {"trials": 5, "gpus_per_trial": 0.5, "stop_after": "2h", "log": ["mlflow", "tensorboard"]}


def test_command_may_take_some_options_only():
    assert parse(["workers"], "mine", "--workers", "2")[2] == {"workers": 2}


@pytest.mark.parametrize(("command", "names"), [(run, set(RUN_OPTIONS)), (refit, {"workers", "on_end"})])
def test_commands_have_the_declared_options(command, names):
    assert set(RUN_OPTIONS) & set(inspect.signature(command).parameters) == names


def test_sources_are_made_of_words():
    columns = (["x"], ["size"], ["note"])
    sources = options.make_sources("p.db", True, (["acc"], None, None), (["acc=0.5"], ["lat=1"]), columns)
    assert (sources.parameters, sources.metrics) == (["x"], ["size"])
    assert (sources.storage, sources.is_csv, sources.ignored) == ("p.db", True, ["note"])
    assert (sources.at_least, sources.at_most) == ({"acc": 0.5}, {"lat": 1.0})
    assert sources.objectives.names == ("acc",)
