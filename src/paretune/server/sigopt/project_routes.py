"""Routes of SigOpt for tokens, clients and projects: there is one client, and any project exists once it is named."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from paretune.errors import InvalidInputError
from paretune.server.api.access import CallerOf, ServiceOf
from paretune.server.security.refusal import RefusalError
from paretune.server.security.tokens import Scope
from paretune.server.service import Service
from paretune.server.sigopt.access import BodyOf, ExperimentsOf, QueryOf, answer
from paretune.server.sigopt.fields import read_metadata, read_object, read_text, require
from paretune.server.sigopt.open_experiments import PROJECT, RUN, Experiments
from paretune.server.sigopt.paging import PAGING, check_query, describe_page
from paretune.study.documents import Document

router = APIRouter(prefix="/v1", include_in_schema=False)
_PROJECT = re.compile(r"[a-z0-9\-_.]{1,100}")


@router.get("/tokens/self")
async def get_token(caller: CallerOf) -> Response:
    """Describe the token of the request, without its text."""
    token = caller.token
    return answer(
        {
            "object": "token",
            "token": token.prefix,
            "client": "1",
            "organization": "1",
            "user": "1",
            "experiment": None,
            "training_run": None,
            "all_experiments": not token.studies,
            "development": False,
            "token_type": "client-api",
            "permissions": "write" if token.scope.includes(Scope.WRITE) else "read",
            "scope": None,
            "expires": token.expires,
            "lease_length": None,
        }
    )


@router.get("/clients/1")
async def get_client() -> Response:
    """Describe the one client."""
    return answer({"object": "client", "id": "1", "name": "paretune", "organization": "1", "created": 0})


@router.get("/organizations/1")
async def get_organization() -> Response:
    """Describe the one organization."""
    return answer({"object": "organization", "id": "1", "name": "paretune", "deleted": False, "created": 0})


@router.post("/clients/1/projects")
async def create_project(body: BodyOf, experiments: ExperimentsOf, service: ServiceOf) -> Response:
    """Create a project."""
    fields = read_object(body, "", ("id", "name", "metadata"))
    project = check_project(require(fields, "id"))
    if await _documents_of(project, experiments, service):
        raise RefusalError(409, "exists", f"there is a project {project} already")
    new = {
        "name": read_text(fields.get("name", project), "name"),
        "metadata": read_metadata(fields.get("metadata", {})),
    }
    documents = await experiments.documents()
    await service.threads.write(documents.insert, PROJECT, [new], None, project)
    return answer(await _describe(project, experiments, service))


@router.get("/clients/1/projects")
async def list_projects(query: QueryOf, experiments: ExperimentsOf, service: ServiceOf) -> Response:
    """List projects: those that were created, and those of experiments."""
    check_query(query, PAGING)
    documents = await experiments.documents()
    created = [document.label for document in await service.threads.read(documents.find, PROJECT)]
    used = [(await experiments.open(each)).experiment.project for each in await experiments.all(state="all")]
    names = dict.fromkeys(each for each in (*created, *used) if each in used or experiments.caller.token.may_use(each))
    described = [await _describe(name, experiments, service) for name in names]
    return answer(describe_page(described, query))


@router.get("/clients/1/projects/{project}")
async def get_project(project: str, request: Request, experiments: ExperimentsOf, service: ServiceOf) -> Response:
    """Describe a project; one that was not created yet, too, as its first experiment or run creates it."""
    return answer(await _describe(check_project(project), experiments, service), request)


@router.put("/clients/1/projects/{project}")
async def update_project(project: str, body: BodyOf, experiments: ExperimentsOf, service: ServiceOf) -> Response:
    """Change name and metadata of a project."""
    fields = read_object(body, "", ("name", "metadata"))
    new: dict[str, Any] = {}
    if "name" in fields:
        new["name"] = read_text(fields["name"], "name")
    if "metadata" in body:
        new["metadata"] = read_metadata(body["metadata"] or {})
    documents, known = await experiments.documents(), await _documents_of(check_project(project), experiments, service)
    if known:
        await service.threads.write(documents.change, known[0], lambda before: {**before, **new})
    else:
        await service.threads.write(
            documents.insert, PROJECT, [{"name": project, "metadata": {}, **new}], None, project
        )
    return answer(await _describe(project, experiments, service))


def check_project(value: Any) -> str:
    """The id of a project.

    Raises:
        InvalidInputError: it has other characters than the client's own check allows.
    """
    if not isinstance(value, str) or not _PROJECT.fullmatch(value):
        raise InvalidInputError(
            f"id: a project's id has lower-case letters, digits and -_. only, but is {value!r:.100}"
        )
    return value


async def _documents_of(project: str, experiments: Experiments, service: Service) -> list[Document]:
    documents = await experiments.documents()
    return await service.threads.read(documents.find, PROJECT, None, project)


async def _describe(project: str, experiments: Experiments, service: Service) -> Mapping[str, Any]:
    found = await _documents_of(project, experiments, service)
    body: Mapping[str, Any] = found[0].body if found else {"name": project, "metadata": {}}
    ids = await experiments.all(project=project)
    documents = await experiments.documents()
    runs = await service.threads.read(documents.find, RUN, None, project)
    created, updated = (found[0].created, found[0].updated) if found else (time.time(), time.time())
    return {
        "object": "project",
        "id": project,
        "name": body["name"],
        "client": "1",
        "user": "1",
        "created": int(created),
        "updated": int(updated),
        "metadata": body["metadata"],
        "deleted": False,
        "experiment_count": len(ids),
        "training_run_count": sum(run.parent is None or run.parent in ids for run in runs),
    }
