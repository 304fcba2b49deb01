"""An executor that evaluates trials on the nodes of a Ray cluster. Ray is loaded when it is first used."""

from paretune.execution.on_ray.cluster import Cluster
from paretune.execution.on_ray.connection import ray_connection
from paretune.execution.on_ray.trial_resources import TrialResources

__all__ = ["Cluster", "TrialResources", "ray_connection"]
