"""Whole runs of a small experiment: pilot, search, archive, reports."""

import json
import signal
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from report_oracle import check_report
from tenfold import command_line, pilot, protocol

pytestmark = pytest.mark.end_to_end

SMALL = {
    "workload": "analytic",
    "reports": {"small": "analytic-small"},
    "titles": {"small": "Analytic, small"},
    "clock": {"of": "latency", "by": ["width", "layers"]},
    "scales": {
        "small": {
            "set": {"width": "8:512", "layers": 2},
            "limits": {"at_least": {"accuracy": 0.5}},
            "blocks": 2,
            "sides": {
                "random": {"trials": 8, "seeds": [0]},
                "bayes": {"trials": 4, "seeds": [0]},
                "tpe": {"trials": 4, "seeds": [0]},
            },
            "pilot": {"trials": 10, "seed": 9, "tries": {"seconds": [0.0, 0.001, 0.002]}, "sets": ["corner"]},
            "retrain": {"top": 1, "set": {"seconds": 0.001}},
        }
    },
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    experiment = tmp_path / "experiments" / "900-small"
    experiment.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARETUNE_LOCKS", str(tmp_path))

    def call(*words):
        (experiment / "scales.yaml").write_text(yaml.safe_dump(SMALL, sort_keys=False))
        monkeypatch.setattr(sys, "argv", ["run.py", "--scale", "small", *words])
        before = signal.getsignal(signal.SIGTERM)
        command_line.main(experiment)
        signal.signal(signal.SIGTERM, before)
        return experiment / "results" / "small"

    return call


def archived(results):
    return {path.name.removesuffix(".csv.gz"): pd.read_csv(path) for path in results.glob("*.csv.gz")}


def test_run_is_archived_continued_without_its_database_and_reported_correctly(run, capfd):
    results = run("pilot", "search", "--sides", "random", "bayes")
    assert {name: len(table) for name, table in archived(results).items()} == {"random-0": 8, "bayes-0": 4}
    before = (results / "bayes-0.csv.gz").read_bytes()
    (results / "paretune.db").unlink()
    run()
    assert (results / "bayes-0.csv.gz").read_bytes() == before
    assert {name: len(table) for name, table in archived(results).items() if "refit" not in name} == {
        "random-0": 8,
        "bayes-0": 4,
        "tpe-0": 4,
    }
    reports = Path("reports/analytic-small")
    for folder in (reports, reports / "corner", reports / "against-tpe"):
        content = check_report(folder, results)
        assert content["comparison"]["n_trials"] == 4
    whole = json.loads((reports / "report.json").read_text())
    assert whole["comparison"]["baseline_n_trials"] == 8
    assert [found["run"] for found in whole["trained_again"]] == ["bayes-0", "random-0"]
    assert {row["study"]: row["searcher"].split(",")[0] for row in whole["origin"]} == {
        "bayes-0": "bayes",
        "random-0": "random",
    }
    assert all("run.py" in row["command"] and row["ranges"] == "width=8:512" for row in whole["origin"])
    output = capfd.readouterr().out
    assert "block 2 of 2" in output
    assert "clock: latency of bayes-0 is " in output


def test_database_with_fewer_trials_than_archive_is_rejected(run):
    results = run("pilot", "search", "--sides", "random")
    table = pd.read_csv(results / "random-0.csv.gz")
    pd.concat([table, table.assign(number=table.number + 8)]).to_csv(results / "random-0.csv.gz", index=False)
    with pytest.raises(SystemExit, match=r"random-0\.csv\.gz has more trials than .* delete the database"):
        run("search", "--sides", "random")


def test_pilot_tries_values_until_best_tenth_is_sufficient(run, monkeypatch):
    monkeypatch.setitem(SMALL["scales"]["small"]["pilot"], "best_tenth", 0.99)
    with pytest.raises(SystemExit, match="does not determine corner and seconds; run the pilot first"):
        run("search")
    results = run("pilot")
    first, *others = (pd.read_csv(results / f"pilot{x}" / "random-9.csv.gz") for x in ("", "-0.001", "-0.002"))
    assert len(first) == 10
    best = first.nlargest(3, "accuracy")
    for repeated in others:
        assert sorted(repeated.width) == sorted(best.width)
        assert sorted(repeated.accuracy) == sorted(best.accuracy)
    with pytest.raises(SystemExit, match="does not determine"):
        run("search")


def test_pilot_settings_are_functions_of_its_trials(run):
    results = run("pilot")
    table = pd.read_csv(results / "pilot" / "random-9.csv.gz")
    found = pilot.apply_pilot(protocol.read_scale(results.parents[1], "small"))
    assert found.settings == {"width": "8:512", "layers": 2, "seconds": 0.0}
    expected = {"accuracy": table.accuracy.max()}, {"latency": table.latency.median()}
    for limits, values in zip(found.corner, expected, strict=True):
        assert limits == pytest.approx(values, rel=0.01)
    with pytest.raises(SystemExit):
        run("everything")
