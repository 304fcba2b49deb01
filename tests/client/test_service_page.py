"""The examples of docs/service.md run against a service."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "service.md").read_text(encoding="utf-8")


def block(language):
    return re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL).group(1)


def test_python_example_runs(address_and_token, capsys, quiet_optuna):  # noqa: ARG001 (for its effect)
    address, token = address_and_token
    code = block("python").replace("http://127.0.0.1:8765", address).replace("pt_...", token)
    found = {}
    exec(code, found)  # noqa: S102 (our own page)
    assert "number" in capsys.readouterr().out
    assert len(found["study"].trials) == 3


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="curl or bash is not installed")
def test_curl_example_runs(address_and_token):
    address, token = address_and_token
    environment = {"URL": address, "TOKEN": token, "PATH": "/usr/bin:/bin:/usr/local/bin"}
    done = subprocess.run(
        [shutil.which("bash"), "-e", "-c", block("bash")],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    front = json.loads(done.stdout[done.stdout.rindex('{"trials"') :])
    assert [trial["values"] for trial in front["trials"]] == [{"accuracy": 0.8, "latency": 0.05}]
