"""Images at a resolution, normalised."""

import numpy as np
import torch

from paretune.workloads.builtin.vision.tensors import ImageTensors, Normalisation, resize

PIXELS = np.random.default_rng(0).integers(0, 256, (300, 3, 8, 8)).astype(np.uint8)


def tensors(resolution=8, pixels=PIXELS):
    labels = np.arange(len(pixels)) % 4
    return ImageTensors(pixels, labels, resolution, Normalisation.of(pixels), torch.device("cpu"))


def test_channels_have_mean_zero_and_deviation_one():
    batch = tensors().batch(torch.arange(300))
    torch.testing.assert_close(batch.mean(dim=(0, 2, 3)), torch.zeros(3), atol=1e-5, rtol=0)
    torch.testing.assert_close(batch.std(dim=(0, 2, 3)), torch.ones(3), atol=1e-3, rtol=0)


def test_constant_channel_is_zero():
    assert tensors(pixels=np.full((2, 1, 4, 4), 7, np.uint8)).batch(torch.arange(2)).abs().max() < 1e-6


def test_images_have_their_resolution():
    images = tensors(5)
    assert images.shape == (3, 5, 5)
    assert images.batch(torch.tensor([0, 299])).shape == (2, 3, 5, 5)
    assert (len(images), images.labels[5]) == (300, 1)


def test_resized_image_has_the_means_of_its_squares():
    halved = resize(torch.from_numpy(PIXELS[:, :, :, :]), 4)
    means = PIXELS.reshape(300, 3, 4, 2, 4, 2).mean(axis=(3, 5))
    assert np.abs(halved.numpy().astype(float).mean(axis=(2, 3)) - means.mean(axis=(2, 3))).max() < 15
    flat = torch.full((1, 1, 9, 9), 77, dtype=torch.uint8)
    assert resize(flat, 4).unique().tolist() == [77]
    assert resize(flat, 12).unique().tolist() == [77]
