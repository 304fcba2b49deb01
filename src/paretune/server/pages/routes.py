"""The addresses of pages."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from paretune.errors import InvalidInputError, ParetuneError
from paretune.server.api.access import CallerOf, ServiceOf, StudyOf, open_study
from paretune.server.api.changes import change, let_go_on
from paretune.server.api.runs import check_study_scope
from paretune.server.api.views import study_info
from paretune.server.names import study_key
from paretune.server.pages.forms import read_configuration, read_count, read_form, read_limits, read_total
from paretune.server.pages.rendering import render
from paretune.server.pages.study_page import study_context
from paretune.server.runs.refit import DATA_FRACTION, refit_request
from paretune.server.security import checks
from paretune.server.security.guard import Caller
from paretune.server.security.refusal import RefusalError
from paretune.server.security.sessions import SESSION_SECONDS
from paretune.server.service import OpenStudy, Service

router = APIRouter(include_in_schema=False)
_STATIC = {"style.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}
MAX_COMPARED = 8
ACTIONS = ("stop", "end", "go-on", "change", "queue", "refit")


@router.get("/login")
async def get_login(
    request: Request, service: ServiceOf, token: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """Open the pages with the token of a link, or ask for one."""
    return await _log_in(request, service, token) if token else render(request, "login.html.j2", error="")


@router.post("/login")
async def post_login(request: Request, service: ServiceOf) -> Response:
    """Open the pages with the token of a form."""
    if not checks.may_use_cookie("POST", request.url.scheme, dict(request.headers)):
        raise RefusalError(403, "other_site", "a page of another site must not send this request")
    return await _log_in(request, service, read_form(await request.body()).get("token", "").strip())


async def _log_in(request: Request, service: Service, text: str) -> Response:
    guard, address = request.app.state.guard, (request.client.host if request.client else "")
    guard.check_failures(address)
    token = await service.threads.read(service.tokens.find, text)
    if token is None:
        guard.count_failure(address)
        return render(request, "login.html.j2", 401, error="The token is unknown, revoked or expired.")
    base = request.scope.get("root_path", "")
    answer = RedirectResponse(f"{base}/", 303)
    answer.set_cookie(
        service.policy.cookie,
        service.sessions.begin(token),
        max_age=int(SESSION_SECONDS),
        path=base or "/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


@router.post("/logout")
async def log_out(request: Request, service: ServiceOf) -> Response:
    """End the session."""
    service.sessions.end(request.cookies.get(service.policy.cookie, ""))
    base = request.scope.get("root_path", "")
    answer = RedirectResponse(f"{base}/login", 303)
    answer.delete_cookie(service.policy.cookie, path=base or "/")
    return answer


@router.get("/")
async def get_studies(request: Request, service: ServiceOf, caller: CallerOf) -> HTMLResponse:
    """The list of studies."""
    names = [name for name in await service.names() if caller.token.may_use(name)]
    studies = []
    for name in reversed(names):
        opened = await service.open(name)
        studies.append(await service.threads.read(study_info, opened.study))
    return render(request, "studies.html.j2", studies=studies)


@router.get("/studies/{key}")
async def get_study(
    request: Request, opened: StudyOf, service: ServiceOf, error: Annotated[str, Query(max_length=500)] = ""
) -> HTMLResponse:
    """The page of a study."""
    return render(request, "study.html.j2", error=error, **await _study_values(opened, service))


@router.get("/studies/{key}/live")
async def get_live_part(request: Request, opened: StudyOf, service: ServiceOf) -> HTMLResponse:
    """The part of the page that changes."""
    return render(request, "live.html.j2", error="", **await _study_values(opened, service))


@router.get("/studies/{key}/analysis")
async def get_analysis(opened: StudyOf, service: ServiceOf, caller: CallerOf) -> Response:
    """Compute what takes long: after this answer the live part has it."""
    from paretune.server.analysis import PageJob, page_numbers  # noqa: PLC0415 (loads reports, when asked for)

    view = await service.threads.read(opened.study.view)
    baseline = await _random_study(opened, service, caller)
    await service.analyze(opened.study, page_numbers, PageJob(view, baseline))
    return Response(status_code=204)


@router.post("/studies/{key}/{action}")
async def change_study(
    request: Request, action: str, opened: StudyOf, service: ServiceOf, caller: CallerOf
) -> Response:
    """Stop a study, let it go on, change its total or limits, put a configuration in its queue, or train again."""
    if action not in ACTIONS:
        raise RefusalError(404, "not_found", "no such address")
    form = read_form(await request.body()) if await request.body() else {}
    address = f"{request.scope.get('root_path', '')}/studies/{request.path_params['key']}"
    try:
        if action == "refit":
            address = f"{request.scope.get('root_path', '')}/started/{await _refit(opened, service, caller, form)}"
        else:
            await _change(opened, service, action, form)
    except (ParetuneError, RefusalError) as error:
        values = await _study_values(opened, service)
        return render(request, "study.html.j2", 400, error=str(error), **values)
    return RedirectResponse(address, 303)


@router.get("/compare")
async def compare(
    request: Request, service: ServiceOf, caller: CallerOf, study: Annotated[list[str] | None, Query()] = None
) -> HTMLResponse:
    """Compare two to eight studies: each with the first one."""
    from paretune.server.analysis import ComparisonJob, compare_numbers  # noqa: PLC0415 (loads reports, when asked for)

    keys = list(dict.fromkeys(study or ()))
    if not 2 <= len(keys) <= MAX_COMPARED:
        raise InvalidInputError(f"choose two to {MAX_COMPARED} studies to compare")
    opened = [await open_study(key, service, caller) for key in keys]
    views = [await service.threads.read(each.study.view) for each in opened]
    found = [
        await service.analyze(opened[0].study, compare_numbers, ComparisonJob(views[0], other)) for other in views[1:]
    ]
    return render(request, "compare.html.j2", first=views[0].name, comparisons=found)


@router.get("/studies/{key}/report.html")
async def get_report(opened: StudyOf, service: ServiceOf) -> Response:
    """The report of the study, to save: one page with everything in it."""
    from paretune.server.analysis import SummaryJob, report_page  # noqa: PLC0415 (loads reports, when asked for)

    view = await service.threads.read(opened.study.view)
    found = await service.analyze(opened.study, report_page, SummaryJob(view, models=True))
    headers = {
        "Content-Disposition": f'attachment; filename="{found["file"]}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(found["page"], media_type="text/html", headers=headers)


@router.get("/api")
async def get_api_page(request: Request, _caller: CallerOf) -> HTMLResponse:
    """The JSON interface, described from its schema."""
    return render(request, "api.html.j2", schema=request.app.openapi())


@router.get("/static/{name}")
async def get_static(name: str) -> Response:
    """Style, script and icon of the pages."""
    if name not in _STATIC:
        raise RefusalError(404, "not_found", "no such file")
    path = str(files("paretune.server.pages") / "static" / name)
    return FileResponse(path, media_type=_STATIC[name], headers={"Cache-Control": "max-age=300"})


@router.get("/favicon.ico")
async def get_icon() -> Response:
    """The icon, where a browser looks for it by itself."""
    return await get_static("icon.svg")


async def _change(opened: OpenStudy, service: Service, action: str, form: dict[str, str]) -> None:
    study = opened.study
    if action == "stop":
        await service.threads.write(study.stop)
    elif action == "end":
        await service.launcher.end(study.name)
    elif action == "go-on":
        await let_go_on(opened, service)
    elif action == "change":
        limits = read_limits(form, await service.threads.read(lambda: study.objectives))
        await change(opened, service, read_total(form.get("n_trials", "")), *limits)
    elif not await service.threads.write(study.enqueue, read_configuration(form.get("params", ""))):
        raise InvalidInputError("this configuration was tried, runs, or waits already")
    opened.watch.poke()


async def _refit(opened: OpenStudy, service: Service, caller: Caller, form: dict[str, str]) -> str:
    """Train the best configurations again, on all data; return the key of the study that shows it."""
    top = read_count("configurations", form.get("top", "5"))
    allowed = service.launcher.allowed_workload(opened.study.workload)
    settings = {DATA_FRACTION: 1.0} if DATA_FRACTION in allowed.options else {}
    request = await service.threads.read(refit_request, opened.study, top, settings, {})
    check_study_scope(caller, request.study)
    await service.launcher.start_refit(request)
    return study_key(request.study)


async def _study_values(opened: OpenStudy, service: Service) -> dict[str, Any]:
    """The values of a study's page."""
    info = await service.threads.read(study_info, opened.study, with_definition=True)
    try:
        view = await service.threads.read(opened.study.view)
    except InvalidInputError as error:  # a study of plain Optuna without trials
        return {"info": info, "empty": str(error), "may_write": False, "launch": None, "may_refit": False}
    activity = await service.threads.read(opened.study.activity)
    analysis = service.last_analysis(opened.study)
    context = await service.threads.read(study_context, view, activity, analysis)
    launch = await service.launcher.describe(opened.study.name)
    may_refit = opened.study.workload in service.launcher.allowed and not opened.study.refit_of
    return {
        "info": info,
        "empty": "",
        "may_write": opened.study.is_writable,
        "launch": launch,
        "may_refit": may_refit,
        **context,
    }


async def _random_study(opened: OpenStudy, service: Service, caller: CallerOf) -> Any:
    """A study of random search with the same space and objectives; None without one."""
    if not opened.study.is_writable:
        return None
    space, objectives = opened.study.space, await service.threads.read(lambda: opened.study.objectives)
    for name in await service.names():
        if name == opened.study.name or not caller.token.may_use(name):
            continue
        other = (await service.open(name)).study
        if await service.threads.read(other.is_random_search_of, space, objectives):
            return await service.threads.read(other.view)
    return None
