"""The script of the page, in a browser: pointing, clicking and keys show the values of a configuration."""

import json
import re
import shutil
import subprocess

import pytest

from paretune.figures import draw_front, front_view
from paretune.reports import summarize
from paretune.reports.pictures import Picture
from paretune.reports.render import report_texts

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
ACTS = """
<script>
const states = [];
const state = (what) => states.push([
  what, document.getElementById("chosen").textContent.trim().replace(/\\s+/g, " "),
  [...document.querySelectorAll("#efficient tr.on")].map((row) => row.id),
  [...document.querySelectorAll('[id^="trial-"][aria-pressed="true"]')].map((mark) => mark.id),
]);
const [first, second] = document.querySelectorAll('#front [id^="trial-"]');
const at = (mark, type, dx = 3) => {
  const box = mark.getBoundingClientRect();
  const place = {clientX: box.x + box.width / 2 + dx, clientY: box.y + box.height / 2, bubbles: true};
  document.querySelector("#front .picture").dispatchEvent(new PointerEvent(type, place));
};
const press = (mark, key) => mark.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
state("at first");
at(first, "pointermove"); state("point");
document.querySelector("#front .picture").dispatchEvent(new PointerEvent("pointerleave")); state("leave");
at(first, "click"); state("click");
at(second, "pointermove"); state("point at another");
at(second, "pointermove", 4000); state("point at nothing");
at(first, "click"); state("click again");
const turn = (type) => second.dispatchEvent(new FocusEvent(type));  // a page without a window may have no focus to give
turn("focus"); state("focus");
press(second, "Enter"); state("Enter");
turn("blur"); state("blur");
press(second, "Escape"); state("Escape");
states.push(["tab stops", [...document.querySelectorAll('[id^="trial-"]')].map((it) => it.getAttribute("tabindex"))]);
document.body.setAttribute("data-states", JSON.stringify(states));
</script>
"""


@pytest.mark.skipif(BROWSER is None, reason="there is no Chromium here")
def test_mark_shows_its_configuration_by_pointer_and_keyboard(run, tmp_path):
    summary, acted = summarize(run), tmp_path / "acted.html"
    front = Picture("front", "The front", "All trials.", draw_front(front_view(summary.trials)))
    page = report_texts(summary, [front], has_animation=False)["report.html"]
    acted.write_text(page.replace("</body>", f"{ACTS}</body>"))
    flags = [*FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1200,3000", "--dump-dom"]
    done = subprocess.run([BROWSER, *flags, acted.as_uri()], capture_output=True, text=True, timeout=120, check=True)
    attribute = re.search(r'data-states="([^"]*)"', done.stdout)[1].replace("&quot;", '"').replace("&lt;", "<")
    *states, (_, stops) = json.loads(attribute.replace("&gt;", ">").replace("&amp;", "&"))
    states = {what: rest for what, *rest in states}

    first, second = summary.efficient[:2]
    text, rows, kept = states["point"]
    assert text.startswith(f"trial{first.number}accuracy{first.values['accuracy']:.4g}")
    assert rows == [f"row-{first.key}"]
    assert kept == []
    hint = states["at first"]
    assert "Point at an efficient configuration" in hint[0]
    assert states["leave"] == states["click again"] == states["Escape"] == hint
    assert states["click"] == [text, rows, [f"trial-{first.key}"]]
    assert states["point at another"][1:] == [[f"row-{second.key}"], [f"trial-{first.key}"]]
    assert states["point at nothing"] == states["click"]
    assert states["focus"][1:] == [[f"row-{second.key}"], []]
    assert states["Enter"] == states["blur"] == [states["focus"][0], [f"row-{second.key}"], [f"trial-{second.key}"]]
    assert set(stops) == {"0"}
