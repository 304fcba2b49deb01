"""Images that are ready to search, in words, and the workload that fits them."""

import pytest
import torch

from image_folders import write_images
from paretune.errors import InvalidInputError
from paretune.workloads.builtin.images import WORKLOAD, batch_probe, tailor
from paretune.workloads.builtin.images.problem import open_problem


def options(**given):
    return WORKLOAD.parse_settings({"device": "cpu", **given}).options


def test_problem_is_described_in_one_line(tmp_path, capsys):
    write_images(tmp_path / "pets", {"cat": 20, "dog": 11}, mode="RGB", ending=".jpg")
    (tmp_path / "pets" / "dog" / "000.jpg").write_bytes(b"")
    given = options(data=str(tmp_path / "pets"))
    assert open_problem(given).describe() == (
        "pets: 30 grey images of 12 x 12 pixels in 2 classes; 18 images to train with, 6 to choose by, and 6 as the "
        "test part"
    )
    assert "dog/000.jpg is left out: it is damaged, no image, or too large" in capsys.readouterr().err
    assert open_problem(given) is open_problem(given)


def test_workload_has_the_nets_and_objectives_of_its_options():
    found = tailor(options(data="digits", nets="small,mobile", objectives="auc,multiply_adds"), None)
    assert found.space["net"].choices == ("small", "mobile")
    assert found.space["batch_size"].high == 256
    assert found.objectives.names == ("auc", "multiply_adds")
    first = found.first_configurations(found.space, {})
    assert [params["net"] for params in first] == ["mobile", "small", "small"]


def test_scaling_is_one_number_with_coefficients_given_or_searched():
    assert list(tailor(options(data="digits", scaling="compound"), None).space)[:3] == ["net", "phi", "learning_rate"]
    searched = tailor(options(data="digits", scaling="compound", coefficients="searched"), None)
    assert "depth_share" in searched.space
    assert len(searched.first_configurations(searched.space, {})) == 6
    with pytest.raises(InvalidInputError, match="but this is 8"):
        tailor(options(data="digits", scaling="compound", coefficients="2,1,2"), None)


def test_settings_of_both_kinds_of_scaling_are_known_and_a_foreign_one_is_refused():
    assert WORKLOAD.parse_settings({"scaling": "compound", "phi": "0:2"}).ranges == {"phi": "0:2"}
    with pytest.raises(InvalidInputError, match="images has no option or parameter 'phi'"):
        tailor(options(data="digits"), None).parse_settings({"phi": "0:2"})


def test_batch_is_at_most_a_quarter_of_the_training_part_or_what_is_given():
    few = tailor(options(data="digits", max_images=100), None)
    assert few.space["batch_size"].high == 15
    assert tailor(options(data="digits", max_batch=600), None).space["batch_size"].high == 600


def test_gpu_is_probed_for_the_largest_batch(monkeypatch):
    asked = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(batch_probe, "remembered_batch", lambda *args: asked.append(args) or 77)
    assert tailor(options(data="digits", device="auto"), None).space["batch_size"].high == 77
    shape, device, limit, _ = asked[0]
    assert (shape.kind, shape.channels, shape.resolution) == ("squeeze_excite", (32, 64, 128), 12)
    assert (device.type, limit) == ("cuda", 285)


def test_data_folder_is_refused(tmp_path):
    with pytest.raises(InvalidInputError, match="images takes its folder by --data: leave --data-dir out"):
        tailor(options(data="digits"), tmp_path)
