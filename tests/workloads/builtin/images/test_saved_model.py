"""Saved nets predict as before, also for other kinds of images, and foreign files are refused."""

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from image_folders import write_images
from paretune.errors import DataError, InvalidInputError
from paretune.workloads.builtin.images import WORKLOAD
from paretune.workloads.builtin.images.nets import NetShape, build_net
from paretune.workloads.builtin.images.problem import open_problem
from paretune.workloads.builtin.images.saved_model import load_model, save_model
from paretune.workloads.builtin.vision.tensors import Normalisation

from .test_evaluation import PARAMS


@pytest.fixture
def data(tmp_path):
    return write_images(tmp_path / "data", {"inner": 12, "outer": 12}, side=8)


@pytest.fixture
def problem(data):
    return open_problem(WORKLOAD.parse_settings({"data": str(data)}).options)


@pytest.fixture
def saved(tmp_path, problem):
    shape = NetShape("mobile", (4, 8, 8), 1, 1, 6, 1, 2)
    net = build_net(shape, 3).eval()
    save_model(tmp_path / "m.pt", net, shape, Normalisation.of(problem.images.pixels), problem, PARAMS)
    return tmp_path / "m.pt"


def test_loaded_net_predicts_files_as_their_pixels(data, problem, saved):
    model = load_model(saved)
    paths = sorted(data.rglob("*.png"))
    found = model.predict_proba(paths)
    assert list(found.columns) == ["inner", "outer"]
    np.testing.assert_allclose(found.to_numpy(), model.predict_pixels(problem.images.pixels), rtol=1e-5)
    assert model.predict(paths) == [("inner", "outer")[int(row.argmax())] for row in found.to_numpy()]
    assert model.params == PARAMS
    assert len(set(found["inner"].round(6))) > 1


def test_colours_are_grey_for_a_grey_net_and_broken_files_have_no_class(tmp_path, data, saved):
    grey = min(data.rglob("*.png"))
    Image.open(grey).convert("RGB").save(tmp_path / "colour.png")
    (tmp_path / "broken.png").write_bytes(b"no image")
    found = load_model(saved).predict_proba([grey, tmp_path / "colour.png", tmp_path / "broken.png"]).to_numpy()
    np.testing.assert_allclose(found[0], found[1])
    assert np.isnan(found[2]).all()
    assert load_model(saved).predict([tmp_path / "broken.png"]) == [""]


@pytest.mark.end_to_end
def test_net_is_trained_on_all_images_and_saved(tmp_path, data):
    options = WORKLOAD.parse_settings({"data": str(data), "epochs": 8, "device": "cpu"}).options
    WORKLOAD.prepare(options, None).make_save()(PARAMS, 0, tmp_path / "m.pt")
    paths = sorted(data.rglob("*.png"))
    right = [
        path.parent.name == label
        for path, label in zip(paths, load_model(tmp_path / "m.pt").predict(paths), strict=True)
    ]
    assert np.mean(right) > 0.8


class Stranger:
    """What runs code when a pickle is read without care."""

    def __reduce__(self):
        return Path.touch, (Path("touched"),)


def test_foreign_file_is_refused_and_runs_nothing(tmp_path, monkeypatch, saved):
    monkeypatch.chdir(tmp_path)
    torch.save({"format": "paretune image model 1", "classes": Stranger()}, tmp_path / "foreign.pt")
    (tmp_path / "pickle.pt").write_bytes(pickle.dumps(Stranger()))
    (tmp_path / "text.pt").write_text("no model")
    torch.save({"format": "another"}, tmp_path / "other.pt")
    content = torch.load(saved, weights_only=True)
    torch.save({**content, "weights": {}}, tmp_path / "lacking.pt")
    for name in ("foreign", "pickle", "text", "other", "lacking"):
        with pytest.raises(DataError, match=f"{name}.pt is no model that Paretune saved"):
            load_model(tmp_path / f"{name}.pt")
    assert not (tmp_path / "touched").exists()
    with pytest.raises(InvalidInputError, match="there is no file"):
        load_model(tmp_path / "none.pt")


def test_file_that_cannot_be_written_is_said(tmp_path, problem):
    shape = NetShape("small", (4, 4, 4), 1, 1, 6, 1, 2)
    with pytest.raises(InvalidInputError, match="the model cannot be saved to .*: No such file or directory"):
        save_model(tmp_path / "none" / "m.pt", build_net(shape, 0), shape, Normalisation((0.0,), (1.0,)), problem, {})
