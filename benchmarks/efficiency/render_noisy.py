"""Write the tables of the noisy problems: ``python benchmarks/efficiency/render_noisy.py`` writes `noisy.md`."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from problems.noisy import NOISY, NOISY_HELD_OUT, load_noisy_problem

HERE = Path(__file__).parent
FINAL, FIRST = 60, 8
OURS, RANDOM = ("paretune", "recommended"), ("random", "measured")
HEAD = """\
# The noisy problems

Made by `render_noisy.py`. Each row is an optimizer with a rule, by which it hands configurations over after 60 trials:
`measured` is the front of the measurements, `recommended` is `paretune.recommend` on the same trials.

- Hypervolume: of the true losses, as a share of the largest one where it is known, with its standard error over seeds.
- Optimism: what the rule's own losses promise beyond it.
- Choice: the mean true loss of what users choose by the rule's losses, from 0 for the best value to 1 at the reference
  point. Smaller is better.
- Gain: the hypervolume minus that of random search after 8 trials, in units of random search's own gain (`measured`);
  none where luck has led random search to worse configurations than after 8 trials.

README.md has the problems, and the rule by which a change is kept.
"""


def share_of_largest(runs: pd.DataFrame) -> pd.DataFrame:
    """Divide hypervolumes by the largest possible one of the problem, if it is known."""
    largest = runs["problem"].map(
        {name: load_noisy_problem(name).max_hypervolume or 1.0 for name in runs["problem"].unique()}
    )
    scaled = runs.assign(hv=runs["hv"] / largest, looks=runs["looks"] / largest)
    return scaled.assign(optimism=scaled["looks"] - scaled["hv"])


def gains(runs: pd.DataFrame) -> pd.Series:
    """Return the gain of each optimizer and rule on one problem, in units of random search's, if that is positive."""
    means = runs.groupby(["n", "peer", "rule"])["hv"].mean()
    start = means.get((FIRST, *RANDOM), np.nan)
    of_random = means.get((FINAL, *RANDOM), np.nan) - start
    return (means[FINAL] - start) / (of_random if of_random > 0 else np.nan)


def problem_section(name: str, runs: pd.DataFrame) -> list[str]:
    """Return the lines of a problem's section, the best choice first."""
    final, gain = runs[runs["n"] == FINAL], gains(runs)
    groups = final.groupby(["peer", "rule"])
    table = groups[["hv", "optimism", "choice", "n_handed_over", "n_configurations"]].mean()
    table = table.assign(error=groups["hv"].sem(), gain=gain, seeds=groups.size()).sort_values("choice")
    lines = [f"### {name}", "", " ".join((NOISY[name].__doc__ or "").split()), ""]
    lines += [
        "| optimizer | rule | hypervolume | optimism | choice | gain | handed over | tried | seeds |",
        "|---" * 9 + "|",
    ]
    for (peer, rule), row in table.iterrows():
        label = f"**{peer}**" if (peer, rule) == OURS else str(peer)
        error = "" if np.isnan(row["error"]) else f" ± {row['error']:.3f}"
        cells = [
            f"{row['hv']:.3f}{error}",
            f"{row['optimism']:+.3f}",
            f"{row['choice']:.3f}",
            "-" if np.isnan(row["gain"]) else f"{row['gain']:.2f}",
        ]
        cells += [f"{row['n_handed_over']:.1f}", f"{row['n_configurations']:.1f}", f"{row['seeds']:.0f}"]
        lines.append(f"| {label} | {rule} | {' | '.join(cells)} |")
    return [*lines, ""]


def rule_section(final: pd.DataFrame) -> list[str]:
    """Compare both rules on the same runs, for each optimizer."""
    lines = [
        "| optimizer | choice, ratio | better on | hypervolume, ratio | optimism, measured | recommended | problems |"
    ]
    lines.append("|---" * 7 + "|")
    for peer, runs in final.groupby("peer"):
        means = runs.groupby(["problem", "rule"])[["hv", "choice", "optimism"]].mean().unstack()  # noqa: PD010 (of an index)
        choice = means["choice"]["recommended"] / means["choice"]["measured"]
        volume = means["hv"]["recommended"] / means["hv"]["measured"]
        cells = [
            f"{np.exp(np.log(choice).mean()):.3f}",
            f"{(choice < 1).sum()}",
            f"{np.exp(np.log(volume).mean()):.3f}",
        ]
        cells += [f"{means['optimism'][rule].median():+.3f}" for rule in ("measured", "recommended")]
        lines.append(f"| {peer} | {' | '.join(cells)} | {len(means)} |")
    return [*lines, ""]


def render(runs: pd.DataFrame) -> str:
    """Return the text of noisy.md."""
    scaled = share_of_largest(runs)
    lines = [HEAD, "## Both rules on the same trials", ""]
    lines += ["Ratios are geometric means over problems, recommended over measured; the optimism is the median.", ""]
    lines += rule_section(scaled[scaled["n"] == FINAL])
    for title, is_held_out in (("Open problems", False), ("Held out", True)):
        names = [name for name in NOISY if (name in NOISY_HELD_OUT) == is_held_out and name in set(scaled["problem"])]
        lines += [f"## {title}", ""] if names else []
        lines += [line for name in names for line in problem_section(name, scaled[scaled["problem"] == name])]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sources", nargs="*", type=Path, default=[HERE / "noisy" / "runs.csv"])
    parser.add_argument("--out", type=Path, default=HERE / "noisy.md")
    arguments = parser.parse_args()
    runs = pd.concat([pd.read_csv(path) for path in arguments.sources], ignore_index=True)
    arguments.out.write_text(render(runs), encoding="utf-8")


if __name__ == "__main__":
    main()
