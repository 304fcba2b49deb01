"""Routes for trials: ask, tell, report, add, queue, and read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi import Path as PathParameter

from paretune.errors import InvalidInputError, StudyEndedError
from paretune.evaluation.outcome import Outcome
from paretune.objectives import Objectives
from paretune.server.api import schemas
from paretune.server.api.access import RequestKey, ServiceOf, StudyOf
from paretune.server.api.views import trial_views
from paretune.server.security.refusal import RefusalError
from paretune.server.service import OpenStudy, Service
from paretune.server.suggestions.desk import Given
from paretune.study.hosted_study import HostedStudy
from paretune.study.study_reader import was_told_by

router = APIRouter(prefix="/api/studies/{key}", tags=["trials"])
Number = Annotated[int, PathParameter(ge=0, lt=2**31)]


@router.post("/ask", response_model=schemas.SuggestedTrials)
async def ask(opened: StudyOf, service: ServiceOf, request: RequestKey, asked: schemas.Ask | None = None) -> Any:
    """Ask for trials. 409 if the study gives no more, since it was stopped or has its total."""
    n = 1 if asked is None else asked.n
    await service.check_room(opened, n)
    given = await asyncio.gather(*(opened.desk.ask(request and f"{request}:{i}") for i in range(n)))
    trials = [_suggested(each) for each in given if each is not None]
    if not trials:
        raise StudyEndedError(f"study {opened.study.name!r} gives no more trials: it has its total")
    return {"trials": trials}


@router.post("/trials/{number}/tell", response_model=schemas.TrialView)
async def tell(
    number: Number, told: schemas.Told, opened: StudyOf, service: ServiceOf, request: RequestKey
) -> dict[str, Any]:
    """Tell the outcome of a trial: its metrics, or the reason of its failure."""
    stored = await _stored(opened, service, number)
    if stored.state.is_finished() and was_told_by(stored, request):
        return await _view(opened, service, number)
    if stored.state.is_finished():
        raise RefusalError(409, "not_pending", f"trial {number} has ended already: tell each trial once")
    outcome = await service.threads.read(_outcome, told, opened.study)
    await service.threads.write(_tell, opened, number, outcome, request)
    opened.desk.prepare()
    opened.watch.poke()
    return await _view(opened, service, number)


@router.post("/trials/{number}/report", response_model=schemas.GoOn)
async def report(number: Number, step: schemas.Step, opened: StudyOf, service: ServiceOf) -> dict[str, Any]:
    """Report the metrics of a step of a pending trial. The answer says whether the training should go on."""
    stored = await _stored(opened, service, number)
    if stored.state.is_finished():
        raise RefusalError(409, "not_pending", f"trial {number} has ended already")
    goes_on = await service.threads.write(opened.study.report, number, step.step, step.metrics)
    opened.watch.poke()
    return {"go_on": goes_on}


@router.post("/trials", response_model=schemas.AddedTrials)
async def add_trials(
    added: schemas.Observations, opened: StudyOf, service: ServiceOf, request: RequestKey
) -> dict[str, Any]:
    """Add trials that were evaluated elsewhere: all of them in one transaction, or none."""
    limit = service.settings.limits.observations
    if len(added.observations) > limit:
        raise RefusalError(413, "too_many", f"at most {limit:,} observations in one request")
    before = await service.threads.read(opened.study.find_told, request)
    if before:
        return {"numbers": before}
    observed = await service.threads.read(_observed, added.observations, opened.study)
    numbers = await service.threads.write(opened.study.add, observed, request)
    opened.desk.prepare()
    opened.watch.poke()
    return {"numbers": numbers}


@router.post("/queue")
async def enqueue(queued: schemas.Queued, opened: StudyOf, service: ServiceOf) -> dict[str, bool]:
    """Put a configuration in the queue. It is not put there if it was tried, runs or waits already."""
    was_queued = await service.threads.write(opened.study.enqueue, queued.params)
    opened.watch.poke()
    return {"queued": was_queued}


@router.get("/trials", response_model=schemas.TrialList)
async def list_trials(
    opened: StudyOf,
    service: ServiceOf,
    after: Annotated[int, Query(ge=-1)] = -1,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 500,
) -> dict[str, Any]:
    """List trials in the order of their numbers."""
    view = await service.threads.read(opened.study.view_some, after, limit)
    trials = [trial for trial in trial_views(view) if trial["number"] > after][:limit]
    last = trials[-1]["number"] if len(trials) == limit else None
    return {"trials": trials, "next_after": last}


@router.get("/trials/{number}", response_model=schemas.TrialView)
async def get_trial(number: Number, opened: StudyOf, service: ServiceOf) -> dict[str, Any]:
    """Look at a trial, with what it reported while it ran."""
    await _stored(opened, service, number)
    return await _view(opened, service, number)


def _suggested(given: Given) -> dict[str, Any]:
    return {
        "number": given.trial.number,
        "params": dict(given.trial.params),
        "source": given.source,
        "seconds": given.seconds,
        "tells_late": given.tells_late,
    }


def _observed(observations: Sequence[schemas.Observation], study: HostedStudy) -> list[tuple[dict[str, Any], Outcome]]:
    """Configuration and outcome of each observation.

    Raises:
        InvalidInputError: one is wrong; the message says which.
    """
    observed = []
    for i, each in enumerate(observations, 1):
        try:
            observed.append((study.space.check(each.params), _outcome(each, study)))
        except InvalidInputError as error:
            raise InvalidInputError(f"observation {i} of {len(observations)}: {error}") from error
    return observed


def _outcome(told: schemas.Told, study: HostedStudy) -> Outcome:
    """The outcome that a client tells.

    Raises:
        InvalidInputError: it has neither or both of metrics and a reason, a metric is missing or has a wrong name, or
            the reason is unknown.
    """
    if (told.metrics is None) == (not told.reason):
        raise InvalidInputError("give either metrics or a reason")
    if told.metrics is None:
        return Outcome.from_reason(told.reason, told.message)
    objectives = study.objectives
    _check_metrics(told.metrics, objectives)
    outcome = Outcome.from_metrics(told.metrics, objectives)
    if outcome.reason == "crashed":  # a name or a standard error is wrong: the client can mend it
        raise InvalidInputError(outcome.message)
    return outcome


def _check_metrics(metrics: Mapping[str, Any], objectives: Objectives) -> None:
    missing = [name for name in objectives.names if name not in metrics]
    if missing:
        raise InvalidInputError(f"the metric {missing[0]!r} is missing; give all of {', '.join(objectives.names)}")
    wrong = [name for name in objectives.names if type(metrics[name]) not in (int, float)]
    if wrong:
        raise InvalidInputError(f"the metric {wrong[0]!r} must be a number; tell a failure by its reason")


def _tell(opened: OpenStudy, number: int, outcome: Outcome, request: str) -> None:
    opened.study.tell(number, outcome, request)
    opened.study.end_if_over()


async def _stored(opened: OpenStudy, service: Service, number: int) -> Any:
    """A trial as it is stored.

    Raises:
        RefusalError: there is none of that number.
    """
    try:
        return await service.threads.read(opened.study.trial, number)
    except KeyError:
        raise RefusalError(404, "not_found", f"study {opened.study.name!r} has no trial {number}") from None


async def _view(opened: OpenStudy, service: Service, number: int) -> dict[str, Any]:
    view = await service.threads.read(opened.study.view_one, number)
    found = [trial for trial in trial_views(view, with_steps=True) if trial["number"] == number]
    if not found:
        raise RefusalError(409, "no_parameters", f"trial {number} waits, or has other parameters than the study")
    return found[0]
