"""Did the machine run at one speed for all sides? A time should follow from what was timed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestRegressor

from tenfold.kept import trials_file
from tenfold.protocol import Scale


def clock(scale: Scale) -> None:
    """Print, for every side, by how much its times differ from those that random search's trials predict."""
    kept = [side for side in scale.sides if trials_file(scale, side.name).exists()]
    tables = {side.name: pd.read_csv(trials_file(scale, side.name)) for side in kept}
    of, by = scale.clock
    for name, ratio in ratios(tables, scale.of("random")[0].name, of, by):
        print(f"clock: {of} of {name} is {ratio:.3f} times what is predicted", flush=True)  # noqa: T201 (a command)


def ratios(
    tables: dict[str, pd.DataFrame], known: str, of: str, by: Sequence[str], seed: int = 0
) -> Iterator[tuple[str, float]]:
    """The median of measured over predicted times, for each side but the known one; of that one, out of the bag.

    Args:
        tables: the trials of each side.
        known: the side that a forest learns from.
        of: the column of the times, whose logarithms are predicted.
        by: the columns that they are predicted from.
        seed: of the forest.
    """
    forest = RandomForestRegressor(500, oob_score=True, random_state=seed)
    x, times = _learned(tables[known], of, by)
    forest.fit(x, times)
    for name, table in tables.items():
        x, times = _learned(table, of, by)
        predicted = forest.oob_prediction_ if name == known else forest.predict(x)
        yield name, float(np.exp(np.median(times - predicted)))


def _learned(table: pd.DataFrame, of: str, by: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of the trials whose training was not given up."""
    counted = table[table[of].notna() & (table["reason"] != "timed_out")]
    return counted[list(by)].to_numpy(float), np.log(counted[of].to_numpy(float))
