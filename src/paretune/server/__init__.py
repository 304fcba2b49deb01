"""The service: studies over HTTP, and live pages. It needs the extra ``server``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paretune.server.application import Application
    from paretune.server.settings import ServerSettings

_HOMES = {"Application": "application", "ServerSettings": "settings"}

__all__ = ["Application", "ServerSettings"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
