"""Run the examples and draw their fronts for the pages in docs/examples: `make examples`.

Examples run in `build/examples`, where their studies go on when this is started again. One that needs something that is
not installed is skipped, with the reason.

Usage: ``run_examples.py [--trials N] [NAME ...]``
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from pages import ROOT

from paretune import figures
from paretune.study import load

EXAMPLES = ROOT / "examples"
FOLDER = ROOT / "build" / "examples"
PICTURES = ROOT / "docs" / "examples"
WIDTH = 560
RUN_CELLS = """\
import json, sys
for cell in json.load(open(sys.argv[1]))["cells"]:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]))
"""


@dataclass(frozen=True)
class Example:
    """An example, which is a script, a notebook or a folder with a study file.

    Args:
        source: its path below `examples`.
        n_trials: the trials of its picture.
        module: the Python module that it needs, if Paretune does not.
        program: the program that it needs, if any.
    """

    source: str
    n_trials: int = 20
    module: str = "paretune"
    program: str = "sh"

    @property
    def missing(self) -> str:
        """What it needs and is not installed; empty if it can run."""
        if find_spec(self.module) is None:
            return self.module
        return "" if shutil.which(self.program) else self.program

    def command(self, n_trials: int) -> list[str]:
        """Return the command that continues the study up to a total."""
        path = EXAMPLES / self.source
        if path.is_dir():
            run = [sys.executable, "-m", "paretune", "run", str(path / "study.yaml"), "--storage", "examples.db"]
            return [*run, "--trials", str(n_trials), "--no-report"]
        if path.suffix == ".ipynb":
            return [sys.executable, "-c", RUN_CELLS, str(path)]
        return [sys.executable, str(path), str(n_trials)]


ALL = {
    "pytorch-digits": Example("pytorch_digits.py"),
    "keras-digits": Example("keras_digits.py", module="keras"),
    "lightning-digits": Example("lightning_digits.py", module="lightning"),
    "hugging-face": Example("hugging_face.py", module="transformers"),
    "sklearn-pipeline": Example("sklearn_pipeline.py"),
    "boosting": Example("boosting.py", module="lightgbm"),
    "cpp": Example("cpp", 30, program="g++"),
    "device": Example("device"),
    "compression": Example("compression.py", 30),
    "serving": Example("serving", 30),
    "ray-cluster": Example("ray_cluster.py", module="ray"),
    "ask-and-tell": Example("ask_and_tell.ipynb", 12),
}


def run_example(name: str, n_trials: int | None = None) -> str:
    """Run an example and draw its front; return why it was skipped, or an empty text."""
    example = ALL[name]
    if example.missing:
        return f"it needs {example.missing}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    here = Path(sys.executable).parent  # of the environment, for the commands of study files
    env = {"KERAS_BACKEND": "torch", **os.environ, "PATH": f"{here}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(example.command(n_trials or example.n_trials), cwd=FOLDER, env=env, check=True)  # noqa: S603 (ours)
    view = figures.front_view(load(name, FOLDER / "examples.db").trials)
    drawing = figures.draw_front(view, WIDTH)
    PICTURES.joinpath(f"{name}.svg").write_bytes(drawing.file_bytes(f"The front of the example {name}"))
    return ""


def main() -> None:
    """Run all examples, or those that are named."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", choices=[[], *ALL])
    parser.add_argument("--trials", type=int, help="the total of each study, for a quick look")
    options = parser.parse_args()
    for name in options.names or ALL:
        skipped = run_example(name, options.trials)
        sys.stdout.write(f"{name}: {'skipped, ' + skipped if skipped else 'done'}\n")


if __name__ == "__main__":
    main()
