"""The parts of a set of images: disjoint, with each class, and those that a folder names."""

import numpy as np

from paretune.workloads.builtin.vision.reading import ImageSet
from paretune.workloads.builtin.vision.splitting import split_images


def images(labels, parts=None):
    n = len(labels)
    pixels = np.zeros((n, 1, 2, 2), np.uint8)
    return ImageSet("x", pixels, np.array(labels), ("a", "b"), tuple(parts or [""] * n), 2, "0")


def test_parts_are_disjoint_and_have_the_share_of_each_class():
    found = split_images(images([0] * 50 + [1] * 100))
    assert sorted([*found.training, *found.validation, *found.test]) == list(range(150))
    assert [len(rows) for rows in (found.training, found.validation, found.test)] == [96, 24, 30]
    assert [sum(rows < 50) for rows in (found.training, found.validation, found.test)] == [32, 8, 10]
    assert found.describe() == "96 images to train with, 24 to choose by, and 30 as the test part"
    again = split_images(images([0] * 50 + [1] * 100))
    assert again.test.tolist() == found.test.tolist()


def test_class_of_three_images_gives_one_to_each_part():
    labels = np.array([0] * 20 + [1] * 3)
    found = split_images(images(labels), test_share=0.9)
    assert [sum(labels[rows] == 1) for rows in (found.training, found.validation, found.test)] == [1, 1, 1]


def test_parts_of_the_folder_are_kept():
    parts = ["training"] * 10 + ["test"] * 4
    found = split_images(images([0, 1] * 7, parts))
    assert found.test.tolist() == [10, 11, 12, 13]
    assert (len(found.training), len(found.validation)) == (8, 2)
    whole = split_images(images([0, 1] * 7, [*parts[:-2], "validation", "validation"]))
    assert whole.validation.tolist() == [12, 13]
    assert len(whole.training) == 10
