"""Paretune for users of Ray Tune."""

from paretune.errors import pip_line

try:
    import ray.tune  # noqa: F401 (to say what is missing)
except ImportError as error:
    raise ImportError(
        f"paretune.adapters.ray_tune needs Ray Tune: {pip_line('ray')} ({error})", name=error.name
    ) from error

from paretune.adapters.ray_tune.scheduler import ParetoScheduler
from paretune.adapters.ray_tune.searcher import ParetoSearch

__all__ = ["ParetoScheduler", "ParetoSearch"]
