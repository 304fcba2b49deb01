"""The page in a browser: its script links pictures and tables, and it fits on a phone."""

import ast
import json
import re
import shlex
import shutil
import subprocess

import numpy as np
import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
ACTS = """
<script>
const states = [];
const state = (what) => states.push([
  what, document.getElementById("chosen").textContent.trim().replace(/\\s+/g, " "),
  [...new Set([...document.querySelectorAll("tr.on")].map((row) => row.dataset.trial))],
  [...new Set([...document.querySelectorAll(".fig .on")].map((mark) => mark.closest("figure").id))],
  [...new Set([...document.querySelectorAll('[aria-pressed="true"]')].map((it) => it.dataset.trial))],
]);
const front = document.querySelector("#front .picture");
const mark = (css) => front.querySelector(`.wide-page .${css}[data-trial]`);
const [first, second] = front.querySelectorAll('.wide-page .e[data-trial]');
const at = (mark, type, dx = 3) => {
  const box = mark.getBoundingClientRect();
  const place = {clientX: box.x + box.width / 2 + dx, clientY: box.y + box.height / 2, bubbles: true};
  front.dispatchEvent(new PointerEvent(type, place));
};
const press = (mark, key) => mark.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
state("at first");
at(first, "pointermove"); state("point");
front.dispatchEvent(new PointerEvent("pointerleave")); state("leave");
for (const css of ["d", "x"]) {
  at(mark(css), "pointermove", 1); state(css);
  states.push([css + " trial", mark(css).dataset.trial]);
}
at(first, "click"); state("click");
at(second, "pointermove"); state("point at another");
at(second, "pointermove", 4000); state("point at nothing");
at(first, "click"); state("click again");
const turn = (type) => second.dispatchEvent(new FocusEvent(type));  // a page without a window may have no focus to give
turn("focus"); state("focus");
press(second, "Enter"); state("Enter");
turn("blur"); state("blur");
press(second, "Escape"); state("Escape");
document.querySelector("#all tbody tr:nth-child(4)").click(); state("row");
const stops = [...document.querySelectorAll("#front .wide-page [tabindex]")];
states.push(["tab stops", stops.map((it) => it.dataset.trial)]);
states.push(["width", [document.documentElement.scrollWidth, document.documentElement.clientWidth]]);
const narrow = [...document.querySelectorAll(".fig.narrow-page")];
states.push(["narrow", narrow.map((it) => getComputedStyle(it).display)]);
const fonts = [...document.querySelectorAll(".fig text")].map((it) => getComputedStyle(it).fontSize);
states.push(["sizes", [...new Set(fonts)]]);
// Tables: each head is a button, and a field filters the rows.
const table = document.querySelector("#all table");
const column = (i) => [...table.tBodies[0].rows].filter((row) => !row.hidden).map((row) => row.cells[i].textContent);
const heads = [...table.tHead.rows[0].cells];
const at_ = heads.findIndex((head) => head.textContent === "accuracy");
const states_ = [column(0)];
for (let i = 0; i < 3; i++) {
  heads[at_].querySelector("button").click();
  states_.push([heads[at_].getAttribute("aria-sort"), column(at_), column(0)]);
}
states.push(["sorted", states_]);
const filter = document.querySelector("#all input[type=search]");
const filtered = [];
for (const words of ["crashed", "accuracy>=0.5 state=complete", "kind=<b>", ""]) {
  filter.value = words;
  filter.dispatchEvent(new Event("input"));
  filtered.push([words, column(0), document.querySelector("#all output").textContent]);
}
states.push(["filtered", filtered]);
const select = document.querySelector("#efficient select");
pin(String(states.find(([what]) => what === "Enter")[4][0]));
const copied = {};
for (const button of document.querySelectorAll("#efficient .tools:has(select) button")) {
  button.click();
  copied[button.textContent] = document.querySelector("#efficient textarea").value;
}
states.push(["copied", [select.value, copied]]);
const axes = document.getElementById("axes");
axes.open = true;
const [across, up] = axes.querySelectorAll("select");
const [acrossLog, upLog] = axes.querySelectorAll("input[type=checkbox]");
const drawn = () => {
  const shown = [...axes.querySelectorAll("circle")].filter((it) => it.style.display !== "none");
  const at = shown.map((it) => [it.dataset.trial, Number(it.getAttribute("cx")), Number(it.getAttribute("cy"))]);
  const texts = [...axes.querySelectorAll("text")].map((it) => it.textContent);
  return [axes.querySelector("svg").getAttribute("aria-label"), at, texts];
};
const pick = (it, name) => {
  it.value = [...it.options].find((option) => option.text === name).value;
  it.dispatchEvent(new Event("change"));
};
const switched = [drawn()];
pick(across, "kind"); pick(up, "x"); switched.push([...drawn(), acrossLog.disabled]);
pick(across, "accuracy");
acrossLog.checked = true;
acrossLog.dispatchEvent(new Event("change"));
switched.push(drawn());
states.push(["axes", switched]);
document.body.setAttribute("data-states", JSON.stringify(states));
</script>
"""

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="there is no Chromium here"),
    pytest.mark.end_to_end,
]


@pytest.fixture(scope="module")
def acted(summary, folder, tmp_path_factory):
    """What the page answers to a script that points, clicks and presses keys."""
    out = tmp_path_factory.mktemp("acted")
    page = (folder / "report.html").read_text()
    (out / "acted.html").write_text(page.replace("</body>", f"{ACTS}</body>"))
    flags = [*FLAGS, f"--user-data-dir={out / 'profile'}", "--window-size=1200,3000", "--dump-dom"]
    words = [BROWSER, *flags, (out / "acted.html").as_uri()]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300, check=True)
    attribute = re.search(r'data-states="([^"]*)"', done.stdout)[1].replace("&quot;", '"').replace("&lt;", "<")
    return summary, {what: rest for what, *rest in json.loads(attribute.replace("&gt;", ">").replace("&amp;", "&"))}


def test_mark_shows_its_configuration_by_pointer_and_keyboard(acted):
    summary, states = acted
    first, second = summary.efficient[:2]
    text, rows, figures, kept = states["point"]
    assert text.startswith(f"trial{first.number}stateefficient")
    assert f"accuracy{first.values['accuracy']:.4g}" in text
    assert rows == [str(first.key)]
    assert {"front", "parallel", "search"} <= set(figures), "the same trial is marked in every picture"
    assert kept == []
    hint = states["at first"]
    assert "Point at a trial" in hint[0]
    assert states["leave"] == states["click again"] == states["Escape"] == hint
    assert states["click"] == [text, rows, figures, [str(first.key)]]
    assert states["point at another"][1:2] == [[str(second.key)]]
    assert states["point at another"][3] == [str(first.key)]
    assert states["point at nothing"] == states["click"]
    assert states["focus"][1] == [str(second.key)]
    assert states["Enter"] == states["blur"] == [*states["focus"][:3], [str(second.key)]]


def test_dominated_and_failed_trials_answer_and_rows_mark_pictures(acted):
    summary, states = acted
    for css, said in (("d", "statecomplete"), ("x", "statefailed")):
        (number,) = states[f"{css} trial"]
        assert states[css][0].startswith(f"trial{number}{said}")
        assert states[css][1] == [number]
        assert "front" in states[css][2]
    number = str(int(summary.trials.numbers[3]))
    assert states["row"][1] == [number]
    assert "front" in states["row"][2]
    assert sorted(map(int, states["tab stops"][0])) == sorted(found.key for found in summary.efficient)


def test_page_has_one_size_of_text_and_no_sideways_scrolling(acted):
    _, states = acted
    ((scrolled, shown),) = states["width"]
    assert scrolled <= shown
    assert set(states["narrow"][0]) == {"none"}
    assert states["sizes"] == [["12px"]]


def test_head_of_column_sorts_its_table_up_down_and_back(acted):
    summary, states = acted
    before, up, down, back = states["sorted"][0]
    assert before == back[2] == [str(number) for number in summary.trials.numbers]
    assert (up[0], down[0], back[0]) == ("ascending", "descending", None)
    values = [float(text) for text in up[1] if text]
    assert values == sorted(values)
    n_empty = up[1].count("")
    assert n_empty == down[1].count("") == 4
    assert up[1][-n_empty:] == down[1][-n_empty:] == [""] * n_empty, "trials without a value are last"
    assert down[1][:-n_empty] == up[1][:-n_empty][::-1]


def test_filter_shows_rows_with_words_and_conditions(acted):
    summary, states = acted
    trials = summary.trials
    (crashed, good, kind, every) = states["filtered"][0]
    assert crashed[1:] == [["3"], "1 of 40 rows"]
    efficient = {found.number for found in summary.efficient}
    is_good = (trials.values[:, 0] >= 0.5) & trials.is_complete
    assert good[1] == [str(number) for number in trials.numbers[is_good] if number not in efficient]
    assert kind[1] == [
        str(n) for n, params in zip(trials.numbers, trials.params, strict=True) if params["kind"] == "<b>"
    ]
    assert (len(every[1]), every[2]) == (len(trials), "")


def test_pinned_configuration_is_copied_in_three_forms(acted):
    summary, states = acted
    chosen, forms = states["copied"][0]
    (found,) = [each for each in summary.efficient if str(each.key) == chosen]
    assert chosen == states["Enter"][3][0]
    assert json.loads(forms["JSON"]) == found.params
    assert ast.literal_eval(forms["Python"]) == found.params
    words = shlex.split(forms["command line"])
    assert dict(zip(words[::2], words[1::2], strict=True)) == {f"--{k}": str(v) for k, v in found.params.items()}


def test_picture_of_any_columns_switches_axes_and_scales(acted):
    summary, states = acted
    first, other, log = states["axes"][0]
    trials = summary.trials
    is_measured = np.isfinite(trials.values).all(axis=1)
    assert first[0] == f"accuracy over time [ms] of {is_measured.sum()} trials"
    drawn = {int(number): (x, y) for number, x, y in first[1]}
    assert sorted(drawn) == trials.numbers[is_measured].tolist()
    order = sorted(drawn, key=lambda number: drawn[number][0])
    time = trials.values[:, 1]
    assert np.diff(time[order]).min() > -0.001
    assert {"<b>", "a|<b>"} <= set(other[2])
    assert len({x for _, x, _ in other[1]}) == 2
    assert len(other[1]) == len(trials)
    assert other[3], "words have no logarithm"
    places = {int(number): x for number, x, _ in log[1]}
    logs = np.log10(trials.values[list(places), 0])
    slope = np.polyfit(logs, list(places.values()), 1)
    np.testing.assert_allclose(np.polyval(slope, logs), list(places.values()), atol=0.5)
