"""The addresses of pages for runs that the service starts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from paretune.errors import ParetuneError
from paretune.server.api.access import CallerOf, ServiceOf
from paretune.server.api.runs import Key, check_study_scope, find_run
from paretune.server.names import study_key
from paretune.server.pages.forms import read_form
from paretune.server.pages.rendering import render
from paretune.server.pages.run_form import form_fields, read_run_form
from paretune.server.security.refusal import RefusalError
from paretune.server.service import Service

router = APIRouter(include_in_schema=False)


@router.get("/new")
async def get_form(
    request: Request, service: ServiceOf, _caller: CallerOf, workload: Annotated[str, Query(max_length=500)] = ""
) -> HTMLResponse:
    """The form for a new study; first a choice where several workloads are allowed."""
    allowed = service.launcher.allowed
    if not workload and len(allowed) != 1:
        return render(request, "workloads.html.j2", workloads=list(allowed.values()))
    return await _render_form(request, service, workload or next(iter(allowed)), {}, "")


@router.post("/new")
async def start_run(request: Request, service: ServiceOf, caller: CallerOf) -> Response:
    """Start the run that the form asks for."""
    form = read_form(await request.body())
    allowed = service.launcher.allowed_workload(form.get("workload", ""))
    try:
        wanted = read_run_form(form, allowed)
        check_study_scope(caller, wanted.study)
        await service.launcher.start(wanted)
    except (ParetuneError, RefusalError) as error:
        return await _render_form(request, service, allowed.name, form, str(error))
    return RedirectResponse(f"{request.scope.get('root_path', '')}/started/{study_key(wanted.study)}", 303)


@router.get("/started/{key}")
async def get_started(request: Request, key: Key, service: ServiceOf, caller: CallerOf) -> Response:
    """Wait until a run that was just started has made its study, then show that."""
    run = find_run(key, service, caller)
    if run.request.study in await service.names():
        return RedirectResponse(f"{request.scope.get('root_path', '')}/studies/{key}", 303)
    return render(request, "started.html.j2", run=run.describe())


async def _render_form(
    request: Request, service: Service, workload: str, form: dict[str, str], error: str
) -> HTMLResponse:
    allowed = service.launcher.allowed_workload(workload)
    values: dict[str, Any] = await service.threads.read(form_fields, allowed, await service.names())
    return render(request, "new.html.j2", 400 if error else 200, error=error, form=form, **values)
