"""A table of trials as HTML, for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paretune.trials.table import Trials

MAX_ROWS, MAX_COLUMNS = 10, 12


def html_table(trials: Trials) -> str:
    """Return the counts of the trials and their first rows as HTML; all texts of users are escaped.

    Columns that are empty in these trials, and the times, are left out.
    """
    frame = trials.to_frame().drop(columns=["started", "duration"])
    frame = frame.loc[:, [name for name in frame.columns if not _is_empty(frame[name].tolist())]]
    table = frame.to_html(
        index=False, max_rows=MAX_ROWS, max_cols=MAX_COLUMNS, border=0, na_rep="", float_format="{:.4g}".format
    )
    return f"<p>{count_text(trials)}</p>{table}"


def count_text(trials: Trials) -> str:
    """Return how many trials there are, by state.

    Example:
        >>> from paretune import Float, Minimize, Objectives, Space, Trials
        >>> space, objectives = Space({"x": Float(0, 1)}), Objectives([Minimize("loss")])
        >>> count_text(Trials.from_columns({"x": [0.1, 0.2], "loss": [1.0, None]}, space, objectives))
        '2 trials: 1 complete, 1 failed'
    """
    counts = {state: int((trials.states == state).sum()) for state in ("complete", "failed", "stopped", "pending")}
    parts = ", ".join(f"{count:,} {state}" for state, count in counts.items() if count)
    n = "1 trial" if len(trials) == 1 else f"{len(trials):,} trials"
    return f"{n}: {parts}" if parts else n


def _is_empty(values: list[object]) -> bool:
    return all(value is None or value == "" or value != value for value in values)  # noqa: PLR0124 (NaN)
