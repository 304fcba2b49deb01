"""Find runners that died, on this host and others, and release their pending trials."""

from __future__ import annotations

from collections.abc import Callable

from optuna.trial import FrozenTrial

from paretune.study import record, runner
from paretune.study.ledger import Ledger
from paretune.study.trial_status import is_abandoned, is_unclaimed, runner_of


class RunnerWatch:
    """Watches the runners of a study's pending trials.

    A runner on this host is dead if its process is gone. A runner on another host is dead if it sends no heartbeat.

    Args:
        ledger: the study's trials.
        clock: seconds that only grow, such as those of `paretune.study.runner.heartbeat`.
    """

    def __init__(self, ledger: Ledger, clock: Callable[[], float]) -> None:
        self._ledger = ledger
        self._monitor = runner.HeartbeatMonitor(clock)

    def release_trials(self) -> None:
        """Read all heartbeats, and release the trials of dead runners."""
        for run, heartbeat in record.read_heartbeats(self._ledger.study).items():
            self._monitor.record(run, heartbeat)
        for trial in filter(is_unclaimed, self._ledger.pending_trials()):
            self._monitor.record(_monitor_key(trial), "")
        self._ledger.release_trials(is_abandoned, "its runner died", is_suspect=True)
        self._ledger.release_trials(self._is_silent, "its runner sent no heartbeat for 45 s", is_suspect=True)

    def has_trials_of_doubtful_runners(self) -> bool:
        """Whether a pending trial may have to be repeated, since its runner may be dead."""
        return any(map(self._may_be_dead, self._ledger.pending_trials()))

    def _is_silent(self, trial: FrozenTrial) -> bool:
        return not runner.is_same_host(runner_of(trial)) and self._monitor.is_dead(_monitor_key(trial))

    def _may_be_dead(self, trial: FrozenTrial) -> bool:
        if runner.is_same_host(runner_of(trial)):
            return is_abandoned(trial)
        is_monitored = is_unclaimed(trial) or _monitor_key(trial) in record.read_heartbeats(self._ledger.study)
        return is_monitored and not self._monitor.is_alive(_monitor_key(trial))


def _monitor_key(trial: FrozenTrial) -> str:
    """The name under which a pending trial's runner is monitored; the trial's own where it has no runner."""
    return str(runner_of(trial).get("run") or f"trial {trial.number}")
