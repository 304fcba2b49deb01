"""Texts that a spreadsheet would run."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paretune import Categorical, Float, Minimize, Objectives, Space, Trials
from paretune.trials import trials_from_csv
from paretune.trials.spreadsheet_cells import frame_to_csv, mark_formula, unmark_formula

TEXTS = ["=cmd|' /C calc'!A0", "+1+cmd", "-O2", "@SUM(A1)", "'=1", "''-x", "' @", "-inf", "-1_0"]
HARMLESS = ["-5", "+1e3", "-.5", "a=b", "'quoted'", "", "it's -5", "'", "''"]


@pytest.mark.parametrize("text", TEXTS)
def test_text_that_a_spreadsheet_would_run_is_marked_and_comes_back(text):
    assert mark_formula(text) == f"'{text}"
    assert unmark_formula(mark_formula(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_stays_as_it_is(text):
    assert mark_formula(text) == unmark_formula(text) == text


@given(st.text("'=+-@ 1.eax", max_size=8).map(str.strip))
def test_every_text_comes_back(text):
    assert unmark_formula(mark_formula(text)) == text
    assert mark_formula(text)[:1] not in {"=", "@"}


@pytest.mark.parametrize("value", [-5, -0.25, float("-inf"), None, True])
def test_value_that_is_no_text_is_never_marked(value):
    assert mark_formula(value) is value


def test_exported_trials_come_back_exactly(tmp_path):
    choices = [*TEXTS, "-5", "plain"]
    space = Space({"=x": Float(-1, 1), "flag": Categorical(choices)})
    objectives = Objectives([Minimize("-loss"), Minimize("time")])
    n = len(choices)
    columns = {"=x": [-0.1 / (i + 3) for i in range(n)], "flag": choices, "-loss": [-1 / (i + 7) for i in range(n)],
               "time": [1e-17 * i for i in range(n)]}  # fmt: skip
    trials = Trials.from_columns(columns, space, objectives)
    text = frame_to_csv(trials.to_frame())
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [cell for cell in cells if cell[:1] in set("=@")] == []
    assert "'=x" in cells
    path = tmp_path / "trials.csv"
    path.write_text(text)
    for read in (trials_from_csv(path, objectives, space=space), trials_from_csv(path, objectives)):
        assert read.params == trials.params
        assert (read.values == trials.values).all()


def test_frame_keeps_numbers_and_dates():
    frame = pd.DataFrame({"a": [-1.5, None], "when": pd.to_datetime([0, 1], utc=True), "mixed": [-1, "=x"]})
    assert frame_to_csv(frame) == frame.assign(mixed=[-1, "'=x"]).to_csv(index=False)
