"""How a service is started."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paretune.errors import InvalidInputError
from paretune.server.security.checks import LOCAL_HOSTS
from paretune.server.security.limits import Limits
from paretune.server.security.tokens import Token
from paretune.server.suggestions.desk import DEADLINE_SECONDS

DEFAULT_PORT = 8765
_HOST_NAME = re.compile(r"\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+")
_BASE_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class ServerSettings:
    """How a service is started.

    Args:
        storage: path or URL of the storage of the studies, or an open one; an SQLite file is created if it is missing.
        host: the address to listen at.
        port: the port; 0 for any that is free.
        tokens: the file of tokens; needed for any other host than a loopback one.
        start_token: the token of this start, whose text is in the printed link; None without one.
        allowed_hosts: further names under which browsers and programs reach the service, such as that of a proxy.
        proxies: addresses of proxies whose forwarded headers are believed.
        base_path: a prefix of all addresses behind a proxy, such as ``/paretune``.
        audit: the audit log; None for no log.
        processes: processes for models; 0 for a thread of this process.
        deadline: seconds until a client that waits for a model gets a Sobol point.
        limits: what one caller may do.
        allow: the workloads that the service may start, each perhaps with settings; see `read_allowed`. Without any it
            suggests only, and starts nothing.

    Raises:
        InvalidInputError: the host is no loopback address and there is no file of tokens; or the base path does not
            begin with a slash, or has other characters than an address; or a host, a proxy or the audit log is no
            usable name.
    """

    storage: Any
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    tokens: Path | None = None
    start_token: Token | None = None
    allowed_hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    base_path: str = ""
    audit: Path | None = None
    processes: int = 1
    deadline: float = DEADLINE_SECONDS
    limits: Limits = field(default_factory=Limits)
    allow: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.host not in LOOPBACK and self.tokens is None:
            raise InvalidInputError(
                f"--host {self.host} is reached from other machines: make a token with `paretune token NAME`, "
                "and give its file with --tokens"
            )
        _check_base_path(self.base_path)
        if not all(map(str.strip, (self.host, *self.allowed_hosts, *self.proxies))):
            raise InvalidInputError("a host or proxy is empty (is a shell variable not set?): name it, or leave it out")
        for name in self.allowed_hosts:
            _check_host_name(name)
        for proxy in self.proxies:
            _check_proxy(proxy)
        if self.allow and not isinstance(self.storage, str):
            raise InvalidInputError("runs need a storage that they can open, too: give its path or URL")
        if self.audit is not None and (self.audit.is_dir() or not self.audit.absolute().parent.is_dir()):
            raise InvalidInputError(f"--audit {self.audit} cannot be written: name a file in an existing folder")

    @property
    def hosts(self) -> frozenset[str]:
        """The names in Host headers that the service answers, in lower case."""
        own = [f"[{self.host}]" if ":" in self.host else self.host]
        listens_everywhere = self.host in ("0.0.0.0", "::")  # noqa: S104 (compared, not bound)
        names = [*LOCAL_HOSTS, *self.allowed_hosts, *([] if listens_everywhere else own)]
        return frozenset(name.lower() for name in names)


def _check_base_path(path: str) -> None:
    if path and (not path.startswith("/") or path.endswith("/")):
        raise InvalidInputError(f"--base-path must begin with a slash and not end in one, but is {path}")
    if not _BASE_PATH.fullmatch(path):
        raise InvalidInputError(
            f"--base-path must be names of letters, digits and ._~-, each after a slash, but is {path!r}"
        )


def _check_host_name(name: str) -> None:
    if not _HOST_NAME.fullmatch(name):
        raise InvalidInputError(
            f"--allow-host {name} is no name in a Host header: give it without scheme and port, such as "
            "nets.example or [2001:db8::1]"
        )


def _check_proxy(proxy: str) -> None:
    """Check that a proxy is an address, a network, or ``*`` for any: its connections are known by their address."""
    if proxy == "*":
        return
    try:
        ipaddress.ip_network(proxy)
    except ValueError:
        raise InvalidInputError(
            f"--proxy {proxy} is no IP address: give one such as 10.0.0.2, a network such as 10.0.0.0/8, or * for any"
        ) from None


def audit_file(storage: str) -> Path:
    """The default audit log: next to a file of studies, else in the current folder.

    Example:
        >>> audit_file("runs/paretune.db").as_posix(), audit_file("postgresql://host/db").as_posix()
        ('runs/paretune.db-audit.jsonl', 'paretune-audit.jsonl')
    """
    is_file = "://" not in storage or storage.startswith("sqlite:///")
    return Path(f"{storage.removeprefix('sqlite:///')}-audit.jsonl" if is_file else "paretune-audit.jsonl")
