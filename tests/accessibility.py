"""What axe, the checker of accessibility, finds on a page in Chromium.

Axe's script comes from the package axe-playwright-python, without Playwright, which is far heavier.
"""

import functools
import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_PACKAGE = "axe-playwright-python==0.1.8"
_RUN = """
<script>
const tell = (found) => document.body.setAttribute("data-axe", JSON.stringify(found));
axe.run(document).then(
  (done) => tell(done.violations.map((it) => [it.impact, it.id, it.nodes.map((node) => node.target.join(" "))])),
  (error) => tell([["critical", String(error), []]]),
);
</script>
"""


def serious_faults(page: Path, width: int = 1200, *, is_dark: bool = False) -> list[str]:
    """Return the serious and critical faults of a page: the rule, and the elements that break it.

    Args:
        page: an HTML file, with what it loads around it.
        width: of the window, in pixels.
        is_dark: whether the reader prefers dark pages.
    """
    script = _axe()
    with tempfile.TemporaryDirectory() as profile:
        copy = page.with_name(f"axe-{Path(profile).name}.html")
        words = [BROWSER, *FLAGS, f"--user-data-dir={profile}", f"--window-size={width},2000"]
        words += ["--force-dark-mode"] if is_dark else []
        words += ["--virtual-time-budget=60000", "--dump-dom", copy.absolute().as_uri()]
        try:
            copy.write_text(page.read_text().replace("</body>", f"<script>{script}</script>{_RUN}</body>"))
            done = subprocess.run(words, capture_output=True, text=True, timeout=900, check=True)
        finally:
            copy.unlink()
    answer = re.search(r'data-axe="([^"]*)"', done.stdout)
    assert answer, f"axe has not answered: {done.stderr[-500:]}"
    faults = json.loads(html.unescape(answer[1]))
    return [f"{rule}: {', '.join(places)}" for impact, rule, places in faults if impact in ("serious", "critical")]


@functools.cache
def _axe() -> str:
    """Axe's script; the test is skipped without it or without a browser."""
    if BROWSER is None:
        pytest.skip("there is no Chromium here")
    with tempfile.TemporaryDirectory() as folder:
        words = ["-m", "uv", "pip", "install", "--quiet", "--no-deps", "--target", folder, _PACKAGE]
        done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"axe cannot be installed: {done.stderr.strip()[-200:]}")
        return next(Path(folder).rglob("axe.min.js")).read_text()
