"""`paretune compare`: two studies or files, with intervals."""

import re
from pathlib import Path

import pytest

from study_reports import FILE_OBJECTIVES, read_report, write_trials_csv

pytestmark = pytest.mark.end_to_end


@pytest.mark.usefixtures("studies")
def test_comparison_is_printed_and_is_in_report(paretune):
    code, out, err = paretune("compare", "sobol", "random-*", "--out", "made")
    assert (code, err) == (0, "")
    comparison = read_report("made")["comparison"]
    assert comparison["n_runs"] == 1
    assert comparison["baseline_n_runs"] == 2
    share, match = comparison["merged_front_share"], comparison["evaluations_to_match"]
    assert set(share) == {"value", "low", "high"}
    assert {"value", "low", "high"} <= set(match)
    assert 0 <= share["low"] <= share["value"] <= share["high"] <= 1
    assert f"{share['value'] * 100:.0f} % [{share['low'] * 100:.0f}, {share['high'] * 100:.0f}]" in out
    assert "random-1, random-2 needed 0." in out
    assert re.search(r"^ +sobol +random-1, random-2$", out, re.MULTILINE), "names of both sides"
    assert out.endswith("Report: made/report.html\n")
    page = Path("made/report.html").read_text()
    assert all(f">{name}<" in page for name in ("sobol", "random-1", "random-2"))


@pytest.mark.usefixtures("studies")
def test_each_comparison_has_its_own_folder(paretune):
    for baseline in ("random-1", "random-2"):
        out = paretune("compare", "sobol", baseline)[1]
        assert out.endswith(f"Report: sobol-against-{baseline}-report/report.html\n")


def test_files_with_several_seeds_are_compared(paretune):
    for seed in (1, 2):
        write_trials_csv(f"ours-{seed}.csv", seed)
        write_trials_csv(f"theirs-{seed}.csv", seed + 10, n=20, shift=0.3)
    code, out, _ = paretune("compare", "ours-*.csv", "theirs-*.csv", *FILE_OBJECTIVES, "--out", "made")
    assert code == 0
    comparison = read_report("made")["comparison"]
    assert (comparison["n_runs"], comparison["baseline_n_runs"], comparison["budget"]) == (2, 2, 9)
    assert comparison["merged_front_share"]["value"] > comparison["baseline_merged_front_share"]["value"]
    assert "theirs-1, theirs-2 would have needed more than" in out


def test_ignored_column_may_be_in_one_of_two_files(paretune):
    write_trials_csv("theirs.csv", 2)
    write_trials_csv("ours.csv", 1)
    lines = Path("ours.csv").read_text().splitlines()
    Path("ours.csv").write_text("".join(f"{line},{'note' if i == 0 else i}\n" for i, line in enumerate(lines)))
    code, _, err = paretune("compare", "ours.csv", "theirs.csv", *FILE_OBJECTIVES, "--ignore", "note", "--out", "made")
    assert code == 0
    taken = "ours.csv, theirs.csv: taken as parameters: x; as metrics: accuracy, latency; left out: note ("
    assert err.startswith(taken)
    assert "note" not in read_report("made")["efficient"][0]["params"]


@pytest.mark.usefixtures("studies")
def test_file_compared_with_study_takes_its_objectives(paretune):
    paretune("export", "random-1", "-o", "theirs.csv")
    code, _, err = paretune("compare", "sobol", "theirs.csv", "--out", "made")
    paretune("compare", "sobol", "random-1", "--out", "stored")
    assert (code, err) == (0, "")
    made, stored = read_report("made")["comparison"], read_report("stored")["comparison"]
    assert {k: v for k, v in made.items() if k != "baseline"} == {k: v for k, v in stored.items() if k != "baseline"}


DIFFERENT_OBJECTIVES = [
    (
        ["--maximize", "latency", "--minimize", "accuracy"],
        "objectives cannot be compared: sobol is to maximize accuracy, minimize latency, theirs to maximize latency",
    ),
    (["--maximize", "accuracy"], "sobol is to maximize accuracy, minimize latency, theirs to maximize accuracy"),
    (
        ["--maximize", "accuracy", "--minimize", "latency"],
        "has accuracy at least 0.2, theirs no limit of accuracy: give both the same limit, such as",
    ),
    (
        [*FILE_OBJECTIVES[:4], "--unit", "latency=ms", "--at-least", "accuracy=0.2"],
        "different units cannot be compared: latency is in s in sobol, in ms in theirs: convert one of them\n",
    ),
]


@pytest.mark.usefixtures("studies")
@pytest.mark.parametrize(("words", "complaint"), DIFFERENT_OBJECTIVES)
@pytest.mark.parametrize("command", [("compare", "sobol"), ("report", "sobol", "--baseline")])
def test_runs_with_different_objectives_are_not_compared(paretune, command, words, complaint):
    write_trials_csv("theirs.csv", 1)
    code, out, err = paretune(*command, "theirs.csv", *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("paretune: different ")
    assert complaint in err


@pytest.mark.usefixtures("studies")
def test_unit_does_not_replace_that_of_a_study(paretune):
    code, out, err = paretune("report", "sobol", "--unit", "latency=ms")
    assert (code, out) == (2, "")
    assert err == "paretune: study 'sobol' has latency in s, not in ms: leave --unit out\n"


@pytest.mark.usefixtures("studies")
def test_file_without_unit_takes_that_of_study(paretune):
    write_trials_csv("theirs.csv", 1)
    limit = ("--at-least", "accuracy=0.2")
    code, _, err = paretune("compare", "theirs.csv", "sobol", *FILE_OBJECTIVES[:4], *limit, "--out", "made")
    assert (code, err.count("\n")) == (0, 1)
    assert err.startswith("theirs.csv: taken as parameters: x; as metrics: accuracy, latency")
    assert read_report("made")["objectives"]["latency"]["unit"] == "s"
