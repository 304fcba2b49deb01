"""The encoding of features by scikit-learn's parts: missing values, scales, categories and texts."""

from __future__ import annotations

from typing import Any

from paretune.workloads.builtin.tabular.columns import Columns
from paretune.workloads.builtin.tabular.target import CLASSIFICATION

_TEXT_FEATURES = 200  # words of a text column, the most frequent ones


def make_encoder(columns: Columns, task: str, *, is_scaled: bool) -> Any:
    """Make what turns features into numbers; it is not fitted. None if the numbers can stay as they are.

    Numbers keep their missing values if the model can deal with them; else the median takes their place, in
    a column more that marks where. Categories become a column each, many of them the mean target of each, and
    texts the weighted frequencies of their most frequent words.

    Args:
        columns: the kinds of the columns.
        task: ``classification`` or ``regression``.
        is_scaled: whether the model needs numbers of one scale, and none missing.
    """
    from sklearn.compose import ColumnTransformer  # noqa: PLC0415 (slow to load)
    from sklearn.preprocessing import OneHotEncoder  # noqa: PLC0415

    if columns.has_only_numbers:
        return _number_encoder() if is_scaled else None
    one_hot = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=2, sparse_output=False)
    parts = [
        ("numbers", _number_encoder() if is_scaled else "passthrough", columns.number_names),
        ("categories", one_hot, list(columns.categories)),
        ("many", _mean_encoder(task, is_scaled=is_scaled), list(columns.many)),
        *((f"text {i}", _text_encoder(), name) for i, name in enumerate(columns.texts)),
    ]
    return ColumnTransformer([part for part in parts if part[2]], sparse_threshold=0.0)


def _number_encoder() -> Any:
    from sklearn.impute import SimpleImputer  # noqa: PLC0415
    from sklearn.pipeline import Pipeline  # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415

    imputer = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    return Pipeline([("missing", imputer), ("scale", StandardScaler())])


def _mean_encoder(task: str, *, is_scaled: bool) -> Any:
    from sklearn.pipeline import Pipeline  # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler, TargetEncoder  # noqa: PLC0415

    kind = "auto" if task == CLASSIFICATION else "continuous"
    encoder = TargetEncoder(target_type=kind, random_state=0)
    return Pipeline([("mean", encoder), ("scale", StandardScaler())]) if is_scaled else encoder


def _text_encoder() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    return TfidfVectorizer(max_features=_TEXT_FEATURES, sublinear_tf=True)
