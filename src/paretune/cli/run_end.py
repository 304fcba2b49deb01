"""The words for how a run ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paretune.study import RunEnd


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
