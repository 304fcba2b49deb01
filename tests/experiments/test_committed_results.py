"""Protocols, pilots, reports and READMEs of 003 and 004 against the committed trials."""

import json
from pathlib import Path

import pandas as pd
import pytest

from paretune.workloads import load_workload
from report_oracle import check_report
from tenfold import pilot, protocol

REPOSITORY = Path(__file__).parents[2]
RESULTS_PAGE = REPOSITORY / "docs" / "results.md"
EXPERIMENTS = [REPOSITORY / "experiments" / name for name in ("003-diatoms", "004-rotten-tomatoes")]
SCALES = [(experiment, name) for experiment in EXPERIMENTS for name in protocol.scale_names(experiment)]
IDS = [f"{experiment.name}-{name}" for experiment, name in SCALES]


def scale_of(experiment, name):
    return protocol.read_scale(experiment, name)


@pytest.mark.parametrize(("experiment", "name"), SCALES, ids=IDS)
def test_protocol_fits_its_workload(experiment, name):
    scale = scale_of(experiment, name)
    workload = load_workload(scale.workload)
    options, fixed, ranges = workload.parse_settings(scale.settings)
    assert options["seed"] == 0
    assert set(workload.search_space(fixed, ranges)) == set(workload.space)
    workload.objectives.with_limits(*scale.limits)
    workload.parse_settings({**scale.settings, **scale.retrain_settings})


@pytest.mark.parametrize(("experiment", "name"), SCALES, ids=IDS)
def test_archived_trials_have_origin_and_belong_to_a_side(experiment, name):
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


@pytest.mark.parametrize(("experiment", "name"), SCALES, ids=IDS)
def test_report_has_numbers_of_archived_trials(experiment, name):
    scale = scale_of(experiment, name)
    reports = sorted(path.parent for path in scale.reports.rglob("report.json"))
    has_trials = any(scale.results.glob("*.csv.gz"))
    result = (experiment / "README.md").read_text(encoding="utf-8").partition("## Result")[2]
    assert reports or not has_trials or "Not yet" in result, "there are trials, but no report of them"
    for folder in reports:
        check_report(folder, scale.results)


def test_report_belongs_to_an_experiment():
    known = {scale_of(*scale).reports.resolve() for scale in SCALES}
    present = {path.parent.resolve() for path in (REPOSITORY / "reports").glob("*/report.json")}
    assert present <= known


@pytest.mark.parametrize(("experiment", "name"), SCALES, ids=IDS)
def test_search_has_settings_of_its_pilot(experiment, name):
    scale = scale_of(experiment, name)
    if not scale.pilot.sets or not any(scale.results.glob("*.csv.gz")):
        return
    found = pilot.apply_pilot(scale)
    for path in scale.results.glob("*-[0-9].json"):
        origin = json.loads(path.read_text(encoding="utf-8"))
        assert {**origin["options"], **found.settings} == {**origin["options"], **origin["fixed"], **origin["ranges"]}
        objectives = load_workload(scale.workload).objectives.with_limits(*found.limits)
        assert origin["objectives"] == objectives.to_dict()


def test_rotten_tomatoes_pilot_meets_limits_with_share_of_original():
    scale = scale_of(EXPERIMENTS[1], "cpu")
    archive = scale.pilot.folder / f"{scale.pilot.side.name}.csv.gz"
    if not archive.exists():
        assert not any(scale.results.glob("*.csv.gz")), "there is a search without its pilot"
        return
    trials, (at_least, at_most) = pd.read_csv(archive), pilot.apply_pilot(scale).limits
    assert len(trials) == 50
    is_inside = (trials.accuracy >= at_least["accuracy"]) & (trials.training_time <= at_most["training_time"])
    assert is_inside.mean() == 0.26


def report_content(*folder):
    return json.loads(REPOSITORY.joinpath("reports", *folder, "report.json").read_text(encoding="utf-8"))


def page_text(path):
    return " ".join(path.read_text(encoding="utf-8").split())


def percent(estimate):
    return f"{100 * estimate['value']:.0f} % [{100 * estimate['low']:.0f}, {100 * estimate['high']:.0f}]"


def undominated(report):
    return [
        f"{report['stands'][side]['n_standing']} of {report['stands'][side]['n']}" for side in ("candidate", "baseline")
    ]


def test_results_page_and_readme_quote_rotten_tomatoes_report():
    report = report_content("rotten-tomatoes-cpu")
    found, match = report["comparison"], report["comparison"]["evaluations_to_match"]
    page, result = page_text(RESULTS_PAGE), page_text(EXPERIMENTS[1] / "README.md")
    assert match["value"] is None
    assert match["low"] == match["searched"] == 3.75
    feasible = [found["feasible_share"], found["baseline_feasible_share"]]
    for phrase in (
        "in 225 trials",
        "3.75 times as many",
        *(f"{100 * n['value']:.0f} %" for n in feasible),
        *undominated(report),
    ):
        assert phrase in page
        assert phrase in result
    merged = [found[f"{side}merged_front_share{at}"] for side in ("", "baseline_") for at in ("", "_unequal")]
    against = [report_content("rotten-tomatoes-cpu", f"against-{peer}")["comparison"] for peer in ("gp", "tpe")]
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


def test_results_page_and_readme_quote_diatoms_report():
    report, corner = report_content("diatoms-cpu"), report_content("diatoms-cpu", "corner")
    found, match = report["comparison"], report["comparison"]["evaluations_to_match"]
    times = f"{match['value']:.1f} times as many"
    interval = match["text"].partition("(")[2].rstrip(")")
    equal = f"{100 * found['merged_front_share']['value']:.0f} %"
    inside = {counts["run"]: (counts["complete"], counts["complete"] + counts["failed"]) for counts in corner["counts"]}
    bayes = [sum(column) for column in zip(*(n for run, n in inside.items() if run != "random-0"), strict=True)]
    against = [report_content("diatoms-cpu", f"against-{peer}")["comparison"] for peer in ("gp", "tpe")]
    volumes = [f"{n[key]['value']:.4f}" for n in against for key in ("hypervolume", "baseline_hypervolume")]
    page, result = page_text(RESULTS_PAGE), page_text(EXPERIMENTS[0] / "README.md")
    for phrase in (times, interval, equal, *undominated(report)):
        assert phrase in page
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
