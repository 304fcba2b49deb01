"""Trials as a data frame of pandas, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from paretune.trials.columns import check_column_names

if TYPE_CHECKING:
    from paretune.trials.table import Trials


def to_frame(trials: Trials) -> pd.DataFrame:
    """Return the data frame that `Trials.to_frame` describes."""
    check_column_names(trials.space, trials.objectives)
    columns: dict[str, Any] = {"number": trials.numbers, "state": trials.states, "reason": trials.reasons}
    for name in trials.space:
        values = [params.get(name) for params in trials.params]
        columns[name] = pd.Series(values) if all(name in p for p in trials.params) else pd.Series(values, dtype=object)
    columns |= dict(zip(trials.objectives.names, trials.objectives.values(trials.losses).T, strict=True))
    for name, column in zip(trials.objectives.names, trials.losses_se.T, strict=True):
        if np.isfinite(column).any():
            columns[f"{name}_se"] = column
    columns["started"] = pd.to_datetime(pd.Series(trials.started * 1e6).round(), unit="us", utc=True)
    columns["duration"] = trials.durations
    return pd.DataFrame(columns)


def frame_columns(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """Return the columns of a data frame as `Trials.from_columns` reads them: ``started`` in POSIX seconds."""
    columns = {str(name): frame[name].tolist() for name in frame.columns}
    if "started" in columns:
        times = pd.to_datetime(frame["started"], utc=True).astype("datetime64[us, UTC]")
        seconds = times.astype("int64").to_numpy(float) / 1e6
        columns["started"] = np.where(times.isna(), np.nan, seconds).tolist()
    return columns
