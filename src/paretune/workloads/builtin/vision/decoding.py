"""One image file as an array: any format and mode that Pillow reads, scaled and cropped to a square."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paretune.errors import InvalidInputError, pip_line

Pixels = NDArray[np.uint8]
ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm")
_WIDE_MODES = ("I", "F")  # with more than 8 bits, also I;16 in its byte orders


def require_pillow() -> None:
    """Check that Pillow is installed.

    Raises:
        InvalidInputError: it is not; the message says how to install it.
    """
    if find_spec("PIL") is None:
        raise InvalidInputError(f"image files are read by Pillow, which is not installed: {pip_line('images')}")


@contextmanager
def strict_pillow() -> Iterator[None]:
    """Let Pillow refuse images that are so large that it warns of them, and silence its other warnings."""
    from PIL import Image  # noqa: PLC0415 (optional)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def short_side(content: bytes) -> int:
    """The shorter side of an image in pixels, from the head of its file; 0 if it is no image."""
    from PIL import Image  # noqa: PLC0415 (optional)

    try:
        with Image.open(BytesIO(content)) as image:
            return int(min(image.size))
    except Exception:  # noqa: BLE001 (a damaged file may raise anything)
        return 0


def decode_image(content: bytes, side: int) -> Pixels | None:
    """Decode an image and scale it, so that its middle fills a square.

    The orientation of a photograph is applied. A transparent image lies on white. Of a film the first image counts.

    Args:
        content: of the file.
        side: of the square, in pixels.

    Returns:
        ``3 x side x side``; None if the file is no image, damaged, or so large that Pillow warns of it (about 90
        million pixels, within `strict_pillow`).
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 (optional)

    try:
        with Image.open(BytesIO(content)) as opened:
            opened.draft("RGB", (2 * side, 2 * side))  # a large JPEG is decoded at a fraction of its size
            image = _to_colour(ImageOps.exif_transpose(opened))
            square = ImageOps.fit(image, (side, side), Image.Resampling.BILINEAR)
    except Exception:  # noqa: BLE001 (a damaged file may raise anything)
        return None
    return np.ascontiguousarray(np.asarray(square, dtype=np.uint8).transpose(2, 0, 1))


def _to_colour(image: Any) -> Any:
    from PIL import Image  # noqa: PLC0415 (optional)

    if image.mode.startswith(_WIDE_MODES):
        return Image.fromarray(_to_bytes(np.asarray(image, dtype=float))).convert("RGB")
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")


def _to_bytes(values: NDArray[np.float64]) -> Pixels:
    """Scale numbers to 0 to 255: from 0 to 1, 255 or 65535, whichever range holds them."""
    top = next((top for top in (1.0, 255.0, 65535.0) if values.max(initial=0) <= top), float(values.max(initial=1)))
    return np.asarray(np.clip(np.nan_to_num(values) * (255 / top), 0, 255), dtype=np.uint8)


def is_grey(pixels: Pixels) -> bool:
    """Whether the three channels of an image are the same."""
    return bool((pixels[0] == pixels[1]).all() and (pixels[0] == pixels[2]).all())
