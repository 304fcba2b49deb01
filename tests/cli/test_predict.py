"""`paretune run tabular`, `refit --save` and `predict`: from a table to predictions, without code."""

import json
from pathlib import Path

import pandas as pd
import pytest

from paretune.study import load

pytestmark = pytest.mark.end_to_end


def test_table_is_searched_saved_and_predicted(paretune):
    rows = [f"{i % 7},{'red' if i % 3 else 'blue'},{'yes' if i % 7 > 3 else 'no'}" for i in range(70)]
    Path("train.csv").write_text("\n".join(["size,colour,bought", *rows]) + "\n")
    fast = [
        "--set",
        "models=linear,nearest",
        "--set",
        "folds=2",
        "--set",
        "objectives=accuracy,size",
        "--searcher",
        "random",
    ]
    code, _, err = paretune("run", "tabular", "--data", "train.csv", "--target", "bought", *fast, "--trials", 4)
    assert code == 0, err
    study = load("tabular", "paretune.db")
    assert [params["model"] for params in study.trials.params[:3]] == ["linear", "nearest", "linear"]
    assert "test accuracy" in Path("tabular-report/report.md").read_text()
    assert "classification with 2 classes of 'bought'" in Path("tabular-report/report.md").read_text()

    assert paretune("run", "tabular", "--trials", 5, "--no-report")[0] == 0  # the stored options hold
    assert len(load("tabular", "paretune.db").trials) == 5
    code, _, err = paretune("refit", "tabular", "--top", 1, "--save", "model.skops", "--no-report")
    assert (code, "is saved in model.skops" in err) == (0, True)
    assert load("tabular-refit", "paretune.db").origin["options"]["repeats"] == 3
    code, out, _ = paretune("predict", "model.skops", "train.csv")
    assert code == 0
    truth = pd.read_csv("train.csv")["bought"].tolist()
    assert sum(map(str.__eq__, out.splitlines()[1:], truth)) > 60
    assert paretune("predict", "model.skops", "train.csv", "--probabilities", "-o", "p.csv")[0] == 0
    assert list(pd.read_csv("p.csv").columns) == ["no", "yes"]


def test_mistake_in_a_table_is_one_line_and_leaves_no_study(paretune):
    Path("t.csv").write_text("a,b,c\n" + "\n".join(f"{i},same,{i % 4}" for i in range(30)))
    for words, expected in (
        (["--data", "t.csv"], "name the column to predict with --target: t.csv has a, b, c"),
        (["--data", "t.csv", "--target", "b"], "the target 'b' is 'same' in all rows"),
        (["--data", "t.csv", "--target", "b", "--set", "target=a"], "give target twice"),
        (["--data", "t.csv", "--target", "a", "--set", "objectives=auc,size"], "auc is for classification"),
    ):
        code, _, err = paretune("run", "tabular", *words)
        assert (code, err.count("\n")) == (2, 1), err
        assert expected in err
    assert json.loads(paretune("studies", "--json")[1] or "[]") == []


def test_workload_without_models_refuses_to_save(paretune):
    paretune("run", "analytic", "--trials", 2, "--searcher", "random", "--no-report")
    code, _, err = paretune("refit", "analytic", "--save", "m.skops")
    assert (code, err) == (2, "paretune: analytic saves no models: leave --save out\n")
