"""What can be asked of an experiment on the command line?"""

from __future__ import annotations

import argparse
import math
import os
from dataclasses import replace
from pathlib import Path

from tenfold import protocol
from tenfold.report import again, report
from tenfold.search import search

STEPS = ("pilot", "search", "again", "report")


def main(experiment: Path) -> None:
    """Do the steps that are asked for; each goes on from what is kept."""
    experiment = Path(os.path.relpath(experiment))  # reports name paths: those of the repository, not of a machine
    asked = _arguments(experiment)
    scale = protocol.read(experiment, asked.scale, asked.out)
    sides = [side for side in scale.sides if not asked.sides or side.searcher in asked.sides]
    if "pilot" in asked.steps:
        at = replace(scale, limits=({}, {}), results=scale.results / "pilot")
        search(at, [scale.pilot], 1, asked.data_dir, math.inf)
    if "search" in asked.steps:
        search(scale, sides, asked.blocks or scale.blocks, asked.data_dir, 60 * asked.minutes)
    if "again" in asked.steps:
        again(scale, asked.data_dir)
    if "report" in asked.steps:
        report(scale, asked.data_dir)


def _arguments(experiment: Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=f"{experiment.name}/run.py", description=(experiment / "README.md").as_posix()
    )
    parser.add_argument("steps", nargs="*", default=list(STEPS[1:]), help=f"of {', '.join(STEPS)}; all but the pilot")
    parser.add_argument("--scale", required=True, choices=protocol.scales(experiment), help="see scales.yaml")
    parser.add_argument("--data-dir", type=Path, help="the workload's data; else found as `paretune run` finds it")
    parser.add_argument("--out", type=Path, help="begin anew in this folder, instead of going on from what is kept")
    parser.add_argument("--sides", nargs="+", metavar="SEARCHER", help="only these sides get turns in the search")
    parser.add_argument("--blocks", type=int, help="search so many blocks, fewer than the scale has")
    parser.add_argument("--minutes", type=float, default=math.inf, help="end the search after so long")
    asked = parser.parse_args()
    unknown = [step for step in asked.steps if step not in STEPS]
    if unknown:
        parser.error(f"no step {unknown[0]!r}: there are {', '.join(STEPS)}")
    return asked
