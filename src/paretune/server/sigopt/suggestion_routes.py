"""Routes of SigOpt for suggestions, and for the queue of those that the user wants to be evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from paretune.errors import InvalidInputError
from paretune.server.api.access import ServiceOf
from paretune.server.security.refusal import RefusalError
from paretune.server.service import Service
from paretune.server.sigopt.access import BodyOf, CoreExperimentOf, ExperimentsOf, QueryOf, answer, path_id
from paretune.server.sigopt.fields import read_choice, read_metadata, read_object, require
from paretune.server.sigopt.observation import read_assignments
from paretune.server.sigopt.open_experiments import SUGGESTION_NOTES, Experiments, OpenExperiment
from paretune.server.sigopt.paging import PAGING, check_query, describe_page
from paretune.server.sigopt.suggestion import (
    SUGGESTION_NOTES as NOTED,
)
from paretune.server.sigopt.suggestion import (
    by_suggestion,
    describe_queued,
    describe_suggestion,
    pending_trial,
)
from paretune.study.hosted_study import HostedStudy
from paretune.study.hosted_trials import TrialRecord

router = APIRouter(prefix="/v1/experiments/{experiment}", include_in_schema=False)


@router.post("/suggestions")
async def create_suggestion(found: CoreExperimentOf, body: BodyOf, service: ServiceOf) -> Response:
    """Suggest the next configuration, or take one of the user's own."""
    fields = read_object(body, "", ("metadata", "assignments", "task"))
    if "task" in fields:
        raise InvalidInputError("task: this service has no multitask experiments; leave the field out")
    notes = {NOTED: read_metadata(fields.get("metadata", {}))}
    number = await begin_trial(service, found, fields.get("assignments"), notes)
    record = await service.threads.read(found.trials.some_records, [number])
    return answer(describe_suggestion(found.id, number + 1, record, deleted=False, metadata=None))


@router.get("/suggestions")
async def list_suggestions(
    found: CoreExperimentOf, query: QueryOf, experiments: ExperimentsOf, service: ServiceOf
) -> Response:
    """List suggestions: those of a state, or some by their ids."""
    check_query(query, (*PAGING, "state", "id", "deleted"))
    listed = list((await _described(found, experiments, service)).values())
    wants_deleted = query.get("deleted", "false").lower()
    if wants_deleted != "all":
        listed = [each for each in listed if each["deleted"] == (wants_deleted == "true")]
    if query.get("state"):
        state = read_choice(query["state"], "state", ("open", "closed"))
        listed = [each for each in listed if each["state"] == state]
    if query.get("id"):
        listed = [each for each in listed if each["id"] in query["id"].split(",")]
    return answer(describe_page(listed, query))


@router.get("/suggestions/{suggestion}")
async def get_suggestion(
    suggestion: str, found: CoreExperimentOf, experiments: ExperimentsOf, service: ServiceOf, request: Request
) -> Response:
    """Look at a suggestion."""
    return answer(await _one(suggestion, found, experiments, service), request)


@router.put("/suggestions/{suggestion}")
async def update_suggestion(
    suggestion: str, body: BodyOf, found: CoreExperimentOf, experiments: ExperimentsOf, service: ServiceOf
) -> Response:
    """Change the metadata of a suggestion."""
    read_object(body, "", ("metadata",))
    metadata = read_metadata(body.get("metadata") or {})
    key = int((await _one(suggestion, found, experiments, service))["id"])
    documents = await experiments.documents()
    known = await service.threads.read(documents.find, SUGGESTION_NOTES, found.id, str(key))
    if known:
        await service.threads.write(documents.change, known[0], lambda _body: metadata)
    else:
        await service.threads.write(documents.insert, SUGGESTION_NOTES, [metadata], found.id, str(key))
    return answer(await _one(suggestion, found, experiments, service))


@router.delete("/suggestions/{suggestion}")
async def delete_suggestion(
    suggestion: str, found: CoreExperimentOf, experiments: ExperimentsOf, service: ServiceOf
) -> Response:
    """Delete a suggestion; an open one is not evaluated any more, and is no failure."""
    key = int((await _one(suggestion, found, experiments, service))["id"])
    await _delete(found, {key}, experiments, service)
    return answer({})


@router.delete("/suggestions")
async def delete_suggestions(
    found: CoreExperimentOf, query: QueryOf, experiments: ExperimentsOf, service: ServiceOf
) -> Response:
    """Delete all suggestions, or those of a state."""
    check_query(query, ("state",))
    state = read_choice(query["state"], "state", ("open", "closed")) if query.get("state") else None
    described = await _described(found, experiments, service)
    await _delete(found, {k for k, each in described.items() if state in (None, each["state"])}, experiments, service)
    return answer({})


@router.post("/queued_suggestions")
async def queue_suggestion(found: CoreExperimentOf, body: BodyOf, service: ServiceOf) -> Response:
    """Queue a configuration: it is suggested before anything computed."""
    fields = read_object(body, "", ("assignments", "task"))
    if "task" in fields:
        raise InvalidInputError("task: this service has no multitask experiments; leave the field out")
    params = read_assignments(require(fields, "assignments"), found.experiment)
    number = await service.threads.write(found.trials.queue, params, {})
    found.opened.watch.poke()
    return answer(describe_queued(found.id, (await _queue(found, service))[str(number + 1)]))


@router.get("/queued_suggestions")
async def list_queue(found: CoreExperimentOf, query: QueryOf, service: ServiceOf) -> Response:
    """List the queue."""
    check_query(query, PAGING)
    queued = [describe_queued(found.id, record) for record in (await _queue(found, service)).values()]
    return answer(describe_page(queued, query))


@router.get("/queued_suggestions/{queued}")
async def get_queued(queued: str, found: CoreExperimentOf, service: ServiceOf, request: Request) -> Response:
    """Look at a suggestion in the queue."""
    return answer(describe_queued(found.id, await _queued(queued, found, service)), request)


@router.delete("/queued_suggestions/{queued}")
async def delete_queued(queued: str, found: CoreExperimentOf, service: ServiceOf) -> Response:
    """Take a suggestion out of the queue."""
    await service.threads.write(found.trials.drop, await _queued(queued, found, service))
    found.opened.watch.poke()
    return answer({})


@router.delete("/queued_suggestions")
async def delete_queue(found: CoreExperimentOf, service: ServiceOf) -> Response:
    """Empty the queue."""
    for record in (await _queue(found, service)).values():
        await service.threads.write(found.trials.drop, record)
    found.opened.watch.poke()
    return answer({})


async def begin_trial(service: Service, found: OpenExperiment, assignments: Any, notes: Mapping[str, Any]) -> int:
    """Begin a trial of a suggested configuration, or of the user's own; return its number.

    Raises:
        InvalidInputError: the configuration does not fit.
        StudyEndedError: the study was stopped.
        RefusalError: the experiment has too many open suggestions.
    """
    study: HostedStudy = found.opened.study
    await service.check_room(found.opened)
    if assignments is not None:
        params = read_assignments(assignments, found.experiment)
        number = await service.threads.write(found.trials.claim, params, notes)
    else:
        given = await found.opened.desk.ask(attributes=found.trials.attributes(notes))
        if given is None:
            raise RefusalError(409, "study_ended", f"study {study.name!r} gives no more trials: it has its total")
        number = given.trial.number
    found.opened.watch.poke()
    return int(number)


async def _described(found: OpenExperiment, experiments: Experiments, service: Service) -> dict[int, dict[str, Any]]:
    """All suggestions by id, in its order."""
    suggestions = by_suggestion(await experiments.records(found))
    documents = await experiments.documents()
    changed = await service.threads.read(documents.find, SUGGESTION_NOTES, found.id)
    notes = {int(document.label): document.body for document in changed}
    gone = set(found.experiment.deleted_suggestions)
    return {
        key: describe_suggestion(found.id, key, suggestions[key], deleted=key in gone, metadata=notes.get(key))
        for key in sorted(suggestions)
    }


async def _one(suggestion: str, found: OpenExperiment, experiments: Experiments, service: Service) -> dict[str, Any]:
    key = path_id(suggestion, "suggestion")
    described = await _described(found, experiments, service)
    if key not in described:
        raise RefusalError(404, "not_found", f"there is no suggestion {key}")
    return described[key]


async def _delete(found: OpenExperiment, keys: set[int], experiments: Experiments, service: Service) -> None:
    suggestions = by_suggestion(await experiments.records(found))
    for key in sorted(keys):
        if (pending := pending_trial(suggestions[key])) is not None:
            await service.threads.write(found.trials.drop, pending)
    found.opened.watch.poke()
    await experiments.change(
        found,
        lambda experiment: replace(experiment, deleted_suggestions=sorted({*experiment.deleted_suggestions, *keys})),
    )


async def _queue(found: OpenExperiment, service: Service) -> dict[str, TrialRecord]:
    records = await service.threads.read(found.trials.records)
    return {str(r.number + 1): r for r in records if r.state == "queued" and not r.is_dropped}


async def _queued(queued: str, found: OpenExperiment, service: Service) -> TrialRecord:
    key, queue = str(path_id(queued, "queued suggestion")), await _queue(found, service)
    if key not in queue:
        raise RefusalError(404, "not_found", f"there is no queued suggestion {key}")
    return queue[key]
