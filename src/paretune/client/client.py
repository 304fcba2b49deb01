"""The client of a service: it lists, makes and opens studies."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any

from paretune.client.connection import Connection
from paretune.client.remote_study import RemoteStudy
from paretune.objectives import Objective, Objectives
from paretune.space import Parameter, Space

_PLAIN = re.compile(r"[\w][\w.+-]*", re.ASCII)


class Client:
    """A client of ``paretune serve``.

    Args:
        url: address of the service, such as ``http://127.0.0.1:8765``.
        token: the token that the service printed, or one of ``paretune token``.

    Raises:
        InvalidInputError: the address is not one of HTTP, or the token is empty.

    Example:
        >>> client = Client("http://127.0.0.1:8765", "pt_secret")
        >>> client
        Client('http://127.0.0.1:8765')
    """

    def __init__(self, url: str, token: str) -> None:
        self._url, self._connection = url, Connection(url, token)

    def __repr__(self) -> str:
        return f"Client({self._url!r})"

    def studies(self) -> list[dict[str, Any]]:
        """List the studies, each with its ``name``, ``state`` and ``counts`` of trials."""
        return list(self._connection.send("GET", "/api/studies")["studies"])

    def study(self, name: str) -> RemoteStudy:
        """Open a study.

        Raises:
            StudyNotFoundError: there is none of that name.
        """
        key = name if _PLAIN.fullmatch(name) else "~" + base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")
        return RemoteStudy(self._connection, self._connection.send("GET", f"/api/studies/{key}"))

    def create_study(  # noqa: PLR0913 (all that defines a study)
        self,
        name: str,
        space: Space | Mapping[str, Parameter],
        objectives: Objectives | Sequence[Objective],
        *,
        searcher: str = "bayes",
        searcher_options: Mapping[str, Any] | None = None,
        seed: int = 0,
        n_trials: int | None = None,
        scheduler: Mapping[str, Any] | None = None,
        stop: Mapping[str, Any] | None = None,
    ) -> RemoteStudy:
        """Make a study, or open the one of that name if it has the same space and objectives.

        Args:
            name: the study's name.
            space: a `Space`, or parameters by name.
            objectives: `Objectives`, or a list of `Maximize` and `Minimize`.
            searcher: what chooses the trials, one of ``paretune searchers``.
            searcher_options: options of the searcher, such as ``{"n_startup_trials": 12}``.
            seed: the same seed, space and outcomes give the same search.
            n_trials: the total of trials; None for no limit.
            scheduler: name and arguments of the rule that stops trials early, such as
                ``{"name": "asha", "max_resource": 60}``.
            stop: rules that end the study, as the arguments of `paretune.study.Stop`.

        Raises:
            StudyMismatchError: the service has a study of that name with another space or other objectives.
            InvalidInputError: a setting does not fit.
        """
        body = {
            "name": name,
            "space": Space.of(space).to_dict(),
            "objectives": Objectives.of(objectives).to_dict(),
            "searcher": searcher,
            "searcher_options": dict(searcher_options or {}),
            "seed": seed,
            "n_trials": n_trials,
            "scheduler": dict(scheduler or {}),
            "stop": None if stop is None else dict(stop),
        }
        return RemoteStudy(self._connection, self._connection.send("POST", "/api/studies", body))
