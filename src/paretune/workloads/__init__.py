"""Trainings to tune."""

from paretune.workloads.workload import STEPS, DataOrigin, Evaluate, Option, Prepared, Workload, load, workloads

__all__ = ["STEPS", "DataOrigin", "Evaluate", "Option", "Prepared", "Workload", "load", "workloads"]
