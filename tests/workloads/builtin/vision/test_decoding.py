"""Image files of all modes as arrays, and files that are no images."""

import io

import numpy as np
import pytest
from PIL import Image

from paretune.errors import InvalidInputError
from paretune.workloads.builtin.vision import decoding
from paretune.workloads.builtin.vision.decoding import (
    decode_image,
    is_grey,
    require_pillow,
    short_side,
    strict_pillow,
)


def content_of(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def grey(value=200, size=(6, 6)):
    return Image.new("L", size, value)


@pytest.mark.parametrize(
    ("image", "colour"),
    [
        (grey(), (200, 200, 200)),
        (Image.new("RGB", (6, 6), (10, 20, 30)), (10, 20, 30)),
        (Image.new("RGBA", (6, 6), (10, 20, 30, 0)), (255, 255, 255)),
        (Image.new("P", (6, 6), 0), (0, 0, 0)),
        (Image.new("1", (6, 6), 1), (255, 255, 255)),
        (Image.fromarray(np.full((6, 6), 51400, np.uint16)), (200, 200, 200)),
        (Image.new("CMYK", (6, 6), 0), (255, 255, 255)),
    ],
    ids=["grey", "colour", "transparent", "palette", "bits", "16 bits", "printing colours"],
)
def test_image_of_each_mode_has_three_channels(image, colour):
    pixels = decode_image(content_of(image, "TIFF" if image.mode == "CMYK" else "PNG"), 4)
    assert pixels.shape == (3, 4, 4)
    assert tuple(pixels[:, 1, 1]) == colour
    assert is_grey(pixels) == (len(set(colour)) == 1)


def test_middle_of_oblong_image_is_taken_and_photograph_turned():
    wide = grey(0, (30, 10))
    wide.paste(255, (10, 0, 20, 10))
    assert decode_image(content_of(wide), 10).min() > 200
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    half = grey(0, (10, 10))
    half.paste(255, (0, 0, 5, 10))
    pixels = decode_image(content_of(half, exif=exif), 10)
    assert pixels[0, 1].min() > 200
    assert pixels[0, 8].max() < 50


def test_large_jpeg_is_decoded_at_a_fraction_of_its_size():
    assert decode_image(content_of(grey(90, (900, 600)), "JPEG"), 16)[0].mean() == pytest.approx(90, abs=2)


def test_damaged_and_foreign_files_are_no_images():
    whole = content_of(grey(size=(64, 64)), "JPEG")
    assert decode_image(whole[: len(whole) // 2], 8) is None
    assert decode_image(b"text", 8) is None
    assert decode_image(b"", 8) is None
    assert short_side(b"text") == 0
    assert short_side(content_of(grey(size=(9, 5)))) == 5


def test_image_of_which_pillow_warns_is_refused(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 20)
    with strict_pillow():
        assert decode_image(content_of(grey()), 4) is None


def test_missing_pillow_is_said_with_remedy(monkeypatch):
    monkeypatch.setattr(decoding, "find_spec", lambda _: None)
    with pytest.raises(InvalidInputError, match="Pillow, which is not installed: pip install"):
        require_pillow()
