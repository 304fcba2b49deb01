"""Changes of a study that pages and the JSON interface share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from paretune.server.service import OpenStudy, Service


async def change(
    opened: OpenStudy,
    service: Service,
    n_trials: int | None,
    at_least: Mapping[str, float],
    at_most: Mapping[str, float],
) -> None:
    """Change the total of a study, or its limits. A run that the service has started follows.

    Args:
        opened: the study.
        service: the service.
        n_trials: the total; None to leave it.
        at_least: limits to set or move.
        at_most: limits to set or move.

    Raises:
        InvalidInputError: a limit does not fit.
        RefusalError: the service may not start the study's workload.
    """
    study, request = opened.study, await service.launcher.request_of(opened.study.name)
    if at_least or at_most:
        await service.threads.write(study.set_limits, at_least, at_most)
    if request is not None:
        total = {} if n_trials is None else {"trials": n_trials}
        await service.launcher.change(study.name, replace(request, run={**request.run, **total}))
    elif n_trials is not None:
        await service.threads.write(study.begin, n_trials=n_trials)
    opened.desk.prepare()
    opened.watch.poke()


async def let_go_on(opened: OpenStudy, service: Service) -> None:
    """Let a stopped study give trials again; start its run again if the service started it.

    Raises:
        RefusalError: it runs already, or the service may not start its workload.
    """
    if await service.launcher.request_of(opened.study.name) is not None:
        await service.launcher.go_on(opened.study.name)
    else:
        await service.threads.write(opened.study.begin)
    opened.desk.prepare()
    opened.watch.poke()
