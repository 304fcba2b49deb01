"""The page in a browser: its script links pictures and tables, and it fits on a phone."""

import json
import re
import shutil
import subprocess

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
