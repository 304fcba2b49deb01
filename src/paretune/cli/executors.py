"""Where do the trials of a run take place? In processes of this machine, or on a Ray cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from paretune.execution import Executor, Pool, slots
from paretune.workloads.set_up import SetUp, packed

if TYPE_CHECKING:
    from paretune.cli.run_options import RunOptions
    from paretune.study import Study


@contextmanager
def executor(study: Study, set_up: SetUp, how: RunOptions) -> Iterator[Executor]:
    """What evaluates a study's trials as the options say, with what it needs around it."""
    if how.executor == "ray":
        with _on_ray(study, set_up, how) as cluster:
            yield cluster
        return
    places = slots(how.workers, how.devices, how.per_device)
    yield Pool(set_up, study.objectives, places, study.logs, timeout=how.trial_timeout, memory_limit=how.memory_limit)


@contextmanager
def _on_ray(study: Study, set_up: SetUp, how: RunOptions) -> Iterator[Executor]:
    from paretune.execution.on_ray import Cluster, connected

    luggage = packed(set_up)
    packages = [] if luggage.package is None else [luggage.package]
    with connected(how.address, luggage.folder, packages):
        yield Cluster(
            set_up.here() if how.address is None else luggage.set_up,
            study.objectives,
            study.logs,
            demand=how.demand(),
            workers=how.workers,
            timeout=how.trial_timeout,
            memory_limit=how.memory_limit,
        )
