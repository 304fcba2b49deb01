"""Predictions of a saved model for the rows of a table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

_ALL_ROWS = 2**62


def predict_table(model: Path, data: str, *, probabilities: bool = False) -> pd.DataFrame:
    """Predict the rows of a table by a model that ``paretune refit --save`` wrote.

    Args:
        model: the file of the model. Only types that such models consist of are loaded.
        data: a table, as ``--data`` of the workload ``tabular`` takes it.
        probabilities: whether to return the probability of each class in place of the classes.

    Returns:
        A frame with a row for each row of the table: the target, or a column for each class.

    Raises:
        InvalidInputError: a file does not exist, or the model predicts numbers and has no probabilities.
        DataError: the file holds no model of Paretune, or the table lacks a column.
    """
    from paretune.workloads.builtin.tabular.reading import read_table
    from paretune.workloads.builtin.tabular.saved_model import load_model

    loaded = load_model(model)
    frame = read_table(data, _ALL_ROWS).frame
    return loaded.predict_proba(frame) if probabilities else pd.DataFrame({loaded.target: loaded.predict(frame)})
