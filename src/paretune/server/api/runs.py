"""Routes for runs that the service starts, of workloads that its operator allows."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path

from paretune.server.api import schemas
from paretune.server.api.access import CallerOf, ServiceOf, StudyOf
from paretune.server.names import study_name
from paretune.server.runs.launcher import StartedRun
from paretune.server.runs.refit import refit_request
from paretune.server.runs.request import RunRequest, describe_run_options
from paretune.server.security.guard import Caller
from paretune.server.security.refusal import RefusalError
from paretune.server.service import Service

router = APIRouter(prefix="/api", tags=["runs"])
Key = Annotated[str, Path(max_length=2_000)]


@router.get("/workloads")
async def list_workloads(service: ServiceOf) -> dict[str, Any]:
    """List what the service may start, with the settings that may be chosen, and their defaults."""
    described = [allowed.describe() for allowed in service.launcher.allowed.values()]
    return {"workloads": described, "run": describe_run_options()}


@router.get("/runs", response_model=schemas.RunList)
async def list_runs(service: ServiceOf, caller: CallerOf) -> dict[str, Any]:
    """List the runs that the service has started: the last one of each study."""
    runs = [run for run in service.launcher.runs() if caller.token.may_use(run.request.study)]
    return {"runs": [run.describe() for run in runs]}


@router.post("/runs", response_model=schemas.RunInfo)
async def start_run(new: schemas.NewRun, service: ServiceOf, caller: CallerOf) -> dict[str, Any]:
    """Start the run of a new study. 403 if the operator does not allow its workload; 409 if the study exists."""
    check_study_scope(caller, new.study)
    started = await service.launcher.start(RunRequest(**new.model_dump()))
    return started.describe()


@router.get("/runs/{key}", response_model=schemas.RunInfo)
async def get_run(key: Key, service: ServiceOf, caller: CallerOf) -> dict[str, Any]:
    """Look at the last run of a study: whether it is under way, and the end of what it printed."""
    return find_run(key, service, caller).describe()


@router.delete("/runs/{key}", response_model=schemas.RunInfo)
async def end_run(key: Key, service: ServiceOf, caller: CallerOf) -> dict[str, Any]:
    """End a run now. Its unfinished trials are tried again when the study goes on."""
    found = find_run(key, service, caller)
    await service.launcher.end(found.request.study)
    return found.describe()


@router.post("/studies/{key}/refit", response_model=schemas.RunInfo)
async def refit(new: schemas.NewRefit, opened: StudyOf, service: ServiceOf, caller: CallerOf) -> dict[str, Any]:
    """Train the best configurations of a study again, as the study NAME-refit."""
    request = await service.threads.read(refit_request, opened.study, new.top, new.settings, new.run)
    check_study_scope(caller, request.study)
    return (await service.launcher.start_refit(request)).describe()


def check_study_scope(caller: Caller, study: str) -> None:
    """Check that a token may use the study that a run would make.

    Raises:
        RefusalError: it may not.
    """
    if not caller.token.may_use(study):
        raise RefusalError(403, "scope", f"the token may not use a study {study[:100]!r}")


def find_run(key: str, service: Service, caller: Caller) -> StartedRun:
    """The last run of the study with a key in addresses.

    Raises:
        RefusalError: the service has started none, or the token may not use the study.
    """
    name = study_name(key)
    found = service.launcher.find(name) if caller.token.may_use(name) else None
    if found is None:
        raise RefusalError(404, "not_found", f"no run of a study {name[:100]!r} was started here")
    return found
