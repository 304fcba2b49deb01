"""Reports and comparisons as a user asks for them: of studies and of anyone's CSV."""

import json
import shutil
from pathlib import Path

import numpy as np
import optuna
import pytest

from paretune.study import Study, load, open_storage
from paretune.workloads.builtin.analytic import WORKLOAD

pytestmark = pytest.mark.end_to_end

GOALS = ("--maximize", "accuracy", "--minimize", "latency", "--unit", "latency=s")


def told(folder):
    return json.loads((Path(folder) / "report.json").read_text())


def write_csv(name, seed, n=8, shift=0.0):
    rng = np.random.default_rng(seed)
    rows = [f"{x:.3f},{0.5 + x / 3:.3f},{0.1 + x**2 + shift:.3f}" for x in rng.random(n)]
    Path(name).write_text("\n".join(["x,accuracy,latency", *rows, "0.5,,"]) + "\n")


@pytest.fixture(scope="module")
def storage(tmp_path_factory):
    """Two studies of random search with different seeds, and one of a Sobol sequence."""
    path = tmp_path_factory.mktemp("stored") / "paretune.db"
    evaluate = WORKLOAD.prepare({"seconds": 0.0}, None).evaluate
    for name, searcher, seed in (("random-1", "random", 1), ("random-2", "random", 2), ("sobol", "sobol", 0)):
        study = Study(WORKLOAD.space, WORKLOAD.objectives, storage=path, name=name, searcher=searcher, seed=seed)
        study.run(evaluate, n_trials=9)
    return path


@pytest.fixture
def studies(storage):
    """Those studies in the current folder."""
    shutil.copy(storage, "paretune.db")


@pytest.mark.usefixtures("studies")
def test_a_comparison_is_printed_and_stands_in_the_report(paretune):
    code, out, err = paretune("compare", "sobol", "random-*", "--out", "made")
    assert (code, err) == (0, "")
    comparison = told("made")["comparison"]
    assert comparison["n_runs"] == 1
    assert comparison["baseline_n_runs"] == 2
    share, match = comparison["merged_front_share"], comparison["evaluations_to_match"]
    assert set(share) == {"value", "low", "high"}
    assert {"value", "low", "high"} <= set(match)
    assert 0 <= share["low"] <= share["value"] <= share["high"] <= 1
    assert f"{share['value'] * 100:.0f} % [{share['low'] * 100:.0f}, {share['high'] * 100:.0f}]" in out
    assert "Random search needed 0." in out
    assert out.endswith("Report: made/report.html\n")
    page = Path("made/report.html").read_text()
    assert all(f">{name}<" in page for name in ("sobol", "random-1", "random-2"))


@pytest.mark.usefixtures("studies")
def test_each_comparison_has_a_folder_of_its_own(paretune):
    for baseline in ("random-1", "random-2"):
        out = paretune("compare", "sobol", baseline)[1]
        assert out.endswith(f"Report: sobol-against-{baseline}-report/report.html\n")


@pytest.mark.usefixtures("studies")
def test_a_report_takes_baselines_one_by_one_and_says_the_same(paretune):
    paretune("compare", "sobol", "random-*")
    ours = (
        "report",
        "sobol",
        "--baseline",
        "random-1",
        "--baseline",
        "random-2",
        "--out",
        "made",
        "--title",
        "Two seeds",
    )
    assert paretune(*ours)[0] == 0
    assert told("made") == {**told("sobol-against-random-1_random-2-report"), "title": "Two seeds"}


@pytest.mark.usefixtures("studies")
def test_a_csv_of_an_export_gives_the_report_of_its_study(paretune):
    paretune("export", "sobol", "-o", "sobol.csv")
    paretune("report", "sobol", "--out", "of_study")
    limit = ("--at-least", "accuracy=0.2")
    code, out, err = paretune("report", "--csv", "sobol.csv", *GOALS, *limit, "--out", "of_csv")
    assert (code, err) == (0, "")
    stored, read = told("of_study"), told("of_csv")
    assert out.startswith(stored["headline"])
    for key in ("study", "counts", "efficient", "knee", "hypervolume", "objectives"):
        assert read[key] == stored[key], key
    assert read["origin"][0]["data"] == "sobol.csv"


def test_two_files_are_compared_with_several_seeds_a_side(paretune):
    for seed in (1, 2):
        write_csv(f"ours-{seed}.csv", seed)
        write_csv(f"theirs-{seed}.csv", seed + 10, n=20, shift=0.3)
    code, out, _ = paretune("compare", "ours-*.csv", "theirs-*.csv", *GOALS, "--out", "made")
    assert code == 0
    comparison = told("made")["comparison"]
    assert (comparison["n_runs"], comparison["baseline_n_runs"], comparison["budget"]) == (2, 2, 9)
    assert comparison["merged_front_share"]["value"] > comparison["baseline_merged_front_share"]["value"]
    assert "theirs-1, theirs-2 would have needed more than" in out


def test_a_column_to_ignore_may_be_in_one_of_two_files(paretune):
    write_csv("theirs.csv", 2)
    write_csv("ours.csv", 1)
    lines = Path("ours.csv").read_text().splitlines()
    Path("ours.csv").write_text("".join(f"{line},{'note' if i == 0 else i}\n" for i, line in enumerate(lines)))
    code, _, err = paretune("compare", "ours.csv", "theirs.csv", *GOALS, "--ignore", "note", "--out", "made")
    assert (code, err) == (0, "")
    assert "note" not in told("made")["efficient"][0]["params"]


@pytest.mark.parametrize("index", [True, False])
def test_the_csv_of_an_optuna_study_is_reported_compared_and_imported(paretune, index):
    def train(trial):
        width, kind = trial.suggest_int("width", 1, 9), trial.suggest_categorical("kind", ["a", "b"])
        trial.set_user_attr("note", f"{width} {kind}")
        return width, width**2 + (kind == "a")

    study = optuna.create_study(directions=["maximize", "minimize"], sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(train, n_trials=6)
    study.trials_dataframe().to_csv("t.csv", index=index)
    goals = ("--maximize", "values_0", "--minimize", "values_1")
    for words in (("report", "t.csv", "--out", "made"), ("compare", "t.csv", "t.csv"), ("import", "t.csv")):
        code, _, err = paretune(*words, *goals)
        assert (code, err) == (0, "")
    assert {tuple(found["params"]) for found in told("made")["efficient"]} == {("kind", "width")}
    imported = load("t", "paretune.db").trials
    assert list(imported.params) == [trial.params for trial in study.trials]
    assert imported.values.tolist() == [trial.values for trial in study.trials]


@pytest.mark.usefixtures("studies")
def test_a_study_is_compared_with_a_file_that_wants_what_the_study_wants(paretune):
    paretune("export", "random-1", "-o", "theirs.csv")
    code, _, err = paretune("compare", "sobol", "theirs.csv", "--out", "made")
    paretune("compare", "sobol", "random-1", "--out", "stored")
    assert (code, err) == (0, "")
    made, stored = told("made")["comparison"], told("stored")["comparison"]
    assert {k: v for k, v in made.items() if k != "baseline"} == {k: v for k, v in stored.items() if k != "baseline"}


@pytest.mark.usefixtures("studies")
def test_limits_after_the_fact_replace_and_add_to_those_of_a_study(paretune):
    trials = load("sobol", "paretune.db").trials
    code, _, _ = paretune(
        "report", "sobol", "--at-least", "accuracy=0.1", "--at-most", "latency=0.002", "--out", "made"
    )
    values = trials.values[~np.isnan(trials.losses).any(axis=1)]
    inside = (values[:, 0] >= 0.1) & (values[:, 1] <= 0.002)
    assert code == 0
    assert told("made")["counts"][0]["complete"] == inside.sum()
    assert told("made")["objectives"]["accuracy"]["at_least"] == 0.1
    assert told("made")["objectives"]["latency"]["at_most"] == 0.002
    assert told("made")["hypervolume"]["reference"]["latency"] == {"value": 0.002, "source": "limit"}


def test_a_reference_is_taken_as_given_and_told(paretune):
    write_csv("ours.csv", 1)
    paretune("report", "ours.csv", *GOALS, "--reference", "accuracy=0.4,latency=2", "--out", "made")
    assert told("made")["hypervolume"]["reference"] == {
        "accuracy": {"value": 0.4, "source": "given"},
        "latency": {"value": 2.0, "source": "given"},
    }
    assert "accuracy = 0.4, latency = 2 (as given)" in Path("made/report.html").read_text()


def test_trials_of_an_optuna_study_that_do_not_fit_are_counted(paretune):
    study = optuna.create_study(study_name="plain", directions=["minimize"] * 2, storage=open_storage("paretune.db"))
    for i in range(4):
        trial = study.ask()
        trial.suggest_float("x", 0, 1)
        study.tell(trial, [i, -i])
    study.tell(study.ask(), state=optuna.trial.TrialState.FAIL)
    code, _, errors = paretune("report", "plain", "--out", "made")
    assert code == 0
    assert "NOTICE: Left out of all numbers of plain: 1 of 5 trials, which ended before" in errors
    _, seen, _ = paretune("status", "plain")
    assert seen.startswith("plain: 5 trials: 4 complete, 0 failed, 1 without the parameters of the others")
    assert told("made")["counts"][0] | {"failures": {}} == {
        "run": "plain", "trials": 5, "complete": 4, "efficient": 4, "failed": 0, "pending": 0, "lost": 0, "unfit": 1,
        "failures": {},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["report", "t.csv"], "t.csv: say what is wanted by --maximize COLUMN and --minimize COLUMN; its columns"),
        (["report", "no.csv", *GOALS], "there is no file no.csv"),
        (["report", "t.txt", "--csv", *GOALS], "there is no file t.txt"),
        (["report", "t.csv", "--maximize", "acc"], "t.csv has no column 'acc'; its columns are x, accuracy, latency"),
        (["report", "t.csv", *GOALS, "--ignore", "id"], "t.csv has no column 'id'"),
        (["report", "t.csv", *GOALS, "--at-least", "accuracy"], "--at-least takes name=number, such as accuracy=0.75"),
        (["report", "t.csv", *GOALS, "--at-most", "latency=x"], "--at-most takes name=number"),
        (["report", "t.csv", *GOALS, "--at-most", "latency=1,latency=2"], "--at-most gives latency twice"),
        (["report", "t.csv", *GOALS, "--at-most", "accuracy=1"], "accuracy cannot be limited so: it is not minimized"),
        (["report", "t.csv", *GOALS, "--reference", "tiem=1"], "no objective 'tiem' for a reference"),
        (["report", "t.csv", *GOALS, "--unit", "size=MB"], "--unit takes name=unit of an objective"),
        (["report", "mine", *GOALS], "--maximize and --minimize are for a CSV file"),
        (["report", "mine"], "there is no file paretune.db"),
        (["compare", "t.csv", "text.csv", *GOALS], "text.csv, line 2: accuracy must be a number, or empty"),
        (["compare", "t.csv", "semicolons.csv", *GOALS], "semicolons.csv is separated by semicolons"),
        (["compare", "t.csv", "empty.csv", *GOALS], "empty.csv is empty"),
    ],
)  # fmt: skip
def test_a_users_mistake_is_one_line_that_says_what_to_do(paretune, words, complaint):
    write_csv("t.csv", 1)
    Path("text.csv").write_text("x,accuracy,latency\n1,high,2\n")
    Path("semicolons.csv").write_text("x;accuracy;latency\n1;2;3\n")
    Path("empty.csv").write_text("")
    code, out, err = paretune(*words)
    assert (code, out) == (2, "")
    assert complaint in err
    assert err.count("\n") == 1
    assert err.startswith("paretune: ")
    assert not list(Path().glob("*-report"))


OTHERS = [
    (
        ["--maximize", "latency", "--minimize", "accuracy"],
        "objectives cannot be compared: sobol is to maximize accuracy, minimize latency, theirs to maximize latency",
    ),
    (["--maximize", "accuracy"], "sobol is to maximize accuracy, minimize latency, theirs to maximize accuracy"),
    (
        ["--maximize", "accuracy", "--minimize", "latency"],
        "has accuracy at least 0.2, theirs no limit of accuracy: give both one, such as --at-least accuracy=0.2\n",
    ),
    (
        [*GOALS[:4], "--unit", "latency=ms", "--at-least", "accuracy=0.2"],
        "different units cannot be compared: latency is in s in sobol, in ms in theirs: bring both to one\n",
    ),
]


@pytest.mark.usefixtures("studies")
@pytest.mark.parametrize(("words", "complaint"), OTHERS)
@pytest.mark.parametrize("command", [("compare", "sobol"), ("report", "sobol", "--baseline")])
def test_studies_that_want_different_things_are_not_compared(paretune, command, words, complaint):
    write_csv("theirs.csv", 1)
    code, out, err = paretune(*command, "theirs.csv", *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("paretune: different ")
    assert complaint in err


@pytest.mark.usefixtures("studies")
def test_a_unit_that_a_file_does_not_tell_is_that_of_the_study(paretune):
    write_csv("theirs.csv", 1)
    limit = ("--at-least", "accuracy=0.2")
    code, _, err = paretune("compare", "theirs.csv", "sobol", *GOALS[:4], *limit, "--out", "made")
    assert (code, err) == (0, "")
    assert told("made")["objectives"]["latency"]["unit"] == "s"
