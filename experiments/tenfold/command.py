"""What can be asked of an experiment on the command line?"""

from __future__ import annotations

import argparse
import math
import os
from pathlib import Path

from tenfold import protocol
from tenfold.clock import clock
from tenfold.pilot import pilot, settled
from tenfold.report import again, report
from tenfold.search import search

STEPS = ("pilot", "search", "again", "report")


def main(experiment: Path) -> None:
    """Do the steps that are asked for; each goes on from what is kept."""
    experiment = Path(os.path.relpath(experiment))  # reports name paths: those of the repository, not of a machine
    asked = _arguments(experiment)
    scale = protocol.read(experiment, asked.scale, asked.out)
    if "pilot" in asked.steps:
        pilot(scale, asked.data_dir)
    if set(asked.steps) <= {"pilot"}:
        return
    scale = settled(scale)
    if "search" in asked.steps:
        for stage in (scale.claim, [side for side in scale.sides if side not in scale.claim]):
            sides = [side for side in stage if not asked.sides or {side.searcher, side.name} & set(asked.sides)]
            search(scale, sides, asked.data_dir, asked.minutes)
    if "again" in asked.steps:
        again(scale, asked.data_dir)
    if "report" in asked.steps:
        report(scale, asked.data_dir)
        clock(scale)


def _arguments(experiment: Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=f"{experiment.name}/run.py", description=(experiment / "README.md").as_posix()
    )
    parser.add_argument("steps", nargs="*", default=list(STEPS[1:]), help=f"of {', '.join(STEPS)}; all but the pilot")
    parser.add_argument("--scale", required=True, choices=protocol.scales(experiment), help="see scales.yaml")
    parser.add_argument("--data-dir", type=Path, help="the workload's data; else found as `paretune run` finds it")
    parser.add_argument("--out", type=Path, help="begin anew in this folder, instead of going on from what is kept")
    parser.add_argument("--sides", nargs="+", metavar="SEARCHER", help="only these get turns: bayes, or bayes-0")
    parser.add_argument("--minutes", type=float, default=math.inf, help="end each part of the search after so long")
    asked = parser.parse_args()
    unknown = [step for step in asked.steps if step not in STEPS]
    if unknown:
        parser.error(f"no step {unknown[0]!r}: there are {', '.join(STEPS)}")
    return asked
