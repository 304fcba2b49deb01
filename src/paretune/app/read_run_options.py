"""Read all options of a run: those that a user typed, and those in a study file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from paretune.app.run_options import RUN_OPTIONS, UNLIMITED, RunOptions
from paretune.errors import InvalidInputError, did_you_mean
from paretune.objectives import Objectives
from paretune.workloads.commands.yaml_with_lines import ValueWithLine

_REMEDIES = {
    "local": "give --cpus-per-trial and --gpus-per-trial to Ray",
    "ray": "add --executor ray",
}  # for an option of this executor, given to the other
POPULATION = "population"  # the searcher that ends by itself, and has a length
_OF_SCHEDULERS = ("min_resource", "max_resource", "eta")


def read_run_options(typed: Mapping[str, Any], in_file: Mapping[str, Any], objectives: Objectives) -> RunOptions:
    """Read the options of a run. A typed option replaces the one in the study file.

    Args:
        typed: typed options by name; None stands for an option that was not typed.
        in_file: entries under ``run`` in the study file. Entries for another executor than the typed one are ignored.
        objectives: of the study; a target may name them.

    Raises:
        InvalidInputError: a name or a value is wrong; the message has the line of an entry in a file.
    """
    for name, value in in_file.items():
        if name not in RUN_OPTIONS:
            raise _error_at(
                value, f"run has no {name!r}{did_you_mean(name, RUN_OPTIONS)}; it has {', '.join(RUN_OPTIONS)}"
            )
    in_file = _for_typed_searcher(typed.get("searcher"), in_file)
    given = {
        **{name: value for name, value in in_file.items() if _is_known_to(typed.get("executor"), name)},
        **{name: value for name, value in typed.items() if value is not None},
    }
    values = {name: _read(name, value) for name, value in given.items()}
    _check_executor(values, given)
    _check_scheduler(values, given)
    if "searcher" in values and "searcher_option" in values:
        _check_searcher_options(values["searcher"], values["searcher_option"], given["searcher_option"])
    if values.get("prefer"):
        _check_preference(values, given["prefer"], objectives)
    if "stop_at" in values:
        _check_target(given["stop_at"], values["stop_at"], objectives)
    if ("budget" in values or values.get("searcher") == POPULATION) and "trials" not in values:
        values["trials"] = UNLIMITED
    options = RunOptions(**values)
    if options.executor == "ray":
        options.trial_resources()  # raises before a study is made
    return options


def _for_typed_searcher(searcher: str | None, in_file: Mapping[str, Any]) -> Mapping[str, Any]:
    """Drop the options of the searcher in a study file if another searcher was typed."""
    if searcher is None:
        return in_file
    in_file = {name: value for name, value in in_file.items() if name != "prefer" or searcher == "bayes"}
    if "searcher" not in in_file or _read("searcher", in_file["searcher"]) == searcher:
        return in_file
    return {name: value for name, value in in_file.items() if name != "searcher_option"}


def _check_searcher_options(searcher: str, options: tuple[tuple[str, Any], ...], given: Any) -> None:
    from paretune.study.samplers import check_searcher

    with _located(given):
        check_searcher(searcher, dict(options))


def _check_preference(values: Mapping[str, Any], given: Any, objectives: Objectives) -> None:
    from paretune.study.samplers import check_searcher

    if "prefer" in dict(values.get("searcher_option", ())):
        raise _error_at(given, "prefer is also an option of the searcher here: leave one of them out")
    with _located(given):
        check_searcher(values.get("searcher") or "bayes", {"prefer": values["prefer"]}, objectives)


def _is_known_to(executor: str | None, name: str) -> bool:
    return not executor or RUN_OPTIONS[name].executor in ("", executor)


def _check_executor(values: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Refuse options of another executor, and workers of a GPU without a GPU."""
    executor = values.get("executor", RunOptions.executor)
    for name in values:
        if not _is_known_to(executor, name):
            owner = RUN_OPTIONS[name].executor
            raise _error_at(given[name], f"{name} is not for executor {executor}: {_REMEDIES[owner]}")
    if "per_device" in values and not values.get("devices"):
        raise _error_at(given["per_device"], "per_device says how many workers share a GPU: name GPUs by devices, too")


def _check_scheduler(values: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Refuse options of a scheduler without one, and bounds in the wrong order."""
    if values.get("scheduler", RunOptions.scheduler) == RunOptions.scheduler:
        for name in _OF_SCHEDULERS:
            if name == "max_resource" and ("budget" in values or values.get("searcher") == POPULATION):
                continue
            if name in values and "scheduler" not in given:
                raise _error_at(given[name], f"{name} is for schedulers: add --scheduler asha, or leave it out")
        return
    if values.get("eta", 2) < 2:
        raise _error_at(given["eta"], f"eta must be at least 2, but is {values['eta']}")
    low, high = values.get("min_resource", 1), values.get("max_resource")
    if high is not None and high < low:
        raise _error_at(given["max_resource"], f"max_resource must be at least min_resource={low}, but is {high}")


def _check_target(given: Any, target: str, objectives: Objectives) -> None:
    from paretune.study import Stop

    with _located(given):
        Stop(target=target).check(objectives)


def _read(name: str, value: Any) -> Any:
    with _located(value):
        return RUN_OPTIONS[name].read(name, value.to_plain() if isinstance(value, ValueWithLine) else value)


@contextmanager
def _located(value: Any) -> Iterator[None]:
    """Add the line in the study file to the message of an error about a value."""
    try:
        yield
    except InvalidInputError as error:
        raise _error_at(value, str(error)) from error


def _error_at(value: Any, message: str) -> InvalidInputError:
    return value.error(message) if isinstance(value, ValueWithLine) else InvalidInputError(message)
