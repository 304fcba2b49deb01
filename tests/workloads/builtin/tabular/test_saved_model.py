"""Saved models predict as before, and foreign files are refused."""

from importlib.util import find_spec

import numpy as np
import pytest
import skops.io

from paretune.errors import DataError, InvalidInputError
from paretune.workloads.builtin.tabular import WORKLOAD, saved_model
from paretune.workloads.builtin.tabular.evaluation import train
from paretune.workloads.builtin.tabular.models import FIRST, OPTIONAL
from paretune.workloads.builtin.tabular.problem import open_problem
from paretune.workloads.builtin.tabular.saved_model import load_model

from .mixed_table import mixed_table


@pytest.mark.parametrize(
    ("target", "params"),
    list(zip(["kind", "price"] * 4, FIRST[:8], strict=True)),
    ids=[each["model"] for each in FIRST[:8]],
)
def test_loaded_model_predicts_as_the_saved_one(tmp_path, params, target):
    if params["model"] in OPTIONAL and find_spec(params["model"]) is None:
        pytest.skip("not installed")
    small = {**params, **{name: 3 for name in ("rounds", "trees", "epochs") if name in params}}
    table = mixed_table()
    table.to_csv(tmp_path / "mixed.csv", index=False)
    options = WORKLOAD.parse_settings({"data": str(tmp_path / "mixed.csv"), "target": target}).options
    WORKLOAD.prepare(options, None).make_save()(small, 0, tmp_path / "m.skops")
    problem = open_problem(options)
    model, _ = train(small, problem, np.arange(60), 0)
    loaded = load_model(tmp_path / "m.skops")
    expected = model.predict(problem.X)
    if target == "price":
        np.testing.assert_allclose(loaded.predict(table), expected, rtol=1e-4, atol=1e-6)
        with pytest.raises(InvalidInputError, match="has no probabilities"):
            loaded.predict_proba(table)
    else:
        np.testing.assert_allclose(loaded.predict_proba(table).to_numpy(), expected, rtol=1e-4, atol=1e-6)
        assert set(loaded.predict(table)) <= {"good", "bad"}


class Stranger:
    """A type that no model has."""

    def __init__(self):
        self.value = 1


def test_foreign_file_is_refused(tmp_path):
    (tmp_path / "text.skops").write_text("no model")
    with pytest.raises(DataError, match="is no model that Paretune saved"):
        load_model(tmp_path / "text.skops")
    skops.io.dump({"a": 1}, tmp_path / "other.skops")
    with pytest.raises(DataError, match="is no model that Paretune saved"):
        load_model(tmp_path / "other.skops")
    skops.io.dump({"a": Stranger()}, tmp_path / "foreign.skops")
    with pytest.raises(DataError, match=r"is not loaded: it holds .*Stranger"):
        load_model(tmp_path / "foreign.skops")
    with pytest.raises(InvalidInputError, match="there is no file"):
        load_model(tmp_path / "none.skops")


def test_missing_skops_is_said_with_remedy(monkeypatch):
    monkeypatch.setattr(saved_model, "find_spec", lambda _: None)
    with pytest.raises(InvalidInputError, match="skops, which is not installed: pip install"):
        load_model("m.skops")
