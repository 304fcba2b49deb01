"""Routes for studies: list, make, look, change, stop, go on."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from paretune.objectives import Objectives
from paretune.server.api import schemas
from paretune.server.api.access import CallerOf, ServiceOf, StudyOf
from paretune.server.api.changes import change, let_go_on
from paretune.server.api.views import study_info
from paretune.server.names import check_new_name
from paretune.server.security.refusal import RefusalError
from paretune.server.service import OpenStudy, Service
from paretune.space import Space

router = APIRouter(prefix="/api/studies", tags=["studies"])


@router.get("", response_model=schemas.StudyList)
async def list_studies(service: ServiceOf, caller: CallerOf) -> dict[str, Any]:
    """List the studies that the token may use."""
    names = [name for name in await service.names() if caller.token.may_use(name)]
    return {"studies": [await _info(service, await service.open(name)) for name in names]}


@router.post("", response_model=schemas.StudyInfo)
async def create_study(new: schemas.NewStudy, service: ServiceOf, caller: CallerOf) -> dict[str, Any]:
    """Make a study. The same request again returns it; 409 if the name is taken by another one."""
    name = check_new_name(new.name)
    if not caller.token.may_use(name):
        raise RefusalError(403, "scope", "the token may not use a study of that name")
    settings: dict[str, Any] = {"searcher": new.searcher, "seed": new.seed, "n_trials": new.n_trials}
    settings |= {"searcher_options": new.searcher_options, "scheduler": new.scheduler}
    settings["stop"] = {} if new.stop is None else new.stop.model_dump(exclude_defaults=True)
    opened = await service.create(name, Space.from_dict(new.space), Objectives.from_dict(new.objectives), settings)
    return await _info(service, opened, with_definition=True)


@router.get("/{key}", response_model=schemas.StudyInfo)
async def get_study(opened: StudyOf, service: ServiceOf) -> dict[str, Any]:
    """Look at a study: its state, space and objectives."""
    return await _info(service, opened, with_definition=True)


@router.patch("/{key}", response_model=schemas.StudyInfo)
async def change_study(changed: schemas.ChangedStudy, opened: StudyOf, service: ServiceOf) -> dict[str, Any]:
    """Change the total of trials, or set and move limits of objectives."""
    await change(opened, service, changed.n_trials, changed.at_least, changed.at_most)
    return await _info(service, opened, with_definition=True)


@router.post("/{key}/stop", response_model=schemas.StudyInfo)
async def stop_study(opened: StudyOf, service: ServiceOf) -> dict[str, Any]:
    """Ask every run and client of the study to begin no more trials; those that run may be finished."""
    await service.threads.write(opened.study.stop)
    opened.watch.poke()
    return await _info(service, opened)


@router.post("/{key}/go-on", response_model=schemas.StudyInfo)
async def go_on(opened: StudyOf, service: ServiceOf) -> dict[str, Any]:
    """Let a stopped study give trials again; a run that the service has started is started again."""
    await let_go_on(opened, service)
    return await _info(service, opened)


async def _info(service: Service, opened: OpenStudy, *, with_definition: bool = False) -> dict[str, Any]:
    return await service.threads.read(study_info, opened.study, with_definition=with_definition)
