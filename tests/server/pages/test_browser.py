"""The pages in a real browser, in an environment of its own, since it is large."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import uv

PROGRAM = Path(__file__).with_name("browser_check.py")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]


def test_pages_fit_all_widths_and_pass_axe_and_their_policy(start):
    plain = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    command = [uv.find_uv_bin(), "run", "--quiet", "--script", str(PROGRAM)]
    made = subprocess.run(command, env=plain, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"uv cannot make the browser's environment: {made.stderr[-500:]}")
    _, port, token = start("--storage", "studies.db", "--allow", "analytic")
    link = f"http://127.0.0.1:{port}/login?token={token}"
    done = subprocess.run([*command, CHROMIUM, link], env=plain, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []
