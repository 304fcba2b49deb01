"""Pages from templates."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from paretune.server.pages.study_page import rate_text, seconds_text


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Render a template; every value in it is escaped.

    Args:
        request: the request; templates get the caller and the prefix of addresses from it.
        template: its name.
        status: of the answer.
        values: what it shows.
    """
    caller = request.state.caller
    starts_runs = bool(request.app.state.service.launcher.allowed)
    shared = {"base": request.scope.get("root_path", ""), "caller": caller, "starts_runs": starts_runs}
    return HTMLResponse(_environment().get_template(template).render(**shared, **values), status)


def script_json(value: Any) -> Markup:
    """JSON for a data block of a page: no text in it can end the block."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e"))  # noqa: S704 (escaped)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("paretune.server.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "seconds": seconds_text,
        "rate": rate_text,
        "script_json": script_json,
    }
    return environment
