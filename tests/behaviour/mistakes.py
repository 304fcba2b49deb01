"""Wrong inputs of every command, with the files that they need."""

from __future__ import annotations

from pathlib import Path

from behaviour.command_line import call

STUDY = """\
space:
  x: {type: float, low: 0.0, high: 1.0}
  kind: {type: categorical, choices: [a, b]}
  z: {type: int, low: 1, high: 4, when: {kind: a}}
objectives:
  accuracy: {goal: maximize, at_least: 0.25}
  latency: {goal: minimize, unit: s}
command: [sh, -c, "true"]
"""


HEADER = "layers,width,learning_rate,activation,optimizer,momentum,accuracy,latency\n"


def _study(old: str, new: str) -> str:
    """A study file with one mistake."""
    assert old in STUDY
    return STUDY.replace(old, new)


CORRECT = "study.yaml"
FILES = {
    CORRECT: STUDY,
    "empty.yaml": "",
    "not_yaml.yaml": _study("choices: [a, b]", "choices: [a, b"),
    "no_command.yaml": _study('command: [sh, -c, "true"]\n', ""),
    "no_program.yaml": _study("[sh, -c", "[no-such-program, -c"),
    "unknown_key.yaml": STUDY + "objectve: {}\n",
    "twice.yaml": STUDY + "name: a\nname: b\n",
    "unknown_type.yaml": _study("type: float", "type: flaot"),
    "bounds.yaml": _study("high: 1.0", "high: -1.0"),
    "condition.yaml": _study("when: {kind: a}", "when: {kind: c}"),
    "limit.yaml": _study("goal: minimize, unit", "goal: minimize, at_least: 3, unit"),
    "limit_text.yaml": _study("at_least: 0.25", "at_least: high"),
    "timeout.yaml": STUDY + "timeout: -3\n",
    "run_option.yaml": STUDY + "run:\n  trials: 3\n  workrs: 2\n",
    "run_value.yaml": STUDY + "run:\n  trials: 3\n  stop_growth: fast\n",
    "same_name.yaml": _study("latency:", "x:"),
    "trials.csv": "x,accuracy,latency\n0.1,0.5,1\n0.2,0.6,2\n0.3,0.7,3\n",
    "text_cell.csv": "x,accuracy,latency\n0.1,0.5,1\n0.2,high,2\n",
    "state_cell.csv": "x,accuracy,latency,state\n0.1,0.5,1,complete\n0.2,0.5,2,done\n",
    "number_cell.csv": "number,x,accuracy,latency\n0,0.1,0.5,1\n0,0.2,0.6,2\n",
    "long_row.csv": "x,accuracy,latency\n0.1,0.5,1\n0.2,0.6,2,7\n",
    "no_rows.csv": "",
    "analytic.csv": HEADER + "2,8,0.01,relu,adam,,0.5,0.1\n3,16,0.02,tanh,sgd,0.5,0.6,0.2\n1,64,0.5,relu,adam,,,\n",
    "outside.csv": HEADER + "9000,8,0.1,relu,adam,,0.5,0.1\n",
    "origin.json": '{"made": "elsewhere"}\n',
    "a_file": "no folder\n",
}
GOALS = ("--maximize", "accuracy", "--minimize", "latency")
ANALYTIC = ("run", "analytic", "--no-report", "--searcher", "random")

MISTAKES: dict[str, tuple[object, ...]] = {
    # no command, or not one of ours
    "unknown command": ("rum",),
    "run without a workload": ("run",),
    # the words of run
    "unknown workload": ("run", "diatom"),
    "workload without a name": ("run", "analytic:"),
    "workload of no module": ("run", "no.such:X"),
    "no trials": (*ANALYTIC, "--trials", 0),
    "negative trials": (*ANALYTIC, "--trials", -3),
    "trials in letters": (*ANALYTIC, "--trials", "many"),
    "negative seed": (*ANALYTIC, "--seed", -1),
    "unknown searcher": ("run", "analytic", "--searcher", "magic"),
    "unknown executor": (*ANALYTIC, "--executor", "cloud"),
    "address without ray": (*ANALYTIC, "--address", "auto"),
    "a share of two GPUs": (*ANALYTIC, "--executor", "ray", "--gpus-per-trial", 1.5),
    "nothing per trial": (*ANALYTIC, "--executor", "ray", "--cpus-per-trial", 0),
    "per device without devices": (*ANALYTIC, "--per-device", 2),
    "unknown tracker": (*ANALYTIC, "--log", "paper"),
    "setting without a value": (*ANALYTIC, "--set", "seconds"),
    "unknown setting": (*ANALYTIC, "--set", "second=1"),
    "setting outside its range": (*ANALYTIC, "--set", "seconds=-1"),
    "setting of the wrong type": (*ANALYTIC, "--set", "width=wide"),
    "setting twice": (*ANALYTIC, "--set", "width=2", "--set", "width=3"),
    "bounds upside down": (*ANALYTIC, "--set", "width=9:3"),
    "bounds outside the domain": (*ANALYTIC, "--set", "width=0:3"),
    "bounds of a category": (*ANALYTIC, "--set", "optimizer=1:2"),
    "parameter without its condition": (*ANALYTIC, "--set", "optimizer=adam", "--set", "momentum=0.5"),
    "limit without a number": (*ANALYTIC, "--at-least", "accuracy=high"),
    "limit on nothing": (*ANALYTIC, "--at-least", "precision=0.5"),
    "limit on the wrong side": (*ANALYTIC, "--at-most", "accuracy=0.5"),
    "limit twice": (*ANALYTIC, "--at-least", "accuracy=0.5,accuracy=0.6"),
    "time without a unit": (*ANALYTIC, "--trial-timeout", "soon"),
    "no time": (*ANALYTIC, "--stop-after", "0"),
    "memory too small": (*ANALYTIC, "--memory-limit", "10K"),
    "target on nothing": (*ANALYTIC, "--stop-at", "precision>=0.5"),
    "target without a comparison": (*ANALYTIC, "--stop-at", "accuracy"),
    "growth without trials": (*ANALYTIC, "--stop-growth", "1"),
    "storage in no folder": (*ANALYTIC, "--storage", "no/where.db"),
    "storage of no known kind": (*ANALYTIC, "--storage", "nosql://x"),
    "empty study name": (*ANALYTIC, "--study", ""),
    "data folder without need": (*ANALYTIC, "--data-dir", "."),
    "data folder that is not there": ("run", "diatoms", "--no-report", "--data-dir", "nowhere"),
    "report folder that is a file": ("run", "analytic", "--searcher", "random", "--out", "a_file"),
    # run with a study that is there
    "another option than the study's": (*ANALYTIC, "--study", "mine", "--set", "seconds=0.5"),
    "another fixed value than the study's": (*ANALYTIC, "--study", "mine", "--set", "width=8"),
    "another limit than the study's": (*ANALYTIC, "--study", "mine", "--at-least", "accuracy=0.9"),
    "another workload than the study's": ("run", "diatoms", "--no-report", "--study", "mine"),
    "a study file for another study": ("run", "study.yaml", "--no-report", "--study", "mine"),
    # run with study files
    "study file that is not there": ("run", "nowhere.yaml"),
    **{
        f"study file {name}": ("run", name, "--no-report")
        for name in FILES
        if name.endswith(".yaml") and name != "study.yaml"
    },
    # import
    "import without objectives": ("import", "trials.csv"),
    "import of a file that is not there": ("import", "nowhere.csv", *GOALS),
    "import without a column": ("import", "trials.csv", "--maximize", "precision", "--minimize", "latency"),
    "import with a text for a number": ("import", "text_cell.csv", *GOALS),
    "import with an unknown state": ("import", "state_cell.csv", *GOALS),
    "import with a number twice": ("import", "number_cell.csv", *GOALS),
    "import of a row that is too long": ("import", "long_row.csv", *GOALS),
    "import of an empty file": ("import", "no_rows.csv", *GOALS),
    "import ignoring nothing": ("import", "trials.csv", *GOALS, "--ignore", "y"),
    "import outside the space": ("import", "outside.csv", "analytic"),
    "import with another column": ("import", "trials.csv", "analytic"),
    "import with objectives twice": ("import", "trials.csv", "analytic", *GOALS),
    "import of an origin without a workload": ("import", "trials.csv", *GOALS, "--origin", "origin.json"),
    "import of no origin": ("import", "trials.csv", "analytic", "--origin", "origin.json"),
    # export, status, stop, log
    "export of no file": ("export", "mine", "--storage", "nowhere.db"),
    "export of an unknown study": ("export", "theirs"),
    "export in an unknown format": ("export", "mine", "--format", "xml"),
    "export into no folder": ("export", "mine", "-o", "no/where.csv"),
    "status of an unknown study": ("status", "theirs"),
    "status of no file": ("status", "mine", "--storage", "nowhere.db"),
    "stop of an unknown study": ("stop", "theirs"),
    "log of an unknown study": ("log", "theirs", 0),
    "log of no trial": ("log", "mine", 999),
    # report, compare
    "report of an unknown study": ("report", "theirs"),
    "report of a CSV without objectives": ("report", "trials.csv"),
    "report of a CSV that is not there": ("report", "nowhere.csv", *GOALS),
    "report with objectives of no CSV": ("report", "mine", *GOALS),
    "report with a unit of nothing": ("report", "trials.csv", *GOALS, "--unit", "size=B"),
    "report with a reference of nothing": ("report", "mine", "--reference", "precision=0.5"),
    "report with a reference in letters": ("report", "mine", "--reference", "accuracy=low"),
    "report without a column": ("report", "trials.csv", *GOALS, "--minimize", "size"),
    "report against an unknown study": ("report", "mine", "--baseline", "theirs"),
    "report with a limit on nothing": ("report", "mine", "--at-least", "precision=0.5"),
    "compare with an unknown study": ("compare", "mine", "theirs"),
    "compare with other objectives": ("compare", "mine", "trials.csv", "--minimize", "x"),
    "compare of nothing that matches": ("compare", "mine", "theirs-*"),
    # refit, measure-lock
    "refit of an unknown study": ("refit", "theirs"),
    "refit of none": ("refit", "mine", "--top", 0),
    "refit of a parameter": ("refit", "mine", "--no-report", "--set", "width=8"),
    "refit with another workload": ("refit", "mine", "--no-report", "--workload", "study.yaml"),
    "lock of an unknown device": ("measure-lock", "--device", "tpu", "--", "true"),
    "lock without a command": ("measure-lock",),
}


def answers(folder: Path) -> dict[str, tuple[int, str]]:
    """Return exit code and standard error of every wrong input, by name."""
    for name, text in FILES.items():
        (folder / name).write_text(text)
    code, _, err = call(folder, "import", "analytic.csv", "analytic", "--study", "mine")
    assert code == 0, err
    found = {}
    for name, words in MISTAKES.items():
        code, _, err = call(folder, *words)
        found[name] = (code, err)
    return found
