"""Trials in CSV files, and the numbers of reports."""

import json
from pathlib import Path

import numpy as np

FILE_OBJECTIVES = ("--maximize", "accuracy", "--minimize", "latency", "--unit", "latency=s")


def read_report(folder):
    return json.loads((Path(folder) / "report.json").read_text())


def write_trials_csv(name, seed, n=8, shift=0.0):
    rng = np.random.default_rng(seed)
    rows = [f"{x:.3f},{0.5 + x / 3:.3f},{0.1 + x**2 + shift:.3f}" for x in rng.random(n)]
    Path(name).write_text("\n".join(["x,accuracy,latency", *rows, "0.5,,"]) + "\n")
