"""The report says what the trials say, on one page that needs nothing else."""

import io
import re

import moocore
import numpy as np
import pandas as pd
import pytest

from paretune import Categorical, Float, Maximize, Minimize, Objectives, Space, Trials
from paretune.errors import InvalidInputError
from paretune.report import summarize, write

SPACE = Space({"x": Float(0, 1), "kind": Categorical(["<b>", "a|<b>"])})
WANTED = Objectives([Maximize("accuracy", at_least=0.3), Minimize("time", unit="s")])
ORIGIN = {
    "study": "a <study>",
    "workload": "diatoms",
    "options": {"epochs": 20},
    "data": {"name": "drawn", "sha256": "ab" * 32, "notice": "These are drawings & no diatoms"},
    "runs": [
        {
            "searcher": "bayes",
            "seed": 0,
            "from_trial": 0,
            "started": "2026-01-01T00:00:00Z",
            "command": "paretune run diatoms",
            "environment": {"cpu": "a chip", "commit": "abc123"},
        }
    ],
}


@pytest.fixture(scope="module")
def trials():
    rng = np.random.default_rng(1)
    n = 40
    accuracy, time = rng.random(n), rng.random(n)
    reasons = [""] * n
    reasons[3], reasons[5], reasons[6] = "crashed", "lost", "out_of_memory"
    for i in (3, 5, 6):
        accuracy[i] = time[i] = np.nan
    columns = {
        "x": rng.random(n).tolist(),
        "kind": rng.choice(["<b>", "a|<b>"], n).tolist(),
        "accuracy": accuracy.tolist(),
        "time": time.tolist(),
        "time_se": [0.01] * n,
        "state": ["failed" if r else "complete" for r in reasons],
        "reason": reasons,
        "duration": [2.0] * n,
    }
    return Trials.from_columns(columns, SPACE, WANTED)


def test_every_number_can_be_computed_again_from_the_export(trials):
    summary = summarize(trials, ORIGIN)
    table = pd.read_csv(io.StringIO(trials.to_frame().to_csv(index=False)))

    good = table[table.state == "complete"]
    losses = np.column_stack([-good.accuracy, good.time])
    efficient = good[moocore.is_nondominated(losses)].sort_values("accuracy", ascending=False)
    corner = [-0.3, losses[:, 1].max() + 0.1 * np.ptp(losses[:, 1])]
    scaled = np.column_stack([-efficient.accuracy, efficient.time])
    scaled = (scaled - scaled.min(axis=0)) / np.ptp(scaled, axis=0)
    failed = table[(table.state == "failed") & (table.reason != "lost")]

    assert list(summary.efficient.numbers) == efficient.number.tolist()
    assert summary.knee == efficient.number.iloc[np.argmin((scaled**2).sum(axis=1))]
    assert summary.hypervolume == pytest.approx(moocore.hypervolume(losses, ref=corner))
    assert summary.reference == pytest.approx({"accuracy": 0.3, "time": corner[1]})
    assert summary.failures == failed.reason.value_counts().to_dict()
    assert summary.counts == {"complete": len(good), "failed": len(failed), "pending": 0, "lost": 1}
    assert summary.headline.startswith(f"Of 39 trials, {len(efficient)} are trade-offs worth having")


def test_the_page_is_whole_in_itself_and_escapes_what_users_wrote(trials, tmp_path):
    page = write(trials, ORIGIN, tmp_path / "deep" / "report").read_text()
    assert re.findall(r'(?:src|href)="(.{11})', page) == ["data:image/"] * 2
    assert "a &lt;study&gt;" in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "These are drawings &amp; no diatoms" in page
    for origin in ("abc123", "a chip", "ab" * 32, "paretune run diatoms", "epochs=20", "bayes, seed 0"):
        assert origin in page


def test_the_markdown_is_a_table_that_a_bar_does_not_break(trials, tmp_path):
    write(trials, ORIGIN, tmp_path)
    text = (tmp_path / "report.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    columns = [len(re.findall(r"(?<!\\)\|", row)) for row in rows if "±" in row or row.startswith("| trial")]
    assert set(columns) == {6}
    assert "> **These are drawings & no diatoms**" in text
    assert (tmp_path / "front.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("rows", "headline"),
    [
        (slice(0, 0), "No trial has finished yet."),
        (np.array([3, 6]), "None of 2 trials succeeded; the table of failures below says why."),
        (np.array([0]), "Of 1 trial, 1 is a trade-off worth having; the knee is trial 0: "),
    ],
)
def test_little_or_nothing_is_said_plainly(trials, rows, headline, tmp_path):
    page = write(trials[rows], {}, tmp_path)
    assert summarize(trials[rows], {}).headline.startswith(headline)
    assert headline in page.read_text()


def test_a_folder_that_cannot_be_written_is_told(trials, tmp_path):
    (tmp_path / "there").write_text("a letter")
    with pytest.raises(InvalidInputError, match="the report cannot be written to .*there"):
        write(trials, ORIGIN, tmp_path / "there")
