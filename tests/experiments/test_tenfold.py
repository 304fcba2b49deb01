"""Does the code of 003 and 004 take turns, keep what it finds, go on from it, and report it truly?"""

import itertools
import json
import signal
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from recomputed import check_report
from tenfold import command, pilot, protocol
from tenfold.blocks import turns
from tenfold.clock import ratios
from tenfold.protocol import Side

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
            "again": {"top": 1, "set": {"seconds": 0.001}},
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
        command.main(experiment)
        signal.signal(signal.SIGTERM, before)
        return experiment / "results" / "small"

    return call


def kept(results):
    return {path.name.removesuffix(".csv.gz"): pd.read_csv(path) for path in results.glob("*.csv.gz")}


def test_a_run_is_kept_gone_on_from_without_its_database_and_reported_truly(run, capfd):
    results = run("pilot", "search", "--sides", "random", "bayes")
    assert {name: len(table) for name, table in kept(results).items()} == {"random-0": 8, "bayes-0": 4}
    before = (results / "bayes-0.csv.gz").read_bytes()
    (results / "paretune.db").unlink()
    run()
    assert (results / "bayes-0.csv.gz").read_bytes() == before
    assert {name: len(table) for name, table in kept(results).items() if "refit" not in name} == {
        "random-0": 8,
        "bayes-0": 4,
        "tpe-0": 4,
    }
    reports = Path("reports/analytic-small")
    for folder in (reports, reports / "corner", reports / "against-tpe"):
        told = check_report(folder, results)
        assert told["comparison"]["n_trials"] == 4
    whole = json.loads((reports / "report.json").read_text())
    assert whole["comparison"]["baseline_n_trials"] == 8
    assert [found["run"] for found in whole["trained_again"]] == ["bayes-0", "random-0"]
    assert {row["study"]: row["searcher"].split(",")[0] for row in whole["origin"]} == {
        "bayes-0": "bayes",
        "random-0": "random",
    }
    assert all("run.py" in row["command"] and row["ranges"] == "width=8:512" for row in whole["origin"])
    told = capfd.readouterr().out
    assert "block 2 of 2" in told
    assert "clock: latency of bayes-0 is " in told


def test_a_database_that_is_behind_what_is_kept_is_not_gone_on_with(run):
    results = run("pilot", "search", "--sides", "random")
    table = pd.read_csv(results / "random-0.csv.gz")
    pd.concat([table, table.assign(number=table.number + 8)]).to_csv(results / "random-0.csv.gz", index=False)
    with pytest.raises(SystemExit, match=r"random-0\.csv\.gz has more trials than .* delete the database"):
        run("search", "--sides", "random")


def test_a_pilot_tries_until_its_best_tenth_suffices(run, monkeypatch):
    monkeypatch.setitem(SMALL["scales"]["small"]["pilot"], "best_tenth", 0.99)
    with pytest.raises(SystemExit, match="does not tell corner and seconds: run the pilot first"):
        run("search")
    results = run("pilot")
    first, *others = (pd.read_csv(results / f"pilot{x}" / "random-9.csv.gz") for x in ("", "-0.001", "-0.002"))
    assert len(first) == 10
    best = first.nlargest(3, "accuracy")
    for again in others:
        assert sorted(again.width) == sorted(best.width)
        assert sorted(again.accuracy) == sorted(best.accuracy)
    with pytest.raises(SystemExit, match="does not tell"):
        run("search")


def test_what_the_pilot_sets_are_functions_of_its_trials(run):
    results = run("pilot")
    table = pd.read_csv(results / "pilot" / "random-9.csv.gz")
    found = pilot.settled(protocol.read(results.parents[1], "small"))
    assert found.settings == {"width": "8:512", "layers": 2, "seconds": 0.0}
    expected = {"accuracy": table.accuracy.max()}, {"latency": table.latency.median()}
    for limits, wanted in zip(found.corner, expected, strict=True):
        assert limits == pytest.approx(wanted, rel=0.01)
    with pytest.raises(SystemExit):
        run("everything")


def test_turns_are_even_at_every_moment_and_go_on_where_some_are_behind():
    sides = [Side("random", 0, 225), Side("bayes", 0, 60), Side("bayes", 1, 60)]
    done = {side.name: 0 for side in sides} | {"random-0": 17}
    for block, side, total in turns(sides, 60, done):
        done[side.name] = total
        if block > 5:
            for other in sides:
                assert abs(done[other.name] / other.trials - block / 60) <= 1 / 60 + 1 / other.trials
    assert done == {side.name: side.trials for side in sides}


def test_a_clock_that_runs_otherwise_is_told():
    generator = np.random.default_rng(0)

    def trials(n, speed):
        size, width = generator.integers(2, 9, n), generator.integers(8, 64, n)
        time = speed * (0.01 + size * width * 1e-3) * np.exp(generator.normal(0, 0.05, n))
        return pd.DataFrame({"size": size, "width": width, "time": time, "reason": ""})

    tables = {"random-0": trials(300, 1.0), "same": trials(60, 1.0), "slower": trials(60, 1.3)}
    tables["same"].loc[:5, ["time", "reason"]] = [1e-9, "timed_out"]
    found = dict(ratios(tables, "random-0", "time", ["size", "width"]))
    assert found == {
        "random-0": pytest.approx(1, abs=0.05),
        "same": pytest.approx(1, abs=0.05),
        "slower": pytest.approx(1.3, abs=0.07),
    }


def test_limits_keep_the_share_and_are_broken_evenly():
    generator = np.random.default_rng(0)
    up, down = generator.normal(size=50), generator.normal(size=50)
    at_least, at_most = pilot.limits(up, down)
    low, late = up < at_least, down > at_most
    assert (~low & ~late).sum() == 13
    others = [
        abs(int((up < a).sum()) - int((down > b).sum()))
        for a, b in itertools.product(up, down)
        if ((up >= a) & (down <= b)).sum() == 13
    ]
    assert abs(int(low.sum()) - int(late.sum())) == min(others)


def test_a_side_has_a_name_of_its_own_at_every_scale():
    for experiment in sorted(Path(__file__).parents[2].glob("experiments/*/scales.yaml")):
        for name in protocol.scales(experiment.parent):
            scale = protocol.read(experiment.parent, name)
            names = [side.name for side in (*scale.sides, scale.pilot.side)]
            assert len(set(names)) == len(names)
            assert scale.of("bayes")
            assert scale.of("random")
