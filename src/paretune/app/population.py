"""The options of a population that follow from the workload: how long a part is, and which parameters may change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from paretune.app.run_options import RunOptions
from paretune.errors import InvalidInputError
from paretune.evaluation.contract import Evaluate
from paretune.space import Space
from paretune.workloads import Workload

if TYPE_CHECKING:
    from paretune.searchers.population import PopulationSearch


def complete_options(
    given: Mapping[str, Any], run: RunOptions, workload: Workload, settings: Mapping[str, Any], space: Space
) -> dict[str, Any]:
    """Return the options of the searcher ``population``, with those that the workload knows.

    Args:
        given: options of the searcher by name.
        run: options of the run.
        workload: it may know the last step of a whole training, and the parameters that may change.
        settings: all options of the workload.
        space: the parameters that are searched.

    Raises:
        InvalidInputError: an option is wrong, the interval is not known, no parameter may change, or the run has a rule
            that does not fit a population.
    """
    from paretune.searchers.registry import POPULATION, make_searcher

    _check_run(run, workload, settings)
    search: Any = make_searcher(POPULATION, given)
    change = search.change or ",".join(name for name in workload.changeable if space[name].n_levels != 1)
    if not change:
        raise InvalidInputError(
            f"searcher population changes parameters while a training goes on, but {workload.name} names none that may "
            "change: name some, such as --searcher-option change=learning_rate, but none that sets shapes of weights"
        )
    return {**given, "change": change, **_parts(search, _length(run, workload, settings), workload)}


def check_evaluation(workload: Workload, evaluate: Evaluate) -> None:
    """Check that a workload trains in parts.

    Raises:
        InvalidInputError: it reports no steps, or cannot save.
    """
    from paretune.evaluation.contract import takes_checkpoint, takes_report

    if not takes_checkpoint(evaluate):
        lacks = "cannot save its trainings" if takes_report(evaluate) else "reports no steps"
        raise InvalidInputError(
            f"{workload.name} {lacks}, so searcher population cannot copy them: choose another searcher"
        )


def _check_run(run: RunOptions, workload: Workload, settings: Mapping[str, Any]) -> None:
    if run.scheduler != "none":
        raise InvalidInputError(
            f"searcher population decides itself which trainings go on: leave --scheduler {run.scheduler} out"
        )
    if settings.get("repeats", 1) != 1:
        raise InvalidInputError(
            f"searcher population copies single trainings: set repeats=1 of {workload.name}, not {settings['repeats']}"
        )


def _length(run: RunOptions, workload: Workload, settings: Mapping[str, Any]) -> int | None:
    if run.max_resource is not None or workload.last_step is None:
        return run.max_resource
    return workload.last_step(settings)


def _parts(search: PopulationSearch, length: int | None, workload: Workload) -> dict[str, int]:
    """The interval, and the number of parts as far as the training is long enough."""
    if length is None:
        if search.interval:
            return {"interval": search.interval}
        raise InvalidInputError(
            f"searcher population must know how long a training of {workload.name} is: give the steps of a part, such "
            "as --searcher-option interval=5, or the last step of a whole training as max_resource"
        )
    interval = search.interval or -(-length // search.generations)
    if interval >= length:
        raise InvalidInputError(
            f"a part of {interval} steps must be shorter than a whole training, which has {length}: give a smaller "
            "interval, or leave it out"
        )
    return {"interval": interval, "generations": min(search.generations, -(-length // interval))}
