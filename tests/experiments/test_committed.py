"""Are the protocols, the pilots and the reports of 003 and 004 those of the trials that are committed?"""

import json
from pathlib import Path

import pandas as pd
import pytest

from paretune.workloads import load
from recomputed import check_report
from tenfold import pilot, protocol

HOUSE = Path(__file__).parents[2]
EXPERIMENTS = [HOUSE / "experiments" / name for name in ("003-diatoms", "004-rotten-tomatoes")]
SCALES = [(experiment, name) for experiment in EXPERIMENTS for name in protocol.scales(experiment)]
NAMED = [f"{experiment.name}-{name}" for experiment, name in SCALES]


def scale_of(experiment, name):
    return protocol.read(experiment, name)


@pytest.mark.parametrize(("experiment", "name"), SCALES, ids=NAMED)
def test_a_protocol_fits_its_workload(experiment, name):
    scale = scale_of(experiment, name)
    workload = load(scale.workload)
    options, fixed, ranges = workload.settings(scale.settings)
    assert options["seed"] == 0
    assert set(workload.searched(fixed, ranges)) == set(workload.space)
    workload.objectives.limited(*scale.limits)
    workload.settings({**scale.settings, **scale.fresh})


@pytest.mark.parametrize(("experiment", "name"), SCALES, ids=NAMED)
def test_all_that_is_kept_has_its_origin_and_is_of_a_side(experiment, name):
    scale = scale_of(experiment, name)
    sides = {side.name: side for side in scale.sides}
    for path in scale.results.glob("*.csv.gz"):
        study = path.name.removesuffix(".csv.gz")
        origin = json.loads((scale.results / f"{study}.json").read_text(encoding="utf-8"))
        assert study.removesuffix("-refit") in sides
        assert origin["workload"] == scale.workload
        runs = {(run["searcher"], run["seed"]) for run in origin["runs"]}
        side = sides.get(study)
        assert side is None or runs == {(side.searcher, side.seed)}
        assert all(run["environment"]["commit"] != "none" for run in origin["runs"])


@pytest.mark.parametrize(("experiment", "name"), SCALES, ids=NAMED)
def test_the_numbers_of_a_report_are_those_of_the_trials(experiment, name):
    scale = scale_of(experiment, name)
    reports = sorted(path.parent for path in scale.reports.rglob("report.json"))
    has_trials = any(scale.results.glob("*.csv.gz"))
    result = (experiment / "README.md").read_text(encoding="utf-8").partition("## Result")[2]
    assert reports or not has_trials or "Not yet" in result, "trials are kept, but there is no report of them"
    for folder in reports:
        check_report(folder, scale.results)


def test_every_report_is_of_an_experiment():
    known = {scale_of(*scale).reports.resolve() for scale in SCALES}
    there = {path.parent.resolve() for path in (HOUSE / "reports").glob("*/report.json")}
    assert there <= known


@pytest.mark.parametrize(("experiment", "name"), SCALES, ids=NAMED)
def test_there_is_no_search_without_what_its_pilot_sets(experiment, name):
    scale = scale_of(experiment, name)
    if not scale.pilot.sets or not any(scale.results.glob("*.csv.gz")):
        return
    found = pilot.settled(scale)
    for path in scale.results.glob("*-[0-9].json"):
        origin = json.loads(path.read_text(encoding="utf-8"))
        assert {**origin["options"], **found.settings} == {**origin["options"], **origin["fixed"], **origin["ranges"]}
        wanted = load(scale.workload).objectives.limited(*found.limits)
        assert origin["objectives"] == wanted.to_dict()


def test_the_limits_of_rotten_tomatoes_are_kept_by_the_original_s_share_of_its_pilot():
    scale = scale_of(EXPERIMENTS[1], "cpu")
    kept = scale.pilot.folder / f"{scale.pilot.side.name}.csv.gz"
    if not kept.exists():
        assert not any(scale.results.glob("*.csv.gz")), "there is a search without its pilot"
        return
    trials, (at_least, at_most) = pd.read_csv(kept), pilot.settled(scale).limits
    assert len(trials) == 50
    inside = (trials.accuracy >= at_least["accuracy"]) & (trials.training_time <= at_most["training_time"])
    assert inside.mean() == 0.26


def reported(*where):
    return json.loads(HOUSE.joinpath("reports", *where, "report.json").read_text(encoding="utf-8"))


def words_of(folder):
    return " ".join((folder / "README.md").read_text(encoding="utf-8").split())


def percent(told):
    return f"{100 * told['value']:.0f} % [{100 * told['low']:.0f}, {100 * told['high']:.0f}]"


def standing(told):
    return [
        f"{told['stands'][side]['n_standing']} of {told['stands'][side]['n']}" for side in ("candidate", "baseline")
    ]


def test_the_readmes_tell_the_numbers_of_the_rotten_tomatoes_report():
    told = reported("rotten-tomatoes-cpu")
    found, match = told["comparison"], told["comparison"]["evaluations_to_match"]
    readme, result = words_of(HOUSE), words_of(EXPERIMENTS[1])
    assert match["value"] is None
    assert match["low"] == match["searched"] == 3.75
    feasible = [found["feasible_share"], found["baseline_feasible_share"]]
    for phrase in (
        "in 225 trials, 3.75 times as many",
        *(f"{100 * n['value']:.0f} %" for n in feasible),
        *standing(told),
    ):
        assert phrase in readme
        assert phrase in result
    merged = [found[f"{side}merged_front_share{at}"] for side in ("", "baseline_") for at in ("", "_unequal")]
    against = [reported("rotten-tomatoes-cpu", f"against-{peer}")["comparison"] for peer in ("gp", "tpe")]
    for phrase in (
        *map(percent, [*feasible, *merged, *(n["baseline_feasible_share"] for n in against)]),
        *(f"{found[key]['value']:.3f}" for key in ("hypervolume", "baseline_hypervolume")),
        *(f"{n['baseline_hypervolume']['value']:.3f} (difference" for n in against),
        *(
            f"{d['value']:.3f} [{d['low']:.3f}, {d['high']:.3f}]"
            for d in (n["hypervolume_difference"] for n in against)
        ),
    ):
        assert phrase in result


def test_the_readmes_tell_the_numbers_of_the_diatoms_report():
    told, corner = reported("diatoms-cpu"), reported("diatoms-cpu", "corner")
    found, match = told["comparison"], told["comparison"]["evaluations_to_match"]
    times = f"{match['value']:.1f} times as many"
    interval = match["text"].partition("(")[2].rstrip(")")
    equal = f"{100 * found['merged_front_share']['value']:.0f} %"
    inside = {counts["run"]: (counts["complete"], counts["complete"] + counts["failed"]) for counts in corner["counts"]}
    bayes = [sum(column) for column in zip(*(n for run, n in inside.items() if run != "random-0"), strict=True)]
    against = [reported("diatoms-cpu", f"against-{peer}")["comparison"] for peer in ("gp", "tpe")]
    volumes = [f"{n[key]['value']:.4f}" for n in against for key in ("hypervolume", "baseline_hypervolume")]
    readme, result = words_of(HOUSE), words_of(EXPERIMENTS[0])
    for phrase in (times, interval, equal, *standing(told)):
        assert phrase in readme
        assert phrase in result
    for phrase in (
        percent(found["merged_front_share_unequal"]),
        f"{bayes[0]} of {bayes[1]}",
        f"{inside['random-0'][0]} of {inside['random-0'][1]}",
        f"{corner['comparison']['evaluations_to_match']['value']:.1f} times as many",
        *(f"{found[key]['value']:.3f}" for key in ("hypervolume", "baseline_hypervolume")),
        *volumes,
    ):
        assert phrase in result
