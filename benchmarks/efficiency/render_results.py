"""Render the results as tables, results.md, and a figure, results.png.

Run it: ``python benchmarks/efficiency/render_results.py``. Means are over seeds, with half the width of a 95 %
interval (Student's t). Hypervolumes are shares of the largest possible hypervolume if it is known.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd
from compact_rows import read_runs
from plot_results import plot_results
from problems.registry import HELD_OUT, OPEN, describe_problem, load_problem
from scipy import stats

HERE = Path(__file__).parent
TRIAL_COUNTS = (20, 40, 60, 120)
PARETUNE, FINAL = "paretune", "hv_60"
LAST_COLUMNS = ("seeds", "failed of 60", "median s", "95th percentile s")
RunsByPeer: TypeAlias = Mapping[str, pd.DataFrame]

HEAD = """\
# Results

Made by `render_results.py` from {sources}. The [README](README.md) describes the measurements. A number is the
mean over seeds ± half the width of its 95 % interval. Seconds are per suggestion after the tenth trial, the median over
seeds, on machines with other load: `suggestion_timing.py` compares the peers under equal conditions.

![Hypervolume against trials](results.png)
"""


def scale_hypervolumes(runs: pd.DataFrame) -> pd.DataFrame:
    """Divide hypervolumes by the largest possible hypervolume of the problem, if it is known."""
    scaled = runs.copy()
    columns = [column for column in runs if column.startswith("hv_")]
    largest = runs["problem"].map(
        {name: load_problem(name).max_hypervolume or 1.0 for name in runs["problem"].unique()}
    )
    scaled[columns] = runs[columns].div(largest, axis=0)
    return scaled


def group_by_peer(runs: pd.DataFrame) -> RunsByPeer:
    """Group the runs with 60 trials by peer, the best mean first."""
    complete = runs.dropna(subset=[FINAL])
    means = complete.groupby("peer")[FINAL].mean().sort_values(ascending=False)
    return {str(peer): complete[complete["peer"] == peer] for peer in means.index}


def half_width(values: pd.Series) -> float:
    """Return half the width of the 95 % interval of the mean, or NaN for a single value."""
    n = len(values)
    return float(stats.t.ppf(0.975, n - 1) * values.std() / np.sqrt(n)) if n > 1 else float("nan")


def mean_difference(ours: pd.Series, theirs: pd.Series) -> tuple[float, float]:
    """Return the difference of the means, and half the width of its 95 % interval (Welch)."""
    difference = float(ours.mean() - theirs.mean())
    if min(len(ours), len(theirs)) < 2 or ours.std() + theirs.std() == 0:
        return difference, 0.0
    interval = stats.ttest_ind(ours, theirs, equal_var=False).confidence_interval()
    return difference, float(interval.high - interval.low) / 2


def leads(peers: RunsByPeer) -> dict[str, tuple[float, float]]:
    """Return Paretune's lead over each other optimizer, with half the width of its interval."""
    return {
        p: mean_difference(peers[PARETUNE][FINAL], runs[FINAL])
        for p, runs in peers.items()
        if not p.startswith(PARETUNE)
    }


def rank(peers: RunsByPeer) -> str:
    """Return Paretune's rank after 60 trials: first, tied or behind.

    It is tied if another mean is higher, but none by more than half the width of the interval of the difference.
    """
    if PARETUNE not in peers:
        return "not measured"
    differences = leads(peers).values()
    if all(difference >= 0 for difference, _ in differences):
        return "first"
    return "tied" if all(difference >= -half for difference, half in differences) else "behind"


def headline(peers: RunsByPeer) -> str:
    """Return a sentence on Paretune's rank after 60 trials and its lead over the best other optimizer."""
    best = next((peer for peer in peers if not peer.startswith(PARETUNE)), None)
    if PARETUNE not in peers or best is None:
        return f"**First of the measured optimizers: {next(iter(peers))}.**"
    words = {"first": "first", "tied": "tied with the first", "behind": "behind the first"}[rank(peers)]
    difference, half = leads(peers)[best]
    lead = f"{_format_number(difference, '+')} ± {_format_number(half)}"
    return f"**Paretune is {words}**: {lead} against {best}, the best other optimizer."


def problem_section(name: str, peers: RunsByPeer) -> list[str]:
    """Return the lines of a problem's section: heading, description, headline and table."""
    trial_counts = [n for n in TRIAL_COUNTS if any(runs[f"hv_{n}"].notna().any() for runs in peers.values())]
    unit = "share of the largest hypervolume" if load_problem(name).max_hypervolume else "hypervolume"
    header = [f"{unit} after", *(str(n) for n in trial_counts[:-1]), f"{trial_counts[-1]} trials", *LAST_COLUMNS]
    return [
        f"### {name}",
        "",
        describe_problem(name),
        headline(peers),
        "",
        f"| {' | '.join(header)} |",
        "|" + "---|" * len(header),
        *(_table_row(peer, runs, trial_counts) for peer, runs in peers.items()),
        "",
    ]


def _table_row(peer: str, runs: pd.DataFrame, trial_counts: Sequence[int]) -> str:
    cells = [
        f"**{peer}**" if peer == PARETUNE else peer,
        *(_format_mean(runs[f"hv_{n}"].dropna()) for n in trial_counts),
        str(len(runs)),
        f"{runs['failed'].mean():.1f}",
        f"{runs['ask_median_s'].median():.3f}",
        f"{runs['ask_p95_s'].median():.3f}",
    ]
    return f"| {' | '.join(cells)} |"


def _format_mean(values: pd.Series) -> str:
    if len(values) == 0:
        return ""
    mean = _format_number(float(values.mean()))
    return mean if len(values) == 1 else f"{mean} ± {_format_number(half_width(values))}"


def _format_number(value: float, sign: str = "") -> str:
    return f"{value:{sign}.3f}" if abs(value) < 100 else f"{value:{sign},.0f}"


def overview(problems: Mapping[str, RunsByPeer]) -> list[str]:
    """Return a table with the number of problems on which Paretune is first, tied or behind."""
    lines = ["| problems | measured | first | tied | behind |", "|---|---|---|---|---|"]
    for kind, names in (("open", OPEN), ("held out", HELD_OUT)):
        ranks = [rank(problems[name]) for name in names if name in problems and PARETUNE in problems[name]]
        counts = [str(ranks.count(word)) for word in ("first", "tied", "behind")]
        lines.append(f"| {kind} | {len(ranks)} of {len(names)} | {' | '.join(counts)} |")
    return [*lines, ""]


def render_results(problems: Mapping[str, RunsByPeer], sources: Sequence[Path]) -> str:
    """Return the text of results.md."""
    lines = [HEAD.format(sources=" and ".join(f"`{path.name}`" for path in sources)), *overview(problems)]
    for title, names in (("Open problems", OPEN), ("Held out", HELD_OUT)):
        measured = [name for name in names if name in problems]
        lines += [f"## {title}", ""] if measured else []
        lines += [line for name in measured for line in problem_section(name, problems[name])]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Write the tables and the figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "sources", nargs="*", type=Path, help="CSV files of rows or runs (default: every CSV file in this folder)"
    )
    parser.add_argument("--out", type=Path, default=HERE, help="output folder (default: this folder)")
    arguments = parser.parse_args()
    sources = arguments.sources or sorted(HERE.glob("*.csv"))
    runs = scale_hypervolumes(read_runs(sources))
    names = [name for name in (*OPEN, *HELD_OUT) if not runs.loc[runs["problem"] == name, FINAL].dropna().empty]
    problems = {name: group_by_peer(runs[runs["problem"] == name]) for name in names}
    (arguments.out / "results.md").write_text(render_results(problems, sources), encoding="utf-8")
    plot_results(problems, half_width).savefig(arguments.out / "results.png", dpi=110)


if __name__ == "__main__":
    main()
