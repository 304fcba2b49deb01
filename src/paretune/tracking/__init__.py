"""Trials in the trackers that a user already has."""

from paretune.tracking.sender import Sender, Tracker
from paretune.tracking.tracked import Tracked, tracked
from paretune.tracking.trackers import TRACKERS, check_tracker, tracker

__all__ = ["TRACKERS", "Sender", "Tracked", "Tracker", "check_tracker", "tracked", "tracker"]
