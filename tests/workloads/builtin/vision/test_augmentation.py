"""Random changes of images: moved, mirrored and erased ones, the same for the same generator."""

import pytest
import torch

from paretune.workloads.builtin.vision.augmentation import augment
from paretune.workloads.builtin.vision.choices import AUGMENTATIONS

IMAGES = torch.randn(64, 2, 9, 9, generator=torch.Generator().manual_seed(0)) + 3


def changed(kind, seed=0):
    return augment(IMAGES, kind, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("kind", AUGMENTATIONS)
def test_same_generator_gives_the_same_images_of_the_same_shape(kind):
    assert changed(kind).shape == IMAGES.shape
    assert torch.equal(changed(kind), changed(kind))
    assert torch.equal(changed(kind), changed(kind, 1)) == (kind == "none")


def test_shifted_image_is_the_image_moved_by_one_pixel_at_most():
    moved = changed("shift")
    padded = torch.nn.functional.pad(IMAGES, (1,) * 4, mode="replicate")
    candidates = torch.stack([padded[:, :, i : i + 9, j : j + 9] for i in range(3) for j in range(3)])
    assert (candidates == moved).flatten(2).all(dim=2).any(dim=0).all()


def test_about_half_of_the_images_are_mirrored():
    symmetric = IMAGES.mean(dim=(2, 3), keepdim=True) * torch.linspace(-1, 1, 9).expand(9, 9)
    found = augment(symmetric, "shift_flip", torch.Generator().manual_seed(0))
    n_mirrored = int((found[:, 0, 4, 0] > found[:, 0, 4, -1]).sum())
    assert 16 < n_mirrored < 48


def test_square_of_a_third_is_erased():
    assert ((changed("shift_erase") == 0).all(dim=1).sum(dim=(1, 2)) == 9).all()
