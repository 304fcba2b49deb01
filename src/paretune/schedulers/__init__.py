"""Schedulers: pure functions from the trials and their curves to the decision whether a trial goes on."""

from paretune.schedulers.asha import Asha
from paretune.schedulers.halving import Halving
from paretune.schedulers.hyperband import Hyperband
from paretune.schedulers.median import Median
from paretune.schedulers.registry import SCHEDULERS
from paretune.schedulers.scheduler import Action, Decision, PausingScheduler, Scheduler
from paretune.schedulers.startup_halving import StartupHalving

__all__ = [
    "SCHEDULERS",
    "Action",
    "Asha",
    "Decision",
    "Halving",
    "Hyperband",
    "Median",
    "PausingScheduler",
    "Scheduler",
    "StartupHalving",
]
