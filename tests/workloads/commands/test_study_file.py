"""Valid study files, and messages with the line of each mistake."""

import math
import subprocess
import sys
from pathlib import Path

import pytest

from paretune.errors import InvalidInputError
from paretune.objectives import Maximize, Minimize, Objectives
from paretune.space import Categorical, Float, Int, LinearConstraint, Normal, Weights
from paretune.workloads.commands.study_file import MAX_PARAMETERS, is_study_file, read_study_file

SPACE = "space:\n  x: {type: float, low: 0, high: 1}\n"
OBJECTIVES = "objectives:\n  a: {goal: maximize}\n"
COMMAND = "command: [sh, train.sh]\n"
REST = OBJECTIVES + COMMAND
FLOAT = "space:\n  x:\n    type: float\n    low: 0\n"
INT = "  z: {type: int, low: 1, high: 2"

WHOLE = """\
# what is tuned
name: nets
space:
  rate: {type: float, low: 1e-4, high: 1, log: true}
  drop: {type: float, low: 0.0, high: 0.5, step: 0.1}
  width:
    type: int
    low: 1
    high: 9
    step: 2
  optimizer: {type: categorical, choices: [on, off, "1", 2, 2.5, true, null]}
  momentum: {type: float, low: 0, high: 1, when: {optimizer: on}}
  nesterov: {type: categorical, choices: [no, yes], ordered: false, when: {optimizer: [on, off], width: 3}}
objectives:
  accuracy: {goal: maximize, at_least: 0.75}
  latency: {goal: minimize, at_most: 1e-1, unit: s}
command: [sh, ./train.sh, --epochs, 3, --quick, true]
timeout: 60
"""


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(text, name="study.yaml"):
    Path(name).write_text(text)
    return name


def test_whole_study_file_is_read():
    workload = read_study_file(written(WHOLE))
    assert workload.name == "nets"
    assert dict(workload.space) == {
        "rate": Float(1e-4, 1.0, log=True),
        "drop": Float(0.0, 0.5, step=0.1),
        "width": Int(1, 9, step=2),
        "optimizer": Categorical(["on", "off", "1", 2, 2.5, True, None]),
        "momentum": Float(0.0, 1.0, when={"optimizer": "on"}),
        "nesterov": Categorical(["no", "yes"], ordered=False, when={"optimizer": ["on", "off"], "width": 3}),
    }
    assert workload.objectives == Objectives(
        [Maximize("accuracy", at_least=0.75), Minimize("latency", at_most=0.1, unit="s")]
    )
    assert workload.facts == {
        "program": {"command": "sh ./train.sh --epochs 3 --quick true", "timeout": 60.0},
    }


def test_workload_is_named_by_file_and_command_may_be_one_text():
    workload = read_study_file(written(SPACE + OBJECTIVES + "command: sh -c 'echo a b'\n", "my nets.yml"))
    assert workload.name == "my nets"
    assert workload.facts == {"program": {"command": "sh -c 'echo a b'"}}


def test_command_runs_in_folder_of_study_file(in_an_empty_folder, monkeypatch):
    written("echo '{\"a\": 1}'; pwd > here", "train.sh")
    written(SPACE + REST)
    (in_an_empty_folder / "below").mkdir()
    monkeypatch.chdir("below")
    assert read_study_file("../study.yaml").prepare({}, None).evaluate({"x": 0.5})["a"] == 1
    assert (in_an_empty_folder / "here").exists()


def test_study_file_may_be_json():
    text = (
        '{"space": {"x": {"type": "int", "low": 1, "high": 2}},\n "objectives": {"a": {"goal": "minimize"}},\n'
        ' "command": ["sh"]}'
    )
    assert read_study_file(written(text)).space["x"] == Int(1, 2)


@pytest.mark.parametrize("word", ["study.yaml", "a.yml", "./study", "runs/study.yaml"])
def test_word_with_ending_or_slash_is_study_file(word):
    assert is_study_file(word)
    assert not is_study_file("diatoms")


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("", 1, "the file is empty: give it space, objectives and command"),
        ("# nothing\n", 1, "the file is empty"),
        ("hello", 1, "a study file must be keys with values"),
        ("- a\n- b\n", 1, "a study file must be keys with values"),
        ("a: b: c", 1, "is not YAML: mapping values are not allowed here"),
        ("space:\n  x: {\n", 3, "while parsing a flow node that begins in line 3"),
        ("space:\n\tx: 1", 2, "is not YAML: found character '\\t'"),
        ("space: 'x\n\n", 3, "while scanning a quoted scalar that begins in line 1"),
        ("space: 1\n\nname: \x01\n", 3, "the character #x01 is not allowed"),
        ("[" * 5000 + "]" * 5000, 1, "nested too deeply for a study file, which has at most 20 levels"),
        ("a:\n" + "- " * 5000, 2, "nested too deeply"),
        ("a: [" + "1," * 60_000 + "]", 1, "the file has more than 50,000 keys and values"),
        (SPACE + REST + "---\nname: b\n", 6, "expected a single document"),
        ("space: &s\n  x: 1\nname: *s\n", 3, "an alias (*) is not supported"),
        ("command: !!python/object:os.system [x]\n", 1, "the tag tag:yaml.org,2002:python/object:os.system"),
        (SPACE + OBJECTIVES, 1, "a study file needs 'command', which is missing"),
        (SPACE + REST + "tmeout: 3\n", 6, "a study file has no 'tmeout' (did you mean 'timeout'?); it has space,"),
        (SPACE + REST + COMMAND, 6, "'command' is there twice, first in line 5"),
        (SPACE + REST + "timeout: -1\n", 6, "timeout must be more than 0 seconds, but is -1"),
        (SPACE + REST + "timeout: 5 min\n", 6, "timeout must be a number, but is '5 min'"),
        (SPACE + REST + "name: 3\n", 6, "name must be a word, but is 3"),
        ("space:\n" + REST, 1, "space is empty: give at least one, such as x: {type: float"),
        ("space: 3\n" + REST, 1, "space must be keys with values, such as x: {type: float"),
        ("space:\n  x: 3\n" + REST, 2, "x must be keys with values, such as {type: float"),
        ("space:\n  x: {low: 0, high: 1}\n" + REST, 2, "x needs 'type': one of float, int, categorical"),
        ("space:\n  x: {type: floot}\n" + REST, 2, "but is 'floot' (did you mean 'float'?)"),
        ("space:\n  x: {type: categorical, choices: []}\n" + REST, 2, "x: choices must have at least one value"),
        ("space:\n  x: {type: categorical, choices: ab}\n" + REST, 2, "x: choices must be a list of values"),
        ("space:\n  x: {type: categorical, choices: [a, a]}\n" + REST, 2, "x: choices must differ, but 'a'"),
        ("space:\n  x: {type: categorical, choices: [a], ordered: 1}\n" + REST, 2, "ordered must be true or false"),
        (FLOAT + "    high: -1\n" + REST, 4, "x: low must not exceed high, and the range must be finite"),
        (FLOAT + REST, 2, "x, a float, needs 'high', which is missing"),
        (FLOAT + "    high: one\n" + REST, 5, "x: high must be a number, but is 'one'"),
        (FLOAT + "    high: true\n" + REST, 5, "x: high must be a number, but is True"),
        (FLOAT + "    high: .inf\n" + REST, 5, "x: high must be finite, but is inf"),
        (FLOAT + "    high: 1\n    log: yes\n" + REST, 6, "x: log must be true or false, but is 'yes'"),
        (FLOAT + "    high: 1\n    log: true\n" + REST, 6, "x: log=True needs low > 0 and no step"),
        (FLOAT + "    high: 1\n    step: 0\n" + REST, 6, "x: step must be positive"),
        (FLOAT + "    high: 1\n    hihg: 2\n" + REST, 6, "x, a float, has no 'hihg' (did you mean 'high'?)"),
        ("space:\n  k: {type: int, low: 0.5, high: 3}\n" + REST, 2, "k: low must be a whole number, but is 0.5"),
        (SPACE + INT + ", when: {c: a}}\n" + REST, 3, "z depends on 'c', which must be a parameter that comes before"),
        (SPACE + INT + ", when: c}\n" + REST, 3, "z: when must be a parameter with its value"),
        (
            SPACE + INT + ",\n    when: {x: 7}}\n" + REST,
            4,
            "z: the condition on x would never hold, because x is continuous",
        ),
        (SPACE + "  1: {type: int, low: 1, high: 2}\n" + REST, 3, "a key must be text, but is 1: put it in quotes"),
        (SPACE + "  '': {type: int, low: 1, high: 2}\n" + REST, 3, "a key is empty: give it a name"),
        (SPACE + "  a: {type: int, low: 1, high: 2}\n" + REST, 5, "a table of trials would have two columns 'a'"),
        (SPACE + "objectives:\n" + COMMAND, 3, "objectives is empty: give at least one"),
        (SPACE + "objectives:\n  a: maximize\n" + COMMAND, 4, "a must be keys with values, such as {goal: maximize"),
        (SPACE + "objectives:\n  a: {at_most: 1}\n" + COMMAND, 4, "a needs 'goal': one of maximize, minimize"),
        (SPACE + "objectives:\n  a: {goal: maximise}\n" + COMMAND, 4, "(did you mean 'maximize'?)"),
        (SPACE + "objectives:\n  a: {goal: maximize, at_most: 3}\n" + COMMAND, 4, "a, to maximize, has no 'at_most'"),
        (SPACE + "objectives:\n  a: {goal: maximize, at_least: x}\n" + COMMAND, 4, "a: at_least must be a number"),
        (SPACE + "objectives:\n  a: {goal: minimize, at_most: true}\n" + COMMAND, 4, "a: at_most must be a number"),
        (SPACE + "objectives:\n  a: {goal: minimize, unit: 3}\n" + COMMAND, 4, "a: unit must be text, but is 3"),
        (SPACE + "objectives:\n  step: {goal: minimize}\n" + COMMAND, 4, "an objective cannot be named 'step'"),
        (SPACE + OBJECTIVES + "command:\n", 5, "command is empty: give a program and its arguments"),
        (SPACE + OBJECTIVES + "command: []\n", 5, "command is empty"),
        (SPACE + OBJECTIVES + "command: ''\n", 5, "command is empty"),
        (SPACE + OBJECTIVES + "command: 5\n", 5, "command must be a list of words"),
        (SPACE + OBJECTIVES + "command:\n  - sh\n  - [x]\n", 7, "but has ['x'] in it"),
        (SPACE + OBJECTIVES + 'command: "sh \'x"\n', 5, "command cannot be split into words: No closing quotation"),
        (SPACE + OBJECTIVES + 'command: [sh, "\\0"]\n', 5, "command contains the character NUL"),
        (SPACE + OBJECTIVES + "command: no-such-program train.py\n", 5, "there is no program 'no-such-program' on the"),
        (SPACE + OBJECTIVES + "command: [train.sh]\n", 5, "write ./train.sh for the file next to the study file"),
        (SPACE + OBJECTIVES + "command: [./train.sh]\n", 5, "train.sh is not executable: run chmod +x on it"),
        (SPACE + OBJECTIVES + "command: [bin/train]\n", 5, "paths begin at the folder of the study file"),
    ],
)
def test_invalid_study_file_is_one_line_with_line_number(text, line, complaint):
    written("echo", "train.sh")
    with pytest.raises(InvalidInputError) as raised:
        read_study_file(written(text))
    message = str(raised.value)
    assert message.startswith(f"study.yaml, line {line}: ")
    assert complaint in message
    assert "\n" not in message


def test_unreadable_file_is_an_error(in_an_empty_folder):
    (in_an_empty_folder / "latin.yaml").write_bytes(b"space:\n  x\xff: 1\n")
    for path, complaint in (
        ("none.yaml", "there is no file none.yaml"),
        (".", "cannot read .: Is a directory"),
        ("latin.yaml", "latin.yaml, line 2: is not UTF-8 text"),
    ):
        with pytest.raises(InvalidInputError, match=complaint):
            read_study_file(path)


def test_study_file_refuses_data_folder(in_an_empty_folder):
    workload = read_study_file(written(SPACE + REST))
    with pytest.raises(InvalidInputError, match="leave --data-dir out"):
        workload.prepare({}, in_an_empty_folder)


def test_study_file_module_loads_neither_torch_nor_optuna():
    code = (
        "import sys\nimport paretune.workloads.commands.study_file\n"
        "assert not {'torch', 'optuna', 'matplotlib', 'tensorflow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def many(n, last=""):
    lines = "".join(f"  x{i}: {{type: categorical, choices: [1, 2]}}\n" for i in range(n))
    return f"space:\n{lines}{last}objectives: {{loss: {{goal: minimize}}}}\ncommand: [sh, -c, x]\n"


def test_very_many_parameters_are_refused_with_the_line_of_the_first_that_is_too_many(tmp_path):
    (tmp_path / "study.yaml").write_text(many(MAX_PARAMETERS + 1))
    with pytest.raises(
        InvalidInputError, match=rf"line {MAX_PARAMETERS + 2}: space has 1,001 parameters, but at most 1,000"
    ):
        read_study_file(tmp_path / "study.yaml")


def test_wrong_condition_among_many_parameters_is_found_with_its_line(tmp_path):
    wrong = "  y: {type: float, low: 0, high: 1, when: {x7: 3}}\n  z: {type: int, low: 1, high: 2}\n"
    (tmp_path / "study.yaml").write_text(many(40, wrong))
    with pytest.raises(InvalidInputError, match=r"line 42: y: the condition on x7 must be one of 1, 2, but is 3"):
        read_study_file(tmp_path / "study.yaml")


KNOWN = """\
space:
  x: {type: float, low: 0, high: 1, prior: {type: normal, mean: 0.3, sd: 0.1}}
  y: {type: float, low: 0, high: 1}
  c: {type: categorical, choices: [a, b], prior: [3, 1]}
constraints:
  - {weights: {x: 1, y: 1}, at_most: 1.5}
first:
  - {x: 0.5, y: 0.5, c: a}
"""


def test_priors_constraints_and_first_configurations_are_read():
    workload = read_study_file(written(KNOWN + REST))
    assert workload.space["x"].prior == Normal(0.3, 0.1)
    assert workload.space["c"].prior == Weights([3, 1])
    assert workload.space.constraints == (LinearConstraint({"x": 1, "y": 1}, at_most=1.5),)
    fixed = workload.search_space({"c": "b"}, {})
    assert fixed.constraints == workload.space.constraints
    assert workload.first_configurations(fixed, {"c": "b"}) == [{"x": 0.5, "y": 0.5, "c": "b"}]


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        ("sd: 0.1", "sd: 0", 2, "x: sd of a prior must be more than 0, but is 0"),
        ("mean: 0.3", "mean: 3", 2, "x: mean of the prior must be between 0 and 1, but is 3"),
        ("[3, 1]", "[3]", 4, "c: prior must have one weight for each of the 2 choices, but has 1"),
        ("at_most: 1.5", "at_most: -1", 6, "no configuration satisfies x + y <= -1: widen a range or a bound"),
        ("weights: {x: 1, y: 1}", "weights: {z: 1}", 6, "a constraint names 'z', which is no parameter"),
        ("  - {weights: {x: 1, y: 1}, at_most: 1.5}", "  x: 1", 5, "constraints must be a list, such as [{weights:"),
        ("{x: 0.5, y: 0.5, c: a}", "{x: 0.5, y: 0.5}", 8, "parameter c is missing"),
        (
            "{x: 0.5, y: 0.5, c: a}",
            "{x: 1, y: 0.9, c: a}",
            8,
            "the configuration violates x + y <= 1.5: the sum is 1.9",
        ),
        ("{x: 0.5, y: 0.5, c: a}", "7", 8, "values must be a mapping of parameter names to values, but are 7"),
    ],
)
def test_wrong_knowledge_is_refused_with_its_line(old, new, line, complaint):
    with pytest.raises(InvalidInputError) as error:
        read_study_file(written(KNOWN.replace(old, new) + REST))
    assert str(error.value).startswith(f"study.yaml, line {line}: {complaint}")


UTILITY = """\
space:
  x: {type: float, low: 0.1, high: 1}
objectives:
  utility: {goal: maximize, expression: accuracy * (latency / 0.1) ** -0.07}
  size: {goal: minimize}
command: [sh, -c, 'echo "{\\"accuracy\\": 0.8, \\"latency\\": 0.2, \\"size\\": 3}"']
"""


def test_objective_may_be_an_expression_of_the_printed_metrics():
    workload = read_study_file(written(UTILITY))
    metrics = workload.prepare({}, None).evaluate({"x": 0.5})
    assert metrics["utility"] == pytest.approx(0.8 * 2**-0.07)
    assert workload.objectives == Objectives([Maximize("utility"), Minimize("size")])
    assert workload.facts["utilities"] == {"utility": "accuracy * (latency / 0.1) ** -0.07"}


def test_utility_of_a_metric_that_is_not_printed_is_not_finite():
    workload = read_study_file(written(UTILITY.replace("latency /", "seconds /")))
    assert math.isnan(workload.prepare({}, None).evaluate({"x": 0.5})["utility"])


def test_steps_have_the_utility():
    text = UTILITY.replace("echo", 'echo "{\\"accuracy\\": 0.5, \\"latency\\": 0.1, \\"step\\": 1}"; echo')
    steps = []
    read_study_file(written(text)).prepare({}, None).evaluate({"x": 1}, lambda _, metrics: steps.append(metrics))
    assert [step["utility"] for step in steps] == [0.5]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("** -0.07", "** open(1)", "utility: the utility 'accuracy * (latency / 0.1) ** open(1)' has 'open(1)'"),
        ("accuracy * (latency / 0.1) ** -0.07", "3", "utility: a utility must be non-empty text, but is 3"),
        ("accuracy *", "utility *", "utility: utility is computed itself: name metrics of the program"),
    ],
)
def test_wrong_expression_is_refused_with_its_line(old, new, complaint):
    with pytest.raises(InvalidInputError) as error:
        read_study_file(written(UTILITY.replace(old, new)))
    assert str(error.value).startswith(f"study.yaml, line 4: {complaint}")
