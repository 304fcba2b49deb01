"""Routes of SigOpt for observations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from paretune.errors import InvalidInputError
from paretune.server.api.access import ServiceOf
from paretune.server.security.refusal import RefusalError
from paretune.server.service import Service
from paretune.server.sigopt.access import BodyOf, CoreExperimentOf, ExperimentsOf, QueryOf, answer, path_id
from paretune.server.sigopt.fields import read_flag, read_list, read_object, require
from paretune.server.sigopt.observation import (
    Observation,
    describe_observation,
    live_observations,
    read_observation,
)
from paretune.server.sigopt.open_experiments import OpenExperiment
from paretune.server.sigopt.paging import PAGING, check_query, describe_page
from paretune.server.sigopt.write_observations import (
    delete_observations,
    edit_observation,
    find_observation,
    write_observations,
)

router = APIRouter(prefix="/v1/experiments/{experiment}/observations", include_in_schema=False)


@router.post("")
async def create_observation(found: CoreExperimentOf, body: BodyOf, service: ServiceOf) -> Response:
    """Observe a suggestion, or a configuration of the user's own."""
    return answer((await observe(service, found, [read_observation(body, found.experiment)]))[0])


@router.post("/batch")
async def create_observations(found: CoreExperimentOf, body: BodyOf, service: ServiceOf) -> Response:
    """Observe many at once, all or none."""
    fields = read_object(body, "", ("observations", "no_optimize", "dry_run"))
    given = read_list(require(fields, "observations"), "observations")
    limit = service.settings.limits.observations
    if len(given) > limit:
        raise InvalidInputError(f"observations: there are {len(given):,}, but at most {limit:,} are allowed")
    is_quiet, is_dry = (read_flag(fields.get(name, False), name) for name in ("no_optimize", "dry_run"))
    observations = []
    for i, each in enumerate(given, 1):
        try:
            observations.append(read_observation(each, found.experiment))
        except InvalidInputError as error:
            raise InvalidInputError(f"Error in observation {i}/{len(given)}: {error}") from None
    described = await observe(service, found, observations, is_quiet=is_quiet, is_dry=is_dry)
    return answer(describe_page(described, {"limit": str(limit)}))


@router.get("")
async def list_observations(found: CoreExperimentOf, query: QueryOf, experiments: ExperimentsOf) -> Response:
    """List observations, the newest first."""
    check_query(query, PAGING)
    observed = live_observations(await experiments.records(found))
    return answer(describe_page([describe_observation(found.id, found.experiment, r) for r in observed], query))


@router.delete("")
async def delete_all(found: CoreExperimentOf, service: ServiceOf) -> Response:
    """Delete all observations; their suggestions are open again."""
    await service.threads.write(delete_observations, found)
    _note_change(found)
    return answer({})


@router.get("/{observation}")
async def get_observation(
    observation: str, found: CoreExperimentOf, experiments: ExperimentsOf, request: Request
) -> Response:
    """Look at an observation."""
    record = find_observation(await experiments.records(found), path_id(observation, "observation"))
    return answer(describe_observation(found.id, found.experiment, record), request)


@router.put("/{observation}")
async def update_observation(observation: str, body: BodyOf, found: CoreExperimentOf, service: ServiceOf) -> Response:
    """Change an observation."""
    key = path_id(observation, "observation")
    number = await service.threads.write(edit_observation, found, key, body)
    _note_change(found)
    return answer((await _describe(service, found, [number]))[0])


@router.delete("/{observation}")
async def delete_observation(observation: str, found: CoreExperimentOf, service: ServiceOf) -> Response:
    """Delete an observation; its suggestion is open again, unless it has another observation."""
    await service.threads.write(delete_observations, found, path_id(observation, "observation"))
    _note_change(found)
    return answer({})


async def observe(
    service: Service,
    found: OpenExperiment,
    observations: Sequence[Observation],
    *,
    is_quiet: bool = False,
    is_dry: bool = False,
) -> list[dict[str, Any]]:
    """Write observations, and describe them.

    Args:
        service: the service.
        found: the experiment.
        observations: to write.
        is_quiet: whether nothing is to be computed now.
        is_dry: whether they are checked only.

    Raises:
        RefusalError: the study would have too many trials.
    """
    revision = await service.threads.read(found.opened.study.revision)
    if revision.n_trials + len(observations) > service.settings.limits.trials:
        raise RefusalError(409, "too_many_trials", "the experiment has too many observations: make a new one")
    numbers = await service.threads.write(write_observations, found, observations, is_dry=is_dry)
    if not is_quiet and not all(each.no_optimize for each in observations):
        found.opened.desk.prepare()
    found.opened.watch.poke()
    return await _describe(service, found, numbers)


async def _describe(service: Service, found: OpenExperiment, numbers: Sequence[int]) -> list[dict[str, Any]]:
    records = await service.threads.read(found.trials.some_records, numbers)
    return [describe_observation(found.id, found.experiment, record) for record in records]


def _note_change(found: OpenExperiment) -> None:
    found.opened.desk.prepare()
    found.opened.watch.poke()
