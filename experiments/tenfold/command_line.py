"""The command line of an experiment."""

from __future__ import annotations

import argparse
import math
import os
from pathlib import Path

from tenfold import protocol
from tenfold.pilot import apply_pilot, run_pilot
from tenfold.retrain import retrain_efficient
from tenfold.run_searches import run_searches
from tenfold.speed_check import print_speed_check
from tenfold.write_reports import write_reports

STEPS = ("pilot", "search", "retrain", "report")
FORMER_STEPS = {"again": "retrain"}  # recorded commands use the former name


def main(experiment: Path) -> None:
    """Do the requested steps. Each step continues from the archived trials."""
    experiment = Path(os.path.relpath(experiment))  # reports contain paths, which should be relative to the repository
    arguments = _parse_arguments(experiment)
    scale = protocol.read_scale(experiment, arguments.scale, arguments.out)
    if "pilot" in arguments.steps:
        run_pilot(scale, arguments.data_dir)
    if set(arguments.steps) <= {"pilot"}:
        return
    scale = apply_pilot(scale)
    if "search" in arguments.steps:
        for stage in (scale.claim_sides, [side for side in scale.sides if side not in scale.claim_sides]):
            sides = [side for side in stage if not arguments.sides or {side.searcher, side.name} & set(arguments.sides)]
            run_searches(scale, sides, arguments.data_dir, arguments.minutes)
    if "retrain" in arguments.steps:
        retrain_efficient(scale, arguments.data_dir)
    if "report" in arguments.steps:
        write_reports(scale, arguments.data_dir)
        print_speed_check(scale)


def _parse_arguments(experiment: Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=f"{experiment.name}/run.py", description=(experiment / "README.md").as_posix()
    )
    parser.add_argument(
        "steps", nargs="*", default=list(STEPS[1:]), help=f"any of {', '.join(STEPS)} (default: all except pilot)"
    )
    parser.add_argument(
        "--scale", required=True, choices=protocol.scale_names(experiment), help="a scale in scales.yaml"
    )
    parser.add_argument("--data-dir", type=Path, help="folder of the workload's data (default: as for `paretune run`)")
    parser.add_argument(
        "--out", type=Path, help="start from nothing in this folder, instead of continuing from the archived trials"
    )
    parser.add_argument(
        "--sides", nargs="+", metavar="SEARCHER", help="run only these sides, for example bayes or bayes-0"
    )
    parser.add_argument(
        "--minutes", type=float, default=math.inf, help="stop each part of the search after this many minutes"
    )
    arguments = parser.parse_args()
    arguments.steps = [FORMER_STEPS.get(step, step) for step in arguments.steps]
    unknown = [step for step in arguments.steps if step not in STEPS]
    if unknown:
        parser.error(f"unknown step {unknown[0]!r}; expected one of {', '.join(STEPS)}")
    return arguments
