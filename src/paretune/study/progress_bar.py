"""A bar that shows how far a run is, on terminals and in notebooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from paretune.evaluation.outcome import Outcome
from paretune.study.asked_trial import AskedTrial
from paretune.study.run_loop import TrialCallback


@contextmanager
def progress_bar(n_done: int, n_trials: int | None, on_trial: TrialCallback | None) -> Iterator[TrialCallback]:
    """Show a bar, and yield a callback that moves it by one trial and calls another callback.

    A lost or paused trial does not move the bar, since it will be tried again or go on.

    Args:
        n_done: how many trials there are before the run.
        n_trials: the total; None if it is not known.
        on_trial: the other callback.
    """
    from tqdm.auto import tqdm  # noqa: PLC0415 (only for a run with a bar)

    ended: Counter[str] = Counter()
    with tqdm(total=n_trials, initial=n_done, unit="trial") as bar:

        def update(trial: AskedTrial, outcome: Outcome) -> None:
            if outcome.reason != "lost" and not outcome.is_paused:
                ended["stopped" if outcome.stop_reason else "failed" if outcome.reason else "complete"] += 1
                bar.set_postfix({state: n for state, n in ended.items() if state != "complete"}, refresh=False)
                bar.update()
            if on_trial is not None:
                on_trial(trial, outcome)

        yield update
