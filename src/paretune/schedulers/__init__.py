"""Schedulers: pure functions from the trials and their curves to the decision whether a trial goes on."""

from paretune.schedulers.asha import Asha
from paretune.schedulers.hyperband import Hyperband
from paretune.schedulers.median import Median
from paretune.schedulers.registry import SCHEDULERS
from paretune.schedulers.scheduler import Action, Decision, Scheduler

__all__ = ["SCHEDULERS", "Action", "Asha", "Decision", "Hyperband", "Median", "Scheduler"]
