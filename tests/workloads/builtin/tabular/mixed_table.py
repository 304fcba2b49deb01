"""A small table with columns of all kinds, written as a file of a user."""

import numpy as np
import pandas as pd


def mixed_table(n=60):
    rng = np.random.default_rng(0)
    words = ["red", "green", "blue", "dog", "cat", "house"]
    frame = pd.DataFrame(
        {
            "amount": rng.normal(size=n),
            "shop": rng.choice(["x", "y", "z"], n),
            "customer": [f"id{i % 40}" for i in range(n)],
            "note": [" ".join(rng.choice(words, 6)) for _ in range(n)],
            "day": pd.date_range("2024-01-01", periods=n).astype(str),
            "constant": 1,
        }
    )
    frame.loc[3:6, "amount"] = np.nan
    frame.loc[5, "shop"] = None
    frame["kind"] = np.where(frame["shop"] == "x", "good", "bad")
    frame["price"] = 2 * frame["amount"].fillna(0) + rng.normal(0, 0.1, n)
    return frame
