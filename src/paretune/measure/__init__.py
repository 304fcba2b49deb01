"""Time measured as if it were a product, with a device to itself, and what it was measured on."""

from paretune.measure.device import device_name, visible_gpus
from paretune.measure.environment import environment
from paretune.measure.latency import Latency, latency
from paretune.measure.lock import Use, exclusive, shared
from paretune.measure.median import median_error, serial_error
from paretune.measure.training_time import TrainingTime, TrainingTimer

__all__ = [
    "Latency",
    "TrainingTime",
    "TrainingTimer",
    "Use",
    "device_name",
    "environment",
    "exclusive",
    "latency",
    "median_error",
    "serial_error",
    "shared",
    "visible_gpus",
]
