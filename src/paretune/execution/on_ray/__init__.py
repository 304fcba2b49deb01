"""Trials on the nodes of a Ray cluster, as an executor. It loads Ray when it is used."""

from paretune.execution.on_ray.cluster import Cluster
from paretune.execution.on_ray.connection import connected
from paretune.execution.on_ray.demand import Demand

__all__ = ["Cluster", "Demand", "connected"]
