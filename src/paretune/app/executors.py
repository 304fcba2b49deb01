"""Choose where the trials of a run are evaluated: in processes of this machine, or on a Ray cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from paretune.app.run_options import RunOptions
from paretune.execution import Executor, Pool, make_slots
from paretune.study import Study
from paretune.workloads.set_up import WorkloadSetup, remote_setup


@contextmanager
def open_executor(study: Study, set_up: WorkloadSetup, options: RunOptions) -> Iterator[Executor]:
    """Open the executor that the options ask for, and close it in the end."""
    if options.executor == "ray":
        with _open_cluster(study, set_up, options) as cluster:
            yield cluster
        return
    places = make_slots(options.workers, options.devices, options.per_device)
    yield Pool(
        set_up,
        study.objectives,
        places,
        study.logs,
        timeout=options.trial_timeout,
        memory_limit=options.memory_limit,
    )


@contextmanager
def _open_cluster(study: Study, set_up: WorkloadSetup, options: RunOptions) -> Iterator[Executor]:
    from paretune.execution.on_ray import Cluster, ray_connection

    remote = remote_setup(set_up)
    packages = [] if remote.package is None else [remote.package]
    with ray_connection(options.address, remote.folder, packages):
        yield Cluster(
            set_up.with_absolute_paths() if options.address is None else remote.set_up,
            study.objectives,
            study.logs,
            resources=options.trial_resources(),
            workers=options.workers,
            timeout=options.trial_timeout,
            memory_limit=options.memory_limit,
        )
