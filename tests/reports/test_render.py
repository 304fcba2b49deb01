"""The files of a report. Covers `render`, `pictures`, `tables` and `summary`."""

import json
import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser

import numpy as np
import pytest
from markdown_it import MarkdownIt

from paretune import Categorical, Float, Maximize, Minimize, Objectives, Space, Trials
from paretune.errors import InvalidInputError
from paretune.reports import Run, headline, summarize, write_report
from paretune.reports.pictures import pictures
from paretune.reports.render import report_texts

PICTURES = ["front", "region", "density", "growth", "feasible", "parallel", "importance", "search"]


@pytest.fixture(scope="module")
def folder(run, tmp_path_factory):
    out = tmp_path_factory.mktemp("made") / "deep" / "report"
    found = []
    assert write_report(summarize(run), out, found.append) == out / "report.html"
    assert (found[0], found[-1]) == ("Drawing the front", "Writing the report")
    return out


@pytest.fixture(scope="module")
def compared(runs):
    return report_texts(summarize(*runs), [], has_animation=False)


def rows_of(page, section):
    """The cells of a section's table, row by row."""
    text = re.search(rf'<section id="{section}">.*?</section>', page, re.DOTALL)[0]
    text = text.replace("<wbr>", "")
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr.*?</tr>", text, re.DOTALL)]


def test_report_has_page_markdown_json_and_pictures(folder):
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [*(f"{name}.png" for name in PICTURES), "report.html", "report.json", "report.md", "search.gif"]
    )
    assert (folder / "front.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "search.gif").read_bytes().startswith(b"GIF8")


def test_page_is_self_contained_and_escapes_texts_of_users(folder):
    page = (folder / "report.html").read_text()
    sources = re.findall(r'\b(?:src|href)="([^"]{6})', page)
    assert set(sources) <= {"data:i", "search", *(s for s in sources if s.startswith("#"))}
    assert not re.findall(r"@import|url\((?!#)", page)
    assert "a &lt;study&gt;" in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "These are drawings &amp; no diatoms" in page
    for origin in ("abc123", "a chip", "ab" * 32, "paretune run diatoms", "epochs=20", "bayes, seed 0"):
        assert origin in page


def test_names_of_both_sides_are_escaped(runs):
    ours, theirs = ([replace(run, name=f"<i>{run.name}", origin={}) for run in side] for side in runs)
    page = report_texts(summarize(ours, theirs), [], has_animation=False)["report.html"]
    assert "&lt;i&gt;theirs-4" in page
    assert "<i>" not in page


def test_title_replaces_the_name_in_every_text(run):
    found = report_texts(summarize(run, title="Nets, <i>small</i>"), [], has_animation=False)
    assert "<h1>Nets, &lt;i&gt;small&lt;/i&gt;</h1>" in found["report.html"]
    assert "# Nets, " in found["report.md"].splitlines()[0]
    numbers = json.loads(found["report.json"])
    assert (numbers["title"], numbers["study"]) == ("Nets, <i>small</i>", run.name)


def test_page_is_well_formed_with_unique_ids(folder):
    class Reader(HTMLParser):
        open_, ids = [], []

        def handle_starttag(self, tag, attrs):
            self.ids += [value for name, value in attrs if name == "id"]
            if tag not in {"meta", "img", "wbr"}:
                self.open_.append(tag)

        def handle_startendtag(self, _tag, attrs):
            self.ids += [value for name, value in attrs if name == "id"]

        def handle_endtag(self, tag):
            assert self.open_.pop() == tag

    reader = Reader()
    reader.feed((folder / "report.html").read_text())
    assert reader.open_ == []
    assert len(reader.ids) == len(set(reader.ids))


def test_efficient_configuration_has_a_mark_and_a_row(run, folder):
    page, summary = (folder / "report.html").read_text(), summarize(run)
    keys = sorted(found.key for found in summary.efficient)
    assert sorted(map(int, re.findall(r'id="trial-(\d+)"', page))) == keys
    assert sorted(map(int, re.findall(r'<tr id="row-(\d+)"', page))) == keys
    assert re.findall(r'<tr id="row-(\d+)" class="knee"', page) == [str(summary.knee)]


def test_page_has_its_sections_in_order(folder):
    page = (folder / "report.html").read_text()
    marks = ['class="headline"', *(f'<figure id="{name}"' for name in PICTURES)]
    marks += [f'<section id="{name}"' for name in ("efficient", "trials", "comparison", "origin")]
    places = [page.index(mark) for mark in marks]
    assert places == sorted(places)


def test_tables_agree_with_json(compared):
    page, found = compared["report.html"], json.loads(compared["report.json"])
    counted = ["complete", "efficient", "failed"]
    assert [row[:4] for row in rows_of(page, "trials")] == [
        ["study", *counted],
        *([counts["run"], *(str(counts[name]) for name in counted)] for counts in found["counts"]),
    ]
    table = {row[0]: row[1:] for row in rows_of(page, "comparison")}
    share = found["comparison"]["merged_front_share"]
    budget = found["comparison"]["budget"]
    expected = f"{share['value'] * 100:.0f} % [{share['low'] * 100:.0f}, {share['high'] * 100:.0f}]"
    assert table[f"share of the merged front, {budget} trials each"][0] == expected
    assert rows_of(page, "efficient")[0][:2] == ["run", "trial"]
    first = found["efficient"][0]
    assert rows_of(page, "efficient")[1][:2] == [first["run"], str(first["number"])]


def test_different_values_are_written_differently():
    objectives = Objectives([Maximize("auc"), Minimize("params")])
    columns = {"x": [0.1, 0.2], "auc": [0.99976458, 0.99998868], "params": [1234514.0, 1235230.0]}
    table = Trials.from_columns(columns, Space({"x": Float(0, 1)}), objectives)
    found = report_texts(summarize(Run("close", table)), [], has_animation=False)
    assert "| 0.999989 | 1235230 |" in found["report.md"]
    assert "| 0.999765 | 1234514 |" in found["report.md"]
    assert "auc = 0.999742, params = 1235302 (a tenth" in found["report.md"]


def test_page_with_comparison_explains_its_intervals(compared, runs):
    page = compared["report.html"]
    assert "Candidate: ours-1, ours-2, ours-3. Baseline: random search." in page
    assert "For a single run" not in page
    single = report_texts(summarize(runs[0][0], runs[1][0]), [], has_animation=False)["report.html"]
    assert "For a single run its trials are resampled" in single


def test_bar_in_a_name_does_not_break_a_markdown_table(folder):
    text = (folder / "report.md").read_text()
    rows = [line for line in text.splitlines() if "±" in line and line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {8}
    assert "> **These are drawings & no diatoms**" in text
    assert all(f"({name}.png)" in text for name in PICTURES)
    assert "\n\n\n" not in text


NAN = float("nan")
TWO = Objectives([Maximize("accuracy"), Minimize("latency", unit="s")])


def trials(values, objectives=TWO, state=""):
    n = len(values)
    columns = {"x": np.linspace(0, 1, n).tolist(), "state": [state] * n}
    columns |= {name: [row[i] for row in values] for i, name in enumerate(objectives.names)}
    return Trials.from_columns(columns, Space({"x": Float(0, 1)}), objectives)


@pytest.mark.parametrize(
    ("table", "efficient", "said"),
    [
        (trials([]), 0, "No trial has finished yet."),
        (trials([(NAN, NAN)] * 3, state="pending"), 0, "No trial has finished yet; 3 are pending."),
        (trials([(NAN, NAN)] * 3), 0, "None of 3 trials succeeded"),
        (trials([(0.1, 1), (0.2, 2)], TWO.with_limits({"accuracy": 0.5}, {})), 0, "None of 2 trials succeeded"),
        (trials([(0.5, 1)]), 1, "Of 1 trial, one configuration is best in every objective"),
        (trials([(0.5, 1), (0.5, 2), (0.5, 3)] * 4), 4, "4 configurations are efficient"),
        (trials([(0.5, 1)] * 12), 12, "12 configurations are efficient"),
        (trials([(1,), (2,), (3,)] * 4, Objectives([Minimize("loss")])), 4, "4 configurations are equally good"),
        (trials([*np.eye(3) + 1] * 4, Objectives([Minimize(n) for n in "abc"])), 12, "12 configurations are efficient"),
        (trials([(1e99, 1), (-1e99, 0.5)] * 6), 12, "12 configurations are efficient"),
    ],
    ids=["nothing", "pending", "failed", "outside", "one", "one objective never varies", "equal", "one objective",
         "three objectives", "huge"],
)  # fmt: skip
def test_every_study_has_a_report(table, efficient, said):
    summary = summarize(Run("a", table))
    made = report_texts(summary, pictures(summary), has_animation=False)
    found = json.loads(made["report.json"])
    assert said in headline(summary)
    assert said in made["report.html"]
    assert len(found["efficient"]) == efficient
    assert (found["knee"] is None) == (efficient == 0)
    assert found["counts"][0]["trials"] == len(table)
    assert '<figure id="front">' in made["report.html"]
    assert ("There will be more pictures after 10 finished trials." in made["report.md"]) == (len(table) < 10)


def test_names_that_look_like_markup_are_escaped_in_markdown():
    names = ["<script>alert(1)</script>", "$latency_{ms}$ | *2* `_x_`"]
    table = trials([(0.5, 1), (0.6, 2)], Objectives([Maximize(names[0]), Minimize(names[1])]))
    summary = summarize(Run("a _study_ \\", table))
    text = report_texts(summary, pictures(summary), has_animation=False)["report.md"]
    page = MarkdownIt().enable("table").render(text)
    assert re.findall(r"<(?:em|code|script)", page) == []
    assert re.findall(r"(?<!\\)\$", text) == [], "which some take for mathematics"
    assert "<h1>a _study_ \\</h1>" in page
    assert all(f">{escape(name)}</th>" in page for name in names)
    assert page.count(escape(names[1])) >= 3, "in the headline, the table and the reference"


def test_more_than_four_objectives_are_noticed_once():
    five = Objectives([Minimize(name) for name in "abcde"])
    runs = [Run(name, trials([np.eye(5)[i] for i in range(5)], five)) for name in ("one", "two")]
    assert [text for text in summarize(runs).notices if "5 objectives" in text] == [five.notice]


def test_links_and_images_of_users_are_not_live_in_markdown():
    image, link = "![i](http://a.b/i.png)", "[free](http://a.b)"
    space = Space({"x": Float(0, 1), link: Categorical([image, link])})
    columns = {"x": [0.1, 0.2], link: [image, link], image: [1.0, 2.0], "time": [2.0, 1.0]}
    table = Trials.from_columns(columns, space, Objectives([Minimize(image), Minimize("time", unit=link)]))
    origin = {"data": {"name": link, "sha256": image, "notice": image}, "options": {image: link}}
    origin["runs"] = [{"searcher": image, "seed": 0, "from_trial": 0, "started": link, "environment": {image: link}}]
    summary = summarize(Run(image, table, origin), title=image)
    text = report_texts(summary, pictures(summary), has_animation=True)["report.md"]
    parts = [part for token in MarkdownIt().enable("table").parse(text) for part in token.children or ()]
    assert [part.attrs["src"] for part in parts if part.type == "image"] == ["front.png"]
    assert [part.attrs["href"] for part in parts if part.type == "link_open"] == ["search.gif"]
    assert sum(part.content.count("!") for part in parts if part.type.startswith("text")) >= 6


def test_text_that_is_no_unicode_is_written(run, tmp_path):
    write_report(summarize(replace(run, trials=run.trials[:2]), title="a\ud800b"), tmp_path)
    assert "a?b" in (tmp_path / "report.html").read_text()


def test_report_says_when_missing_pictures_come():
    found = {}
    for n in (3, 12):
        summary = summarize(Run("failed", trials([(NAN, NAN)] * n)))
        found[n] = report_texts(summary, pictures(summary), has_animation=False)["report.md"]
    assert "There will be more pictures after 10 finished trials." in found[3]
    assert "There will be more pictures after the first successful trial." in found[12]
    assert "All trials." in found[12], "without efficient trials there is no border"


def test_unfit_trials_are_counted_and_explained(run):
    page = report_texts(summarize(replace(run, n_unfit=3)), [], has_animation=False)["report.html"]
    header, row = rows_of(page, "trials")
    assert dict(zip(header, row, strict=True))["unfit"] == "3"
    assert "Unfit trials lack parameters" in page
    assert f"3 of {len(run.trials) + 3} trials of a &lt;study&gt; are left out of all numbers" in page


def test_folder_that_cannot_be_written_is_rejected(run, tmp_path):
    (tmp_path / "there").write_text("a letter")
    with pytest.raises(InvalidInputError, match="the report cannot be written to .*there"):
        write_report(summarize(run), tmp_path / "there")
