"""Can the marks of the front be pointed at, clicked and reached by the keyboard, in a browser?"""

import json
import re
import shutil
import subprocess

import pytest

from paretune.figures import draw_front, front_view
from paretune.report import summarize
from paretune.report.pictures import Picture
from paretune.report.render import pages

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
ACTS = """
<script>
const told = [];
const state = (what) => told.push([
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
told.push(["tab stops", [...document.querySelectorAll('[id^="trial-"]')].map((mark) => mark.getAttribute("tabindex"))]);
document.body.setAttribute("data-told", JSON.stringify(told));
</script>
"""


@pytest.mark.skipif(BROWSER is None, reason="there is no Chromium here")
def test_a_mark_says_its_configuration_by_pointer_and_by_keyboard(run, tmp_path):
    summary, acted = summarize(run), tmp_path / "acted.html"
    front = Picture("front", "The front", "All trials.", draw_front(front_view(summary.trials)))
    page = pages(summary, [front], has_film=False)["report.html"]
    acted.write_text(page.replace("</body>", f"{ACTS}</body>"))
    flags = [*FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1200,3000", "--dump-dom"]
    done = subprocess.run([BROWSER, *flags, acted.as_uri()], capture_output=True, text=True, timeout=120, check=True)
    attribute = re.search(r'data-told="([^"]*)"', done.stdout)[1].replace("&quot;", '"').replace("&lt;", "<")
    *told, (_, stops) = json.loads(attribute.replace("&gt;", ">").replace("&amp;", "&"))
    told = {what: rest for what, *rest in told}

    first, second = summary.efficient[:2]
    text, rows, kept = told["point"]
    assert text.startswith(f"trial{first.number}accuracy{first.values['accuracy']:.4g}")
    assert rows == [f"row-{first.key}"]
    assert kept == []
    hint = told["at first"]
    assert "Point at an efficient configuration" in hint[0]
    assert told["leave"] == told["click again"] == told["Escape"] == hint
    assert told["click"] == [text, rows, [f"trial-{first.key}"]]
    assert told["point at another"][1:] == [[f"row-{second.key}"], [f"trial-{first.key}"]]
    assert told["point at nothing"] == told["click"]
    assert told["focus"][1:] == [[f"row-{second.key}"], []]
    assert told["Enter"] == told["blur"] == [told["focus"][0], [f"row-{second.key}"], [f"trial-{second.key}"]]
    assert set(stops) == {"0"}
