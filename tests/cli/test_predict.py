"""`paretune run tabular` and `images`, `refit --save` and `predict`: from data to predictions, without code."""

import json
from pathlib import Path

import pandas as pd
import pytest

from image_folders import write_images
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


def test_images_are_searched_saved_and_predicted(paretune):
    write_images(Path("pets"), {"cat": 20, "dog": 20}, side=8)
    Path("pets/cat/broken.png").write_bytes(b"")
    words = "nets=small width=0.25 epochs=6 learning_rate=0.1 batch_size=8:16 objectives=accuracy,parameters device=cpu"
    fast = [word for setting in words.split() for word in ("--set", setting)]
    code, _, err = paretune("run", "images", "--data", "pets", *fast, "--searcher", "random", "--trials", 2)
    assert (code, "NOTICE: cat/broken.png is left out" in err) == (0, True), err
    report = Path("images-report/report.md").read_text()
    assert "test accuracy" in report
    assert "pets: 40 grey images of 8 x 8 pixels in 2 classes" in report
    assert "cat/broken.png is left out" in report
    assert paretune("run", "images", "--trials", 3, "--no-report")[0] == 0  # the stored options hold
    code, _, err = paretune("refit", "images", "--top", 1, "--set", "repeats=1", "--save", "model.pt", "--no-report")
    assert (code, "is saved in model.pt" in err) == (0, True), err
    code, out, _ = paretune("predict", "model.pt", "pets")
    lines = out.splitlines()
    assert (code, lines[0], lines[21], len(lines)) == (0, "file,class", "cat/broken.png,", 42)
    assert sum(line.split("/")[0] == line.split(",")[1] for line in lines[1:]) > 30
    assert paretune("predict", "model.pt", "pets/cat/000.png", "--probabilities")[1].startswith(
        "file,cat,dog\npets/cat/"
    )
    code, _, err = paretune("predict", "model.pt", "nothing")
    assert (code, err.startswith("paretune: there are no images in nothing")) == (2, True)


def test_mistake_in_images_is_one_line_and_leaves_no_study(paretune):
    write_images(Path("one"), {"cat": 3}, side=4)
    write_images(Path("empty"), {"cat": 3, "dog": 3, "fox": 0}, side=4)
    for words, expected in (
        ([], "the data are not named: give --data with a folder"),
        (["--data", "none"], "there is no folder none: --data takes a folder"),
        (["--data", "one/cat/000.png"], "is a file: --data takes a folder"),
        (["--data", "one/cat"], "has images, but no class folders"),
        (["--data", "one"], "one has one class, 'cat'"),
        (["--data", "empty"], "empty/fox has no images"),
        (["--data", "digits", "--target", "x"], "images has no option"),
        (["--data", "digits", "--set", "objectives=r2,latency"], "there is no 'r2'"),
        (["--data", "digits", "--set", "nets=big"], "nets: there is no 'big'"),
    ):
        code, _, err = paretune("run", "images", *words)
        assert (code, err.count("\n")) == (2, 1), err
        assert expected in err
    assert json.loads(paretune("studies", "--json")[1] or "[]") == []


def test_workload_without_models_refuses_to_save(paretune):
    paretune("run", "analytic", "--trials", 2, "--searcher", "random", "--no-report")
    code, _, err = paretune("refit", "analytic", "--save", "m.skops")
    assert (code, err) == (2, "paretune: analytic saves no models: leave --save out\n")
