"""Say when a program goes on with a stored study, and when it evaluates another function than before."""

from __future__ import annotations

import hashlib
import inspect
import logging
from collections import Counter
from functools import partial
from typing import Any

import optuna
from optuna.trial import TrialState

from paretune.adapters.optuna.keys import FUNCTION_KEY
from paretune.execution import Executor

_WORDS = {
    TrialState.COMPLETE: "complete",
    TrialState.FAIL: "failed",
    TrialState.PRUNED: "stopped",
    TrialState.RUNNING: "running",
    TrialState.WAITING: "waiting",
}
_log = logging.getLogger("paretune")


class Continuation:
    """What a program is told about the trials that its study already had. A command line says it in its own way.

    Args:
        study: the stored study, just opened.
        is_silent: whether nothing is said.
    """

    def __init__(self, study: optuna.Study, *, is_silent: bool) -> None:
        self._study, self._is_silent = study, is_silent
        self._counts = Counter(trial.state for trial in study.get_trials(deepcopy=False))

    def note(self, n_trials: int | None = None) -> None:
        """Log once that the study has trials from before, and how to begin anew.

        Args:
            n_trials: the total of the run that begins; None without one.
        """
        counts, self._counts = self._counts, Counter()
        n = counts.total()
        if n == 0 or self._is_silent:
            return
        states = ", ".join(f"{counts[state]} {word}" for state, word in _WORDS.items() if counts[state])
        _log.warning(
            "study %r has %d stored %s (%s): %s. To begin anew, give another name= or storage=, or delete the study",
            self._study.study_name,
            n,
            "trial" if n == 1 else "trials",
            states,
            _what_follows(n - counts[TrialState.WAITING], n_trials),
        )

    def note_function(self, evaluate: Any) -> None:
        """Log that the study's trials were evaluated by another function, as far as it can be seen; store this one."""
        now = describe_function(evaluate)
        before = self._study.user_attrs.get(FUNCTION_KEY)
        if self._is_silent or not now:
            return
        if isinstance(before, dict) and before != now and self._study.get_trials(deepcopy=False):
            is_other = before.get("name") != now["name"]
            change = (
                f"by {before.get('name')}, not {now['name']}" if is_other else f"by another source of {now['name']}"
            )
            _log.warning(
                "the trials of study %r were evaluated %s: old and new results may not be comparable",
                self._study.study_name,
                change,
            )
        if before != now:
            self._study.set_user_attr(FUNCTION_KEY, now)


def _what_follows(n: int, n_trials: int | None) -> str:
    if n_trials is None:
        return "this goes on with them"
    return "nothing is left to run" if n >= n_trials else f"this goes on with them, up to {n_trials} in all"


def describe_function(evaluate: Any) -> dict[str, str]:
    """Describe a function by its name and a hash of its source; empty for an executor, or if there is no source.

    Example:
        >>> describe_function(partial(describe_function, evaluate=None))["name"]
        'paretune.study.continuation.describe_function'
    """
    while isinstance(evaluate, partial):
        evaluate = evaluate.func
    if isinstance(evaluate, Executor):
        return {}
    is_function = inspect.isroutine(evaluate) or inspect.isclass(evaluate)
    found = evaluate if is_function else type(evaluate)
    try:
        source = inspect.getsource(found)
    except (OSError, TypeError):
        return {}
    lines = "\n".join(line.strip() for line in source.splitlines())
    return {"name": f"{found.__module__}.{found.__qualname__}", "sha256": hashlib.sha256(lines.encode()).hexdigest()}
