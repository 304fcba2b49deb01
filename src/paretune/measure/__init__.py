"""Measured times: latencies and training times, device locks, and a description of the machine.

Importing this package needs Python 3.10 and NumPy only, since programs in environments of their own use it.
"""

from paretune.measure.device import device_name, visible_gpus
from paretune.measure.device_lock import DeviceHold, exclusive_device, shared_device
from paretune.measure.environment import environment
from paretune.measure.latency import Latency, latency
from paretune.measure.median_errors import batch_means_error, median_error
from paretune.measure.training_time import TrainingTime, TrainingTimer
from paretune.measure.yardstick import ReferenceTime, Yardstick, cpu_yardstick

__all__ = [
    "DeviceHold",
    "Latency",
    "ReferenceTime",
    "TrainingTime",
    "TrainingTimer",
    "Yardstick",
    "batch_means_error",
    "cpu_yardstick",
    "device_name",
    "environment",
    "exclusive_device",
    "latency",
    "median_error",
    "shared_device",
    "visible_gpus",
]
