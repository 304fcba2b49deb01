"""Examples of docs/commands.md run as they are."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from paretune.study import load

pytestmark = pytest.mark.end_to_end

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text()
SECTIONS = dict(re.findall(r"^## ((?:In|As) .*)\n((?:(?!^## ).*\n)+)", PAGE, re.MULTILINE))
TRIALS = "3"  # a start of the search, for which it need not load its models


@pytest.mark.parametrize(
    ("title", "study", "tools"),
    [
        ("In Python", "features", ["python"]),
        ("As a shell script", "compress", ["gzip", "bzip2", "xz", "awk"]),
        ("In C", "integral", ["cc"]),
    ],
)
def test_example_runs(paretune, title, study, tools, monkeypatch):
    here = Path(sys.executable).parent  # of the environment, as for one who has activated it
    monkeypatch.setenv("PATH", f"{here}{os.pathsep}{os.environ['PATH']}")
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"there is no {missing[0]} here")
    for language, text in re.findall(r"^```(\w+)\n(.*?)^```", SECTIONS[title], re.MULTILINE | re.DOTALL):
        if language != "console":
            file = Path(re.search(r"[\w/]+\.\w+", text.partition("\n")[0])[0])
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
            continue
        for line in re.findall(r"^\$ (.*)", text, re.MULTILINE):
            words = shlex.split(line)
            if words[0] == "paretune":
                assert paretune(*words[1:], "--trials", TRIALS)[0] == 0
            else:
                subprocess.run(words, check=True)
    trials = load(study, "paretune.db").trials
    assert trials.is_complete.all(), trials.to_frame()
    assert len(trials) == int(TRIALS)


def test_every_example_of_page_is_tested():
    assert list(SECTIONS) == ["In Python", "As a shell script", "In C"]
