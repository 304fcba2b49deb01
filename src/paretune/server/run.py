"""Run the service in this process until it is interrupted."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn

from paretune.errors import InvalidInputError
from paretune.server.application import Application
from paretune.server.settings import ServerSettings

KEEP_ALIVE_SECONDS = 75  # longer than clients keep a silent connection, so that none is closed while it sends
_SHUTDOWN_SECONDS = 1  # for open streams to end
_BACKLOG = 512


def serve(settings: ServerSettings, on_ready: Callable[[str], object]) -> None:
    """Answer requests until SIGINT or SIGTERM.

    Args:
        settings: how the service is started.
        on_ready: called with the service's address once it answers.

    Raises:
        InvalidInputError: the port is taken, or the storage or the file of tokens cannot be read.
    """
    listener = _listen(settings)
    host, port = settings.host, listener.getsockname()[1]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}{settings.base_path}"
    app = Application(settings)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # an address may hold a token
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        ws="none",
        lifespan="on",
    )
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    try:
        _Server(config, app, lambda: on_ready(address)).run(sockets=[listener])
    except KeyboardInterrupt:  # uvicorn raises the signal again, once everything is closed
        return
    finally:
        listener.close()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, app: Application, on_ready: Callable[[], object]) -> None:
        super().__init__(config)
        self._app, self._on_ready = app, on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._on_ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> Any:
        self._app.service.begin_closing()
        super().handle_exit(signal.Signals(sig), frame)


def _listen(settings: ServerSettings) -> socket.socket:
    """Bind the port before anything else, so that a taken one is noticed first."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise InvalidInputError(
            f"{settings.host}:{settings.port} cannot be used ({error.strerror}): choose another --port or --host"
        ) from error
    listener.listen(_BACKLOG)
    return listener
