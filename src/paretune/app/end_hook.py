"""The command that a user wants to run at the end of a run, with the result in its environment."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from paretune.study import Study

HOOK_SECONDS = 60.0
STATES = {0: "complete", 130: "interrupted"}  # by exit code; any other is "failed"


@dataclass(frozen=True)
class RunResult:
    """Result of a run.

    Args:
        study: the study after the run.
        storage: path or URL of its storage.
        exit_code: of the run: 0, or 130 after an interrupt.
        message: why the run ended.
        report: page of the report; None if there is none.
    """

    study: Study
    storage: str
    exit_code: int
    message: str = ""
    report: Path | None = None

    @property
    def state(self) -> str:
        """``complete``, ``interrupted`` or ``failed``."""
        return STATES.get(self.exit_code, "failed")

    def environment(self) -> dict[str, str]:
        """Return the result as environment variables."""
        trials = self.study.trials
        n_complete = int(trials.is_complete.sum())
        summary = f"{self.study.name} {self.state}: {n_complete} of {len(trials)} trials complete"
        return {
            "PARETUNE_STUDY": self.study.name,
            "PARETUNE_STORAGE": self.storage,
            "PARETUNE_STATE": self.state,
            "PARETUNE_EXIT_CODE": str(self.exit_code),
            "PARETUNE_TRIALS": str(self.study.n_counted()),
            "PARETUNE_COMPLETE": str(n_complete),
            "PARETUNE_FAILED": str(int(trials.is_failed.sum())),
            "PARETUNE_EFFICIENT": str(len(self.study.front())),
            "PARETUNE_REPORT": "" if self.report is None else str(self.report.absolute()),
            "PARETUNE_MESSAGE": f"{summary}; {self.message}" if self.message else summary,
        }


def run_end_hook(command: str, result: RunResult, seconds: float = HOOK_SECONDS) -> str:
    """Run the command in a shell; its output goes where that of the run goes.

    Args:
        command: of a shell.
        result: what its environment tells.
        seconds: longest duration; then it is killed.

    Returns:
        What went wrong; empty if the command succeeded.
    """
    try:
        environment = {**os.environ, **result.environment()}
        done = subprocess.run(command, shell=True, env=environment, timeout=seconds, check=False)  # noqa: S602 (the user's own command line)
    except subprocess.TimeoutExpired:
        return f"it ran longer than {seconds:g} s and was killed"
    except OSError as error:
        return str(error)
    return "" if done.returncode == 0 else f"exit code {done.returncode}"
