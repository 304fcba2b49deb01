"""Trainings to tune."""

from paretune.workloads.workload import DataOrigin, Evaluate, Option, Prepared, Workload, load, workloads

__all__ = ["DataOrigin", "Evaluate", "Option", "Prepared", "Workload", "load", "workloads"]
