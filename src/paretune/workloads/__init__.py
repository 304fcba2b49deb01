"""Trainings to tune."""

from paretune.workloads.workload import DataOrigin, Option, Prepared, Workload, load, workloads

__all__ = ["DataOrigin", "Option", "Prepared", "Workload", "load", "workloads"]
