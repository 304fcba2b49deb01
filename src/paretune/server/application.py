"""The application: all routes behind the guard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from paretune.errors import (
    InvalidInputError,
    ParetuneError,
    SpaceExhaustedError,
    StudyEndedError,
    StudyMismatchError,
    StudyNotFoundError,
)
from paretune.server.api import admin, events, results, runs, studies, trials
from paretune.server.pages import routes as pages
from paretune.server.pages import run_routes as run_pages
from paretune.server.pages.rendering import render
from paretune.server.security.guard import FAILURE, Guard
from paretune.server.security.refusal import RefusalError, is_sigopt_path, refusal_body, sigopt_error
from paretune.server.service import Service
from paretune.server.settings import ServerSettings
from paretune.server.sigopt import experiment_routes, observation_routes, project_routes, run_routes, suggestion_routes

_STATUSES: tuple[tuple[type[ParetuneError], int, str], ...] = (
    (StudyNotFoundError, 404, "not_found"),
    (StudyMismatchError, 409, "other_study"),
    (StudyEndedError, 409, "study_ended"),
    (SpaceExhaustedError, 409, "space_exhausted"),
    (InvalidInputError, 400, "invalid"),
    (ParetuneError, 400, "failed"),
)


SIGOPT_ROUTES = (project_routes, experiment_routes, suggestion_routes, observation_routes, run_routes)


class Application(Guard):
    """The ASGI application of the service.

    Args:
        settings: how it is started.

    Raises:
        InvalidInputError: the storage or the file of tokens cannot be read.
    """

    def __init__(self, settings: ServerSettings) -> None:
        self.service = Service(settings)
        self.routes_app = _make_routes(self.service)
        super().__init__(self.routes_app, self.service.policy)
        self.routes_app.state.guard = self


def _make_routes(service: Service) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await service.close()

    app = FastAPI(
        title="Paretune",
        version="1",
        summary="Suggestions for the trials of a study, and how sure its front is.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.service = service
    for part in (studies, trials, results, events, runs, admin, *SIGOPT_ROUTES, run_pages, pages):
        app.router.routes.extend(part.router.routes)  # `include_router` would build each of them once more
    app.add_api_route("/health", _health, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_exception_handler(ParetuneError, _answer_error)
    app.add_exception_handler(RefusalError, _answer_error)
    app.add_exception_handler(RequestValidationError, _answer_error)
    app.add_exception_handler(HTTPException, _answer_error)
    app.add_exception_handler(Exception, _answer_error)
    return app


async def _health() -> dict[str, str]:
    """Whether the service answers."""
    return {"status": "ok"}


async def _answer_error(request: Request, error: Exception) -> Response:
    status, code, message, headers = _describe(request, error)
    if is_sigopt_path(request.url.path.removeprefix(request.scope.get("root_path", ""))):
        return Response(sigopt_error(status, message), status, headers, media_type="application/json")
    if "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/"):
        return render(request, "error.html.j2", status, message=message, request_id=request.state.request_id)
    body = refusal_body(code, message, request.state.request_id)
    return Response(body, status, headers, media_type="application/json")


def _describe(request: Request, error: Exception) -> tuple[int, str, str, dict[str, str]]:
    """Status, code, message and headers of the answer to an error."""
    if isinstance(error, RefusalError):
        return error.status, error.code, error.message, dict(error.headers)
    if isinstance(error, RequestValidationError):
        return 400, "invalid", _describe_validation(error), {}
    if isinstance(error, HTTPException):
        return error.status_code, "http", str(error.detail), dict(error.headers or {})
    if isinstance(error, StudyNotFoundError):  # its own message lists studies that the token may not use
        return 404, "not_found", f"no study {str(request.path_params.get('key', ''))[:100]!r}", {}
    for kind, status, code in _STATUSES:
        if isinstance(error, kind):
            return status, code, str(error), {}
    return FAILURE.status, FAILURE.code, FAILURE.message, {}


def _describe_validation(error: RequestValidationError) -> str:
    first: dict[str, Any] = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part != "body")
    return f"{place}: {first['msg']}" if place else str(first["msg"])
