"""Tables and a picture of what was measured, results.md and results.png: ``python benchmarks/efficiency/table.py``.

Means are over seeds, with half the width of a 95 % interval (Student's t). Hypervolumes are shares of the largest
possible one where that is known.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd
import plot
from problems import HELD_OUT, OPEN, about, load
from runs import read
from scipy import stats

HERE = Path(__file__).parent
SHOWN = (20, 40, 60, 120)
OURS, AT = "paretune", "hv_60"
RIGHT = ("seeds", "failed of 60", "median s", "95th percentile s")
Peers: TypeAlias = Mapping[str, pd.DataFrame]

HEAD = """\
# How good, measured

Made by `table.py` from {sources}; the [README](README.md) says how they came about. A number is the
mean over seeds ± half the width of its 95 % interval. Seconds are those of a suggestion after the tenth trial, the
median over seeds, on machines that did other things too: `timing.py` compares them side by side.

![Hypervolume against trials](results.png)
"""


def shares(runs: pd.DataFrame) -> pd.DataFrame:
    """Hypervolumes over the largest possible, where it is known."""
    scaled = runs.copy()
    columns = [column for column in runs if column.startswith("hv_")]
    largest = runs["problem"].map({name: load(name).largest or 1.0 for name in runs["problem"].unique()})
    scaled[columns] = runs[columns].div(largest, axis=0)
    return scaled


def by_peer(runs: pd.DataFrame) -> Peers:
    """The runs of each peer that have reached 60 trials, the best mean first."""
    whole = runs.dropna(subset=[AT])
    means = whole.groupby("peer")[AT].mean().sort_values(ascending=False)
    return {str(peer): whole[whole["peer"] == peer] for peer in means.index}


def half_width(values: pd.Series) -> float:
    """Half of a 95 % interval of the mean; NaN for a single value."""
    n = len(values)
    return float(stats.t.ppf(0.975, n - 1) * values.std() / np.sqrt(n)) if n > 1 else float("nan")


def lead(ours: pd.Series, theirs: pd.Series) -> tuple[float, float]:
    """How far our mean is above theirs, and half the width of that difference's 95 % interval (Welch)."""
    difference = float(ours.mean() - theirs.mean())
    if min(len(ours), len(theirs)) < 2 or ours.std() + theirs.std() == 0:
        return difference, 0.0
    interval = stats.ttest_ind(ours, theirs, equal_var=False).confidence_interval()
    return difference, float(interval.high - interval.low) / 2


def leads(peers: Peers) -> dict[str, tuple[float, float]]:
    """Our lead over each of the others."""
    return {p: lead(peers[OURS][AT], runs[AT]) for p, runs in peers.items() if not p.startswith(OURS)}


def place(peers: Peers) -> str:
    """Our place after 60 trials: first; tied with the first, where no lead over us exceeds its interval; or behind."""
    if OURS not in peers:
        return "not measured"
    differences = leads(peers).values()
    if all(difference >= 0 for difference, _ in differences):
        return "first"
    return "tied" if all(difference >= -half for difference, half in differences) else "behind"


def statement(peers: Peers) -> str:
    """Who is first after 60 trials, and where Paretune stands against the best of the others."""
    best = next((peer for peer in peers if not peer.startswith(OURS)), None)
    if OURS not in peers or best is None:
        return f"**First of those measured: {next(iter(peers))}.**"
    words = {"first": "first", "tied": "tied with the first", "behind": "behind the first"}[place(peers)]
    difference, half = leads(peers)[best]
    return (
        f"**Paretune is {words}**: {_number(difference, '+')} ± {_number(half)} against {best}, the best of the others."
    )


def section(name: str, peers: Peers) -> list[str]:
    """A problem's heading, statement and table."""
    marks = [n for n in SHOWN if any(runs[f"hv_{n}"].notna().any() for runs in peers.values())]
    unit = "share of the largest hypervolume" if load(name).largest else "hypervolume"
    heads = [f"{unit} after", *(str(n) for n in marks[:-1]), f"{marks[-1]} trials", *RIGHT]
    return [
        f"### {name}",
        "",
        about(name),
        statement(peers),
        "",
        f"| {' | '.join(heads)} |",
        "|" + "---|" * len(heads),
        *(_line(peer, runs, marks) for peer, runs in peers.items()),
        "",
    ]


def _line(peer: str, runs: pd.DataFrame, marks: Sequence[int]) -> str:
    cells = [
        f"**{peer}**" if peer == OURS else peer,
        *(_mean(runs[f"hv_{n}"].dropna()) for n in marks),
        str(len(runs)),
        f"{runs['failed'].mean():.1f}",
        f"{runs['ask_median_s'].median():.3f}",
        f"{runs['ask_p95_s'].median():.3f}",
    ]
    return f"| {' | '.join(cells)} |"


def _mean(values: pd.Series) -> str:
    if len(values) == 0:
        return ""
    mean = _number(float(values.mean()))
    return mean if len(values) == 1 else f"{mean} ± {_number(half_width(values))}"


def _number(value: float, sign: str = "") -> str:
    return f"{value:{sign}.3f}" if abs(value) < 100 else f"{value:{sign},.0f}"


def overview(problems: Mapping[str, Peers]) -> list[str]:
    """On how many problems Paretune is first or tied, by kind."""
    lines = ["| problems | measured | first | tied | behind |", "|---|---|---|---|---|"]
    for kind, names in (("open", OPEN), ("held out", HELD_OUT)):
        places = [place(problems[name]) for name in names if name in problems and OURS in problems[name]]
        counts = [str(places.count(word)) for word in ("first", "tied", "behind")]
        lines.append(f"| {kind} | {len(places)} of {len(names)} | {' | '.join(counts)} |")
    return [*lines, ""]


def text(problems: Mapping[str, Peers], sources: Sequence[Path]) -> str:
    """The whole of results.md."""
    lines = [HEAD.format(sources=" and ".join(f"`{path.name}`" for path in sources)), *overview(problems)]
    for title, names in (("Open problems", OPEN), ("Held out", HELD_OUT)):
        measured = [name for name in names if name in problems]
        lines += [f"## {title}", ""] if measured else []
        lines += [line for name in measured for line in section(name, problems[name])]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Write the tables and the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sources", nargs="*", type=Path, help="rows or runs (default: every CSV file here)")
    parser.add_argument("--out", type=Path, default=HERE, help="a folder (default: this one)")
    given = parser.parse_args()
    sources = given.sources or sorted(HERE.glob("*.csv"))
    runs = shares(read(sources))
    names = [name for name in (*OPEN, *HELD_OUT) if not runs.loc[runs["problem"] == name, AT].dropna().empty]
    problems = {name: by_peer(runs[runs["problem"] == name]) for name in names}
    (given.out / "results.md").write_text(text(problems, sources), encoding="utf-8")
    plot.draw(problems, half_width).savefig(given.out / "results.png", dpi=110)


if __name__ == "__main__":
    main()
