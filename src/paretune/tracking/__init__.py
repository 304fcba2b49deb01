"""Trials in external trackers: MLflow, TensorBoard and Weights & Biases."""

from paretune.tracking.logged_trial import LoggedTrial, logged_trials, numbered_steps, pending_trial
from paretune.tracking.sender import Sender, Tracker
from paretune.tracking.trackers import TRACKERS, check_tracker, make_tracker

__all__ = [
    "TRACKERS",
    "LoggedTrial",
    "Sender",
    "Tracker",
    "check_tracker",
    "logged_trials",
    "make_tracker",
    "numbered_steps",
    "pending_trial",
]
