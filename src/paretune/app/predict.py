"""Predictions of a saved model for the rows of a table, or for images."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd

from paretune.errors import InvalidInputError

_ALL_ROWS = 2**62


def predict_data(model: Path, data: str, *, probabilities: bool = False) -> pd.DataFrame:
    """Predict by a model that ``paretune refit --save`` wrote.

    Args:
        model: the file of the model. Only types that such models consist of are loaded.
        data: for a model of the workload ``tabular`` a table, as its ``--data`` takes it; for one of ``images`` a
            folder of images, which may have further folders, or an image file.
        probabilities: whether to return the probability of each class in place of the classes.

    Returns:
        A frame with a row for each row of the table: the target, or a column for each class. For images a row for
        each, sorted by path, with the path as ``file`` first; one that cannot be read has no class.

    Raises:
        InvalidInputError: a file does not exist, or the model predicts numbers and has no probabilities.
        DataError: the file holds no model of Paretune, or the table lacks a column.
    """
    if _is_written_by_torch(model):
        return _predict_images(model, Path(data), probabilities=probabilities)
    from paretune.workloads.builtin.tabular.reading import read_table
    from paretune.workloads.builtin.tabular.saved_model import load_model

    loaded = load_model(model)
    frame = read_table(data, _ALL_ROWS).frame
    return loaded.predict_proba(frame) if probabilities else pd.DataFrame({loaded.target: loaded.predict(frame)})


def _is_written_by_torch(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.endswith("/data.pkl") for name in archive.namelist())


def _predict_images(model: Path, data: Path, *, probabilities: bool) -> pd.DataFrame:
    from paretune.workloads.builtin.images.saved_model import load_model
    from paretune.workloads.builtin.vision.folders import list_images

    loaded = load_model(model)
    paths = [data] if data.is_file() else list_images(data)
    if not paths:
        raise InvalidInputError(
            f"there are no images in {data}: the model predicts the images of a folder, or one image file"
        )
    names = pd.Series([str(path if path == data else path.relative_to(data)) for path in paths], name="file")
    found = loaded.predict_proba(paths) if probabilities else pd.DataFrame({"class": loaded.predict(paths)})
    return pd.concat([names, found], axis=1)
