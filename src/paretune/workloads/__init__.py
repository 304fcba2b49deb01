"""Trainings to tune: the contract of a workload, study files for commands, and built-in workloads."""

from paretune.workloads.installed import installed_workloads, load_workload
from paretune.workloads.workload import (
    DataOrigin,
    Option,
    PreparedWorkload,
    Workload,
    fix_seed,
    seed_option,
)

__all__ = [
    "DataOrigin",
    "Option",
    "PreparedWorkload",
    "Workload",
    "fix_seed",
    "installed_workloads",
    "load_workload",
    "seed_option",
]
