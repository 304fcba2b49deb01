"""The words for how a run ended, and the command of a user that runs then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from paretune.cli.log_lines import log_message

if TYPE_CHECKING:
    from paretune.study import RunEnd, Study

EXIT_ERROR, EXIT_INTERRUPTED = 2, 130


@dataclass
class RunOutcome:
    """What a run leaves, filled in while it ends.

    Args:
        exit_code: of the command.
        report: page of the report; None if there is none.
    """

    exit_code: int = EXIT_ERROR
    report: Path | None = None


@contextmanager
def run_end(study: Study, command: str, storage: str) -> Iterator[RunOutcome]:
    """Run the command of ``--on-end`` after the block, whether the run succeeded or not.

    Args:
        study: the study that runs.
        command: of a shell; nothing is run if it is empty.
        storage: path or URL of the study's storage.
    """
    outcome, message = RunOutcome(), ""
    try:
        yield outcome
    except KeyboardInterrupt:
        outcome.exit_code = EXIT_INTERRUPTED
        raise
    except Exception as error:
        outcome.exit_code, message = EXIT_ERROR, str(error)
        raise
    finally:
        if command:
            _run_hook(command, study, storage, outcome, message)


def _run_hook(command: str, study: Study, storage: str, outcome: RunOutcome, message: str) -> None:
    from paretune.app.end_hook import RunResult, run_end_hook

    words = message or (describe_run_end(study.ended) if study.ended is not None else "")
    try:
        problem = run_end_hook(command, RunResult(study, storage, outcome.exit_code, words, outcome.report))
    except Exception as error:  # noqa: BLE001 (an error of the run itself must not be hidden by that of the hook)
        problem = str(error)
    if problem:
        log_message(f"the command of --on-end failed: {problem}")


def describe_run_end(end: RunEnd) -> str:
    """Say why a run ended before it had all of its trials; empty where it has them all.

    Args:
        end: `Study.ended` after a run.
    """
    from paretune.study import EndKind

    detail = end.detail
    match end.kind:
        case EndKind.ALL_TRIALS:
            return ""
        case EndKind.TIME_LIMIT:
            return f"the time limit of {detail['seconds']:g} s is over"
        case EndKind.TARGET_MET:
            return f"trial {detail['trial']} met the target {detail['target']}"
        case EndKind.STAGNATION:
            last = f"the last {detail['n_trials']} trials"
            return f"the hypervolume grew by no more than {detail['percent']:g} % in {last}"
        case EndKind.STOP_REQUEST:
            return "paretune stop"
        case _:
            return end.stored_text
