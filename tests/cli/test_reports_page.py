"""Commands of docs/reports.md run as they are."""

import re
import shlex
from pathlib import Path

import pytest

from command_output import without_trial_lines
from paretune.study import Study
from paretune.workloads.builtin.analytic import WORKLOAD

pytestmark = pytest.mark.end_to_end

PAGE = (Path(__file__).parents[2] / "docs" / "reports.md").read_text()
COMMANDS = re.findall(r"^\$ paretune (.*)", PAGE, re.MULTILINE)
TRIALS = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)[1]


@pytest.fixture(scope="module")
def storage(tmp_path_factory):
    path = tmp_path_factory.mktemp("stored") / "paretune.db"
    evaluate = WORKLOAD.prepare({"seconds": 0.0}, None).evaluate
    for seed, name in enumerate(["mine", "random", "bayes-1", "bayes-2", "random-1", "random-2"]):
        study = Study(WORKLOAD.space, WORKLOAD.objectives, storage=path, name=name, searcher="random", seed=seed)
        study.run(evaluate, n_trials=3)
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_command_runs(paretune, storage, command):
    for name in ("trials.csv", "ours.csv", "theirs.csv"):
        Path(name).write_text(TRIALS)
    Path("s.csv").write_text("number,values_0,values_1,params_x,state\n0,1,2,3,COMPLETE\n")
    Path("named.csv").write_text("number,values_accuracy,values_latency,params_x,state\n0,1,2,3,COMPLETE\n")
    words = shlex.split(command, comments=True)
    if words[0] == "run":
        words += ["--trials", "3"]
    else:
        Path("paretune.db").write_bytes(storage.read_bytes())
    code, out, err = paretune(*words)
    lines = without_trial_lines(err).splitlines()
    assert (code, [line for line in lines if ": taken as parameters: " not in line]) == (0, [])
    assert words[0] == "inspect" or Path(re.search(r"Report: (.*)", out)[1]).exists()


def test_csv_example_is_read_as_page_says(paretune):
    Path("trials.csv").write_text(TRIALS)
    _, out, _ = paretune("report", "trials.csv", "--maximize", "accuracy", "--minimize", "latency")
    assert out.startswith("Of 3 trials, 2 configurations are efficient")


def test_page_has_each_kind_of_command():
    assert {command.split()[0] for command in COMMANDS} == {"run", "report", "compare", "inspect"}
    assert len(COMMANDS) >= 10
