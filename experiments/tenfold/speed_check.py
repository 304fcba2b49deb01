"""Check that the machine ran at the same speed for all sides, by a comparison of measured with predicted times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestRegressor

from tenfold.archive import trials_file
from tenfold.protocol import Scale


def print_speed_check(scale: Scale) -> None:
    """Print for every side the ratio of its measured times to the times predicted from random search's trials."""
    archived = [side for side in scale.sides if trials_file(scale, side.name).exists()]
    tables = {side.name: pd.read_csv(trials_file(scale, side.name)) for side in archived}
    time_column, predictors = scale.clock
    for name, ratio in speed_ratios(tables, scale.sides_of("random")[0].name, time_column, predictors):
        print(f"clock: {time_column} of {name} is {ratio:.3f} times the prediction", flush=True)  # noqa: T201 (a command)


def speed_ratios(
    tables: dict[str, pd.DataFrame], training_side: str, time_column: str, predictors: Sequence[str], seed: int = 0
) -> Iterator[tuple[str, float]]:
    """Yield for each side the median ratio of measured to predicted times.

    A random forest predicts the logarithms of the times. Predictions for its training side are out-of-bag.

    Args:
        tables: the trials of each side.
        training_side: the side that the forest is fitted to.
        time_column: the column of the times.
        predictors: the columns that the times are predicted from.
        seed: seed of the forest.
    """
    forest = RandomForestRegressor(500, oob_score=True, random_state=seed)
    x, times = _timed_trials(tables[training_side], time_column, predictors)
    forest.fit(x, times)
    for name, table in tables.items():
        x, times = _timed_trials(table, time_column, predictors)
        predicted = forest.oob_prediction_ if name == training_side else forest.predict(x)
        yield name, float(np.exp(np.median(times - predicted)))


def _timed_trials(
    table: pd.DataFrame, time_column: str, predictors: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return predictors and log times of the trials that were not stopped early."""
    counted = table[table[time_column].notna() & (table["reason"] != "timed_out")]
    return counted[list(predictors)].to_numpy(float), np.log(counted[time_column].to_numpy(float))
