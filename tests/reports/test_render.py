"""The files of a report. Covers `render`, `pictures`, `captions`, `alt_texts`, `tables` and `summary`."""

import json
import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from markdown_it import MarkdownIt

from paretune import Categorical, Float, Maximize, Minimize, Objectives, Space, Trials
from paretune.errors import InvalidInputError
from paretune.figures import feasibility_view
from paretune.reports import Run, headline, summarize, write_report
from paretune.reports.captions import feasible_texts
from paretune.reports.pictures import pictures
from paretune.reports.render import report_texts
from paretune.reports.trials_table import failure_rows
from paretune.trials import Curves

PICTURES = ["front", "growth", "cost", "region", "feasible", "parallel", "importance", "search"]


def without_noise(table):
    return replace(table, losses_se=np.full_like(table.losses_se, NAN))


@pytest.fixture(scope="module")
def compared(several_runs):
    return report_texts(several_runs, [])


def rows_of(page, section):
    """The cells of a section's table, row by row."""
    text = re.search(rf'<section id="{section}">.*?</section>', page, re.DOTALL)[0]
    text = text.replace("<wbr>", "")
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr.*?</tr>", text, re.DOTALL)]


def test_report_has_page_markdown_json_and_pictures(folder, stages):
    assert (stages[0], stages[-1]) == ("Drawing the front", "Writing the report")
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [*(f"{name}.svg" for name in PICTURES), "report.html", "report.json", "report.md", "film.svg"]
    )
    for name in (*PICTURES, "film"):
        ET.fromstring((folder / f"{name}.svg").read_text())  # noqa: S314 (our own)


def test_page_is_self_contained_and_escapes_texts_of_users(folder):
    page = (folder / "report.html").read_text()
    sources = re.findall(r'\b(?:src|href)="([^"]{6})', page)
    assert {source for source in sources if not source.startswith("#")} == {"film.s"}
    assert not re.findall(r"@import|url\((?!#)", page)
    assert "a &lt;study&gt;" in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "@import" not in page
    assert "These are drawings &amp; no diatoms" in page
    for origin in ("abc123", "a chip", "ab" * 32, "paretune run diatoms", "epochs=20", "bayes, seed 0"):
        assert origin in page


def test_names_of_both_sides_are_escaped(runs):
    ours, theirs = (
        replace(side[0], name=f"<i>{side[0].name}", origin={}, trials=without_noise(side[0].trials[:9]))
        for side in runs
    )
    page = report_texts(summarize(ours, theirs), [])["report.html"]
    assert "&lt;i&gt;theirs-4" in page
    assert "<i>" not in page


def test_title_replaces_the_name_in_every_text(few, run):
    found = report_texts(summarize(few, title="Nets, <i>small</i>"), [])
    assert "<h1>Nets, &lt;i&gt;small&lt;/i&gt;</h1>" in found["report.html"]
    assert "# Nets, " in found["report.md"].splitlines()[0]
    numbers = json.loads(found["report.json"])
    assert (numbers["title"], numbers["study"]) == ("Nets, <i>small</i>", run.name)


def test_page_is_well_formed_with_unique_ids(folder):
    class Reader(HTMLParser):
        open_, ids = [], []

        def handle_starttag(self, tag, attrs):
            self.ids += [value for name, value in attrs if name == "id"]
            if tag not in {"meta", "wbr"}:
                self.open_.append(tag)

        def handle_startendtag(self, _tag, attrs):
            self.ids += [value for name, value in attrs if name == "id"]

        def handle_endtag(self, tag):
            assert self.open_.pop() == tag

    reader = Reader()
    reader.feed((folder / "report.html").read_text())
    assert reader.open_ == []
    assert len(reader.ids) == len(set(reader.ids))


def test_efficient_configuration_has_a_mark_and_a_row(run, summary, folder):
    page = (folder / "report.html").read_text()
    keys = sorted(found.key for found in summary.efficient)
    front = re.search(r'<figure id="front".*?</figure>', page, re.DOTALL)[0]
    assert sorted(map(int, re.findall(r'class="e" data-trial="(\d+)"', front))) == sorted(2 * keys), "wide and narrow"
    assert {int(key) for key in re.findall(r'data-trial="(\d+)"', front)} == set(
        run.trials.numbers[~run.trials.is_pending & ~run.trials.is_lost].tolist()
    ), "dominated and failed trials answer, too"
    assert sorted(map(int, re.findall(r'<tr id="row-(\d+)"', page))) == keys
    assert re.findall(r'<tr id="row-(\d+)" data-trial="\d+" class="knee"', page) == [str(summary.knee)]


def test_page_has_its_sections_in_order(folder):
    page = (folder / "report.html").read_text()
    marks = ['class="headline"', *(f'<figure id="{name}"' for name in PICTURES)]
    marks += [f'<section id="{name}"' for name in ("efficient", "trials", "comparison", "origin")]
    places = [page.index(mark) for mark in marks]
    assert places == sorted(places)


def test_tables_agree_with_json(compared):
    page, found = compared["report.html"], json.loads(compared["report.json"])
    counted = ["complete", "efficient", "failed"]
    assert [row[:4] for row in rows_of(page, "trials") if row[0] in ("study", *(c["run"] for c in found["counts"]))][
        :7
    ] == [
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
    found = report_texts(summarize(Run("close", table)), [])
    assert "| 0.999989 | 1235230 |" in found["report.md"]
    assert "| 0.999765 | 1234514 |" in found["report.md"]
    assert "auc = 0.999742, params = 1235302 (a tenth" in found["report.md"]


def test_page_with_comparison_explains_its_intervals(compared, single_runs):
    page = compared["report.html"]
    names = ["", "ours-1, ours-2, ours-3", "theirs-4, theirs-5, theirs-6"]
    assert rows_of(page, "comparison")[0] == names
    assert not re.findall(r"candidate|random search", page, re.IGNORECASE)
    assert "For a single run" not in page
    single = report_texts(single_runs, [])["report.html"]
    assert "For a single run its trials are resampled" in single


def test_bar_in_a_name_does_not_break_a_markdown_table(folder):
    text = (folder / "report.md").read_text()
    rows = [line for line in text.splitlines() if "±" in line and line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {8}
    assert "> **These are drawings & no diatoms**" in text
    assert all(f"({name}.svg)" in text for name in PICTURES)
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
    made = report_texts(summary, pictures(summary))
    found = json.loads(made["report.json"])
    assert said in headline(summary)
    assert said in made["report.html"]
    assert len(found["efficient"]) == efficient
    assert (found["knee"] is None) == (efficient == 0)
    assert found["counts"][0]["trials"] == len(table)
    assert '<figure id="front"' in made["report.html"]
    assert ("There will be more pictures after 10 finished trials." in made["report.md"]) == (len(table) < 10)


def test_names_that_look_like_markup_are_escaped_in_markdown():
    names = ["<script>alert(1)</script>", "$latency_{ms}$ | *2* `_x_`"]
    table = trials([(0.5, 1), (0.6, 2)], Objectives([Maximize(names[0]), Minimize(names[1])]))
    summary = summarize(Run("a _study_ \\", table))
    text = report_texts(summary, pictures(summary))["report.md"]
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
    text = report_texts(summary, pictures(summary), ("film.svg",))["report.md"]
    parts = [part for token in MarkdownIt().enable("table").parse(text) for part in token.children or ()]
    assert [part.attrs["src"] for part in parts if part.type == "image"] == ["front.svg"]
    assert [part.attrs["href"] for part in parts if part.type == "link_open"] == ["film.svg"]
    assert sum(part.content.count("!") for part in parts if part.type.startswith("text")) >= 6


def test_text_that_is_no_unicode_is_written(few, tmp_path):
    write_report(summarize(replace(few, trials=few.trials[:2]), title="a\ud800b"), tmp_path)
    assert "a?b" in (tmp_path / "report.html").read_text()


def test_report_says_when_missing_pictures_come():
    found = {}
    for n in (3, 12):
        summary = summarize(Run("failed", trials([(NAN, NAN)] * n)))
        found[n] = report_texts(summary, pictures(summary))["report.md"]
    assert "There will be more pictures after 10 finished trials." in found[3]
    assert "There will be more pictures after the first successful trial." in found[12]
    assert "The line bounds" not in found[12], "without efficient trials there is no border"


def test_unfit_trials_are_counted_and_explained(few):
    page = report_texts(summarize(replace(few, n_unfit=3)), [])["report.html"]
    header, row, *_ = rows_of(page, "trials")
    assert dict(zip(header, row, strict=True))["unfit"] == "3"
    assert "Unfit trials lack parameters" in page
    assert f"3 of {9 + 3} trials of a &lt;study&gt; are left out of all numbers" in page


def test_folder_that_cannot_be_written_is_rejected(summary, tmp_path):
    (tmp_path / "there").write_text("a letter")
    with pytest.raises(InvalidInputError, match="the report cannot be written to .*there"):
        write_report(summary, tmp_path / "there")


def test_contents_name_every_section(folder):
    page = (folder / "report.html").read_text()
    links = re.findall(r'<li><a href="#(\w+)">', page)
    assert links == [*PICTURES, "efficient", "trials", "comparison", "origin"]
    assert all(f'id="{name}"' in page for name in links)


def test_table_has_all_trials_with_state_values_and_parameters(run, folder):
    page = (folder / "report.html").read_text()
    table = re.search(r'<details id="all">.*?</details>', page, re.DOTALL)[0].replace("<wbr>", "")
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)]
    assert rows[0] == ["trial", "state", "accuracy", "time [ms]", "duration [s]", "x", "kind", "y"]
    assert [row[0] for row in rows[1:]] == [str(number) for number in run.trials.numbers]
    assert [row[1] for row in rows[4:10]] == ["failed: crashed", "complete", "lost", "failed: out of memory",
                                               rows[8][1], "pending"]  # fmt: skip
    assert rows[4][2:4] == ["", ""]


def test_terms_are_explained_where_they_are_first_used(folder):
    page = re.sub(
        r"<(?:nav|script|style|svg).*?</(?:nav|script|style|svg)>",
        "",
        (folder / "report.html").read_text(),
        flags=re.DOTALL,
    )
    body = re.sub(r"<[^>]+>", "", page[page.index("<body>") :])
    for term, explained in {
        "efficient": "efficient (no other is as good in every objective and better in one)",
        "knee": "knee, the efficient one nearest to the best of every objective",
        "hypervolume": "hypervolume is the volume between the front and a reference point",
        "attain": "attain (reach or beat in every objective)",
    }.items():
        first = re.search(rf"\b{term}", body).start()
        assert body[first:].startswith(explained), term


def test_alt_text_says_what_a_picture_shows(summary, folder):
    page = (folder / "report.html").read_text()
    labels = re.findall(r'<svg class="fig[^"]*" role="\w+" aria-label="([^"]*)"', page)
    assert len(labels) == 2 * len(PICTURES)
    knee = next(found for found in summary.efficient if found.key == summary.knee)
    assert f"{len(summary.efficient)} efficient" in labels[0]
    assert f"The knee is trial {knee.number}: accuracy {knee.values['accuracy']:.3g}" in labels[0]


def test_title_of_feasible_picture_names_limits_only_if_there_are_any(run, folder):
    free = run.trials.with_objectives(Objectives([Maximize("accuracy"), Minimize("time", unit="s")]))
    summary = summarize(replace(run, trials=without_noise(free)))
    assert "Trials inside the limits" in (folder / "report.html").read_text()
    assert feasible_texts(summary, feasibility_view(free))[0] == "Trials that succeeded"


def test_failures_are_grouped_by_message(few, summary):
    messages = {3: "RuntimeError: no data", 6: "CUDA out of memory; the last lines of its log:\nepoch 1\nkilled"}
    page = report_texts(summarize(replace(few, messages=messages)), [])["report.html"]
    assert rows_of(page, "failures") == [
        ["reason", "times", "trials", "message"],
        ["crashed", "1", "3", "RuntimeError: no data"],
        ["out of memory", "1", "6", "CUDA out of memory | killed"],
    ]
    assert failure_rows(summary) == []


def test_wide_tables_are_turned_for_paper_and_very_many_parameters_are_in_a_file(tmp_path):
    space = Space({f"p{i}": Float(0, 1) for i in range(60)})
    X = np.random.default_rng(0).random((24, 60))
    objectives = Objectives([Maximize("score"), Minimize("time", unit="s")])
    losses = np.column_stack([-X[:, 50], X[:, 50] + 0.3 * X[:, 0]])
    table = Trials(space, objectives, tuple(space.decode(X)), losses=losses)
    write_report(summarize(Run("wide", table)), tmp_path)
    page = (tmp_path / "report.html").read_text()
    assert "Tables and pictures show the most important 15 of 60 parameters; report-trials.csv has all of them." in page
    header = rows_of(page, "efficient")[0]
    assert len(header) == 3 + 15
    assert "p50" in header
    turned = re.findall(r'<div class="paper-only">.*?</div>\s*</div>', page, re.DOTALL)
    widths = {
        len(re.findall(r"<t[hd][ >]", row)) for part in turned for row in re.findall(r"<tr.*?</tr>", part, re.DOTALL)
    }
    assert max(widths) <= 7
    csv = (tmp_path / "report-trials.csv").read_text().splitlines()
    assert len(csv) == 25
    assert csv[0].count(",") > 60
    assert "report-trials.csv" in json.loads((tmp_path / "report.json").read_text())["files"]


def test_very_many_trials_show_the_efficient_and_the_latest_ones():
    rng = np.random.default_rng(0)
    table = trials(rng.random((530, 2)).tolist())
    page = report_texts(summarize(Run("many", table)), [])["report.html"]
    assert "500 of 530 trials: the efficient and the latest ones" in page
    keys = [int(key) for key in re.findall(r'<tr data-trial="(\d+)"', page)]
    assert len(keys) == 500
    assert set(range(130, 530)) < set(keys)


def test_curves_and_early_signals_have_pictures_and_numbers():
    n, rng = 20, np.random.default_rng(0)
    quality = rng.random(n)
    reports = {i: [{"step": s, "accuracy": q * s / 9, "loss": 2 - q} for s in (1, 3, 9)] for i, q in enumerate(quality)}
    for i in (4, 5):
        reports[i] = reports[i][:1]
    states = np.array(["stopped" if i in (4, 5) else "complete" for i in range(n)], object)
    losses = np.column_stack([-quality, rng.random(n) + quality])
    losses[4:6, 0] = NAN
    space = Space({"x": Float(0, 1)})
    table = Trials(space, TWO, tuple(space.decode(rng.random((n, 1)))), losses=losses, states=states,
                   curves=Curves.from_steps(reports))  # fmt: skip
    summary = summarize(Run("early", table))
    drawn = {picture.name: picture for picture in pictures(summary)}
    assert {"curves", "signals", "cost"} < set(drawn)
    assert "A scheduler stopped the grey ones early. It decided at the dotted steps: 1." in drawn["curves"].caption
    assert "correlation of 1.00 with the final accuracy" in drawn["signals"].caption
    found = json.loads(report_texts(summary, [])["report.json"])["early_signals"]["accuracy"]
    assert found["steps"] == [1, 3, 9]
    assert found["correlations"]["accuracy"] == [1.0, 1.0, 1.0]
    assert "stopped at step 1" in report_texts(summary, [])["report.html"]
