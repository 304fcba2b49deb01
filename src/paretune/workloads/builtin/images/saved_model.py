"""A saved net for images: a file of PyTorch with tensors, texts and numbers, which is read without running code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch.nn import Module

from paretune.errors import DataError, InvalidInputError
from paretune.workloads.builtin.images.nets import NetShape, build_net
from paretune.workloads.builtin.images.problem import ImageProblem
from paretune.workloads.builtin.vision.decoding import Pixels, decode_image, require_pillow, strict_pillow
from paretune.workloads.builtin.vision.tensors import ImageTensors, Normalisation
from paretune.workloads.builtin.vision.training import predict

_FORMAT = "paretune image model 1"
_LUMINANCE = np.array([0.299, 0.587, 0.114])[:, None, None]  # of red, green and blue, as in Pillow


@dataclass(frozen=True, eq=False)
class SavedImageModel:
    """A net that predicts the class of new images.

    Args:
        net: from normalised images to logits.
        shape: what it was built from.
        classes: names, in the order of the logits.
        normalisation: of the channels.
        stored: pixels of a side to which files are scaled first, as those of the training were.
        params: its configuration.
    """

    net: Module
    shape: NetShape
    classes: tuple[str, ...]
    normalisation: Normalisation
    stored: int
    params: Mapping[str, Any]

    def predict_proba(self, paths: Sequence[Path]) -> pd.DataFrame:
        """Predict the probability of each class, in a column of its name; NaN for a file that is no image.

        Raises:
            InvalidInputError: Pillow is not installed.
        """
        require_pillow()
        with strict_pillow():
            decoded = [decode_image(path.read_bytes(), self.stored) for path in paths]
        found = np.full((len(paths), len(self.classes)), np.nan)
        is_image = np.array([pixels is not None for pixels in decoded], dtype=bool)
        if is_image.any():
            found[is_image] = self.predict_pixels(np.stack([pixels for pixels in decoded if pixels is not None]))
        return pd.DataFrame(found, columns=list(self.classes))

    def predict(self, paths: Sequence[Path]) -> list[str]:
        """Predict the classes of image files; an empty text for a file that is no image."""
        shares = self.predict_proba(paths).to_numpy()
        return ["" if np.isnan(row).any() else self.classes[int(row.argmax())] for row in shares]

    def predict_pixels(self, pixels: Pixels) -> NDArray[np.float64]:
        """Predict ``n x k`` probabilities of ``n x c x s x s`` pixels; colours become grey for a grey net."""
        if self.shape.n_inputs == 1 and pixels.shape[1] == 3:
            pixels = np.rint((pixels * _LUMINANCE).sum(axis=1, keepdims=True)).astype(np.uint8)
        labels = np.zeros(len(pixels), dtype=np.intp)
        images = ImageTensors(pixels, labels, self.shape.resolution, self.normalisation, torch.device("cpu"))
        return predict(self.net, images)


def save_model(
    path: Path,
    net: Module,
    shape: NetShape,
    normalisation: Normalisation,
    problem: ImageProblem,
    params: Mapping[str, Any],
) -> None:
    """Save a net that was trained on all images.

    Raises:
        InvalidInputError: the file cannot be written.
    """
    content = {
        "format": _FORMAT,
        "classes": list(problem.images.classes),
        "params": dict(params),
        "shape": {**asdict(shape), "channels": list(shape.channels)},
        "means": list(normalisation.means),
        "deviations": list(normalisation.deviations),
        "stored": int(problem.images.pixels.shape[-1]),
        "weights": net.state_dict(),
    }
    try:
        with path.open("wb") as opened:
            torch.save(content, opened)
    except OSError as error:
        raise InvalidInputError(f"the model cannot be saved to {path}: {error.strerror}") from error


def load_model(path: Path | str) -> SavedImageModel:
    """Load a net that `save_model` saved.

    Only tensors, texts and numbers are read, so a file of a stranger cannot run code.

    Raises:
        InvalidInputError: there is no such file.
        DataError: the file is no saved net.
    """
    if not Path(path).is_file():
        raise InvalidInputError(f"there is no file {path}")
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        if content["format"] != _FORMAT:
            raise ValueError(content["format"])  # noqa: TRY301 (as any other wrong content)
        shape = NetShape(**{**content["shape"], "channels": tuple(content["shape"]["channels"])})
        net = build_net(shape, 0)
        net.load_state_dict(content["weights"])
        normalisation = Normalisation(tuple(content["means"]), tuple(content["deviations"]))
        classes = tuple(map(str, content["classes"]))
        return SavedImageModel(net, shape, classes, normalisation, int(content["stored"]), dict(content["params"]))
    except Exception as error:  # a damaged file may raise anything
        raise DataError(f"{path} is no model that Paretune saved: {type(error).__name__}") from error
