"""Ratios of measured to predicted times."""

import numpy as np
import pandas as pd
import pytest

from tenfold.speed_check import speed_ratios


def test_speed_ratio_shows_machine_with_different_speed():
    generator = np.random.default_rng(0)

    def trials(n, speed):
        size, width = generator.integers(2, 9, n), generator.integers(8, 64, n)
        time = speed * (0.01 + size * width * 1e-3) * np.exp(generator.normal(0, 0.05, n))
        return pd.DataFrame({"size": size, "width": width, "time": time, "reason": ""})

    tables = {"random-0": trials(300, 1.0), "same": trials(60, 1.0), "slower": trials(60, 1.3)}
    tables["same"].loc[:5, ["time", "reason"]] = [1e-9, "timed_out"]
    found = dict(speed_ratios(tables, "random-0", "time", ["size", "width"]))
    assert found == {
        "random-0": pytest.approx(1, abs=0.05),
        "same": pytest.approx(1, abs=0.05),
        "slower": pytest.approx(1.3, abs=0.07),
    }
