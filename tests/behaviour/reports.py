"""Two reports and an export: what `report.json` and the CSV hold, without times, machines and versions."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import paretune
from behaviour.command_line import call
from behaviour.histories import MIXED
from behaviour.searches import NET, quiet_optuna, train

GOALS = ("--maximize", "accuracy", "--minimize", "latency", "--minimize", "size", "--unit", "latency=s")
TEXTS = ("title", "headline", "notices", "why_not")  # may be reworded
OF_THE_DAY = ("started", "duration")  # columns of an export
OF_THE_TRIALS = ("study", "objectives", "options", "columns left out", "data hash")  # rows of an origin


def make_study(folder: Path) -> None:
    """Search with failures and limits, in the storage ``paretune.db`` of a folder."""
    with quiet_optuna():
        study = paretune.Study(MIXED, NET, storage=folder / "paretune.db", name="net", searcher="sobol", seed=7)
        study.run(train, n_trials=22)


def write_csv(path: Path, seed: int, n: int, shift: float) -> None:
    """Write trials of three objectives as another tool would, one of them failed."""
    rng = np.random.default_rng(seed)
    lines = ["x,kind,note,accuracy,latency,latency_se,size"]
    for i, (x, u) in enumerate(rng.random((n, 2)).round(4).tolist()):
        kind = "ab"[u > 0.5]
        accuracy = 0.5 + 0.4 * x - 0.1 * (kind == "b") - shift
        latency = 0.1 + x**2 + 0.05 * u
        size = 2 + 10 * abs(x - 0.3) + 3 * (kind == "a")
        lines.append(f"{x},{kind},t{i},{accuracy:.6f},{latency:.6f},{0.02 * latency:.6f},{size:.6f}")
    path.write_text("\n".join([*lines, "0.5,a,last,,,,"]) + "\n")


def study_report(folder: Path) -> dict[str, Any]:
    """Return the report of `make_study`."""
    return _report(folder, "report", "net", "--at-most", "time=0.3")


def comparison_report(folder: Path) -> dict[str, Any]:
    """Return the report of a comparison between two CSV files."""
    write_csv(folder / "ours.csv", 1, 8, 0.0)
    write_csv(folder / "theirs.csv", 2, 7, 0.05)
    return _report(folder, "compare", "ours.csv", "theirs.csv", *GOALS, "--ignore", "note")


def _report(folder: Path, *words: str) -> dict[str, Any]:
    code, _, err = call(folder, *words, "--out", "made")
    assert code == 0, err
    found: dict[str, Any] = json.loads((folder / "made" / "report.json").read_text())
    found.pop("files", None)  # newer than the record; tests/reports/test_report_folder.py checks it
    found["origin"] = [{key: run[key] for key in OF_THE_TRIALS if key in run} for run in found["origin"]]
    return found


def numbers(report: Any) -> Any:
    """Return a report without texts."""
    if isinstance(report, Mapping):
        return {key: numbers(value) for key, value in report.items() if key not in TEXTS}
    return [numbers(value) for value in report] if isinstance(report, list) else report


def texts(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the texts of a report."""
    outcomes = (report["importance"] or {}).items()
    why_not = {name: outcome["why_not"] for name, outcome in outcomes if outcome["why_not"]}
    return {**{key: report[key] for key in TEXTS[:3]}, "why_not": why_not}


def export(folder: Path) -> dict[str, Any]:
    """Return the columns of an exported study, and its rows without those of the day."""
    code, out, err = call(folder, "export", "net")
    assert code == 0, err
    columns, *rows = csv.reader(io.StringIO(out))
    kept = [i for i, name in enumerate(columns) if name not in OF_THE_DAY]
    return {"columns": columns, "rows": [[_cell(row[i]) for i in kept] for row in rows]}


def export_keys(folder: Path) -> dict[str, list[str]]:
    """Return the names in a study's exports as JSON: of a trial, of its record, and of the study's origin and runs."""
    _, out, _ = call(folder, "export", "net", "--format", "json")
    _, origin, _ = call(folder, "export", "net", "--format", "origin")
    trial, run = json.loads(out)[0], json.loads(origin)
    return {
        "trial": list(trial),
        "record": sorted(trial["record"]),
        "origin": sorted(run),
        "run": sorted(run["runs"][0]),
    }


def _cell(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
