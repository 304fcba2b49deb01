"""The tables of the README, from results/runs.csv: ``python experiments/001-how-sure-is-a-front/table.py``."""

from __future__ import annotations

import pandas as pd
from run import METHODS, RUNS
from truths import TRUTHS


def table(runs: pd.DataFrame) -> pd.DataFrame:
    """One line a truth, size, noise and method, in the order of the experiment."""
    order = runs.assign(
        truth=pd.Categorical(runs["truth"], list(TRUTHS)), method=pd.Categorical(runs["method"], METHODS)
    )
    grouped = order.groupby(["truth", "n", "noise", "method"], observed=True)
    return pd.DataFrame(
        {
            "runs": grouped.size(),
            "covered %": (100 * grouped["covered"].mean()).round(1),
            "band %": (100 * grouped["simultaneous"].mean()).round(1),
            "width %": (100 * grouped["width"].median()).round(1),
            "band width %": (100 * grouped["simultaneous_width"].median()).round(1),
            "efficient of even %": (100 * grouped["n_even_efficient"].sum() / grouped["n_even"].sum()).round(1),
            "even": grouped["n_even"].sum(),
            "shift off by %": (100 * grouped["looks_better"].mean()).round(2),
            "shift held %": (100 * grouped["looks_better_held"].mean()).round(1),
            "s": grouped["seconds"].median().round(2),
        }
    ).reset_index()


def main() -> None:
    """Print the table in Markdown."""
    rows = table(pd.read_csv(RUNS))
    cells = [[str(cell) for cell in row] for row in rows.itertuples(index=False)]
    lines = [list(rows.columns), ["---"] * len(rows.columns), *cells]
    print("\n".join("| " + " | ".join(line) + " |" for line in lines))  # noqa: T201 (a command)


if __name__ == "__main__":
    main()
