"""Time measured as if it were a product, and what it was measured on."""

from paretune.measure.environment import environment
from paretune.measure.latency import Latency, latency, median_error

__all__ = ["Latency", "environment", "latency", "median_error"]
