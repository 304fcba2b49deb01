"""What a route of SigOpt's protocol gets of its request: body, words of the address, and the experiment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import Response

from paretune.errors import InvalidInputError
from paretune.json_value import json_value
from paretune.server.api.access import CallerOf, ServiceOf
from paretune.server.security.refusal import RefusalError
from paretune.server.sigopt.open_experiments import Experiments, OpenExperiment
from paretune.server.sigopt.paging import choose_fields

_ESCAPES = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&"}  # as SigOpt, so that no browser reads markup


async def read_body(request: Request) -> dict[str, Any]:
    """The body of a request, an object; empty without one.

    Raises:
        InvalidInputError: it is no object.
    """
    content = await request.body()
    body = json.loads(content) if content else {}
    if not isinstance(body, dict):
        raise InvalidInputError("the body must be an object")
    return body


def read_query(request: Request) -> dict[str, str]:
    """The words of the address.

    Raises:
        InvalidInputError: one is there twice.
    """
    words = list(request.query_params.multi_items())
    if len({name for name, _ in words}) < len(words):
        raise InvalidInputError("the address has a word twice")
    return dict(words)


def get_experiments(service: ServiceOf, caller: CallerOf) -> Experiments:
    """The experiments that the caller may use."""
    return Experiments(service, caller)


BodyOf = Annotated[dict[str, Any], Depends(read_body)]
QueryOf = Annotated[dict[str, str], Depends(read_query)]
ExperimentsOf = Annotated[Experiments, Depends(get_experiments)]


async def get_experiment(experiment: str, experiments: ExperimentsOf) -> OpenExperiment:
    """The experiment of the address, of the core interface or of the newer module.

    Raises:
        RefusalError: there is none, or the token may not use it.
    """
    return await experiments.open(path_id(experiment, "experiment"))


ExperimentOf = Annotated[OpenExperiment, Depends(get_experiment)]


async def get_ai_experiment(found: ExperimentOf) -> OpenExperiment:
    """The experiment of the address, if the newer module made it.

    Raises:
        RefusalError: it is one of the core interface.
    """
    if not found.experiment.is_ai:
        raise RefusalError(404, "not_found", f"experiment {found.id} is one of the core interface, without runs")
    return found


AiExperimentOf = Annotated[OpenExperiment, Depends(get_ai_experiment)]


async def get_core_experiment(found: ExperimentOf) -> OpenExperiment:
    """The experiment of the address, if its trials are observed and not run.

    Raises:
        RefusalError: the newer module made it.
    """
    if found.experiment.is_ai:
        raise RefusalError(403, "runs_only", f"experiment {found.id} has runs instead of suggestions and observations")
    return found


CoreExperimentOf = Annotated[OpenExperiment, Depends(get_core_experiment)]


def path_id(text: str, kind: str) -> int:
    """An id of an address.

    Raises:
        RefusalError: nothing can have it.
    """
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise RefusalError(404, "not_found", f"there is no {kind} {text[:100]}")
    return int(text)


def answer(value: Any, request: Request | None = None) -> Response:
    """The answer to a request, as JSON.

    Args:
        value: a JSON value; numbers that are not finite become null.
        request: the request, if its address may choose fields.
    """
    if request is not None and isinstance(value, Mapping):
        value = choose_fields(value, request.query_params.get("fields", ""))
    text = json.dumps(json_value(value), ensure_ascii=False).translate(_ESCAPES)
    return Response(text, media_type="application/json")
