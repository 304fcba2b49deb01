"""What does a command, in any language, make of a configuration? Parameters in as JSON, metrics out as JSON lines."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from paretune.errors import InvalidInputError, TrialFailedError
from paretune.evaluation.contract import STEPS
from paretune.evaluation.reserved_names import misuse
from paretune.measure.lock import NOTES
from paretune.processes.exit_status import ending
from paretune.processes.group import GRACE_SECONDS, process_group, stop
from paretune.processes.oom_kills import oom_kills
from paretune.workloads.commands.output import Output, read_output

PARAMS, PARAMS_FILE = "PARETUNE_PARAMS", "PARETUNE_PARAMS_FILE"
LOG_FOLDER = "PARETUNE_LOG_FOLDER"  # set where a trial's output is kept


@dataclass(frozen=True)
class Command:
    """A program that is run once a trial.

    Args:
        words: the program and its arguments.
        folder: where it runs, and where relative paths begin.
        objectives: the metrics that it must print.
        timeout: seconds a trial may take; None for no end.
        grace: seconds between asking a program to end and killing it.
    """

    words: tuple[str, ...]
    folder: Path
    objectives: tuple[str, ...]
    timeout: float | None = None
    grace: float = GRACE_SECONDS

    def evaluate(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Run it with these parameters; its final metrics.

        They say how they were ``measured``: ``exclusive`` where the program has had a device alone, by
        `paretune.measure.exclusive` or ``paretune measure-lock``; else ``shared``, since others may have used it.

        Raises:
            TrialFailedError: it did not end well, or its metrics lack an objective; with the end of its log.
        """
        kills = oom_kills()
        try:
            with _place() as place:
                out, err, notes = (_unused(place / name) for name in ("stdout", "stderr", "locks"))
                code = self._run(params, out, err, notes)
                output = read_output(out, err)
                measured = "exclusive" if notes.exists() else "shared"
                notes.unlink(missing_ok=True)
        except (OSError, InvalidInputError) as error:  # a full disk, no more processes, a program that has gone
            raise TrialFailedError("lost", f"{shown(self.words)} could not be run: {error}") from error
        if code is None:
            raise self._failed("timed_out", f"ran longer than its timeout of {self.timeout:g} s", output)
        if code and kills is not None and (oom_kills() or 0) > kills:
            raise self._failed("out_of_memory", "had a process killed by the kernel for want of memory", output)
        if code:
            end, reason = ending(code)
            raise self._failed("out_of_memory" if output.shows_out_of_memory else reason, end, output)
        return {"measured": measured, **self._checked(output)}

    def _run(self, params: Mapping[str, Any], out: Path, err: Path, notes: Path) -> int | None:
        """Run it; its exit code as `subprocess` has it, or None where time ran out."""
        text, file = json.dumps(dict(params)), out.with_name("params.json")
        file.write_text(text, encoding="utf-8")
        with process_group() as group, out.open("ab") as opened_out, err.open("ab") as opened_err:
            process = subprocess.Popen(  # noqa: S603 (the user's own command)
                self.words,
                executable=find_program(self.words[0], self.folder),
                cwd=self.folder,
                env={**os.environ, PARAMS: text, PARAMS_FILE: str(file), NOTES: str(notes)},
                stdin=subprocess.DEVNULL,
                stdout=opened_out,
                stderr=opened_err,
                process_group=group,
            )
            try:
                return process.wait(self.timeout)
            except subprocess.TimeoutExpired:
                return None
            finally:
                if process.returncode is None:
                    stop(process.wait, group, self.grace)

    def _checked(self, output: Output) -> dict[str, Any]:
        """The metrics of a program that ended well: every objective is a number, if perhaps not a finite one."""
        metrics, example = output.metrics, json.dumps(dict.fromkeys(self.objectives, 0.5))
        if metrics is None:
            only = "only metrics with a step, which are intermediate" if output.steps else "no metrics"
            reason = "out_of_memory" if output.shows_out_of_memory else "crashed"
            raise self._failed(reason, f"printed {only}, but must print a line such as {example}", output)
        for name in self.objectives:
            if name not in metrics:
                printed = f"printed no {name!r}, only {', '.join(metrics) or '{}'}"
                raise self._failed("crashed", f"{printed}, but must print a line such as {example}", output)
            if isinstance(metrics[name], bool) or not isinstance(metrics[name], (int, float)):
                printed = f"printed {textwrap.shorten(json.dumps({name: metrics[name]}), 100)}"
                raise self._failed("crashed", f"{printed}, but {name} must be a number", output)
        wrong = misuse(metrics, self.objectives)
        if wrong:
            raise self._failed("crashed", f"printed {wrong}", output, metrics)
        return {**metrics, STEPS: output.steps} if output.steps else metrics

    def _failed(
        self, reason: str, what: str, output: Output, metrics: Mapping[str, Any] | None = None
    ) -> TrialFailedError:
        return TrialFailedError(reason, f"{shown(self.words)} {what}{output.tail}", metrics)


@contextmanager
def _place() -> Iterator[Path]:
    """A folder for what goes in and comes out: the trial's log where one is kept, else one that is gone afterwards."""
    kept = os.environ.get(LOG_FOLDER)
    if kept:
        yield Path(kept)
        return
    with TemporaryDirectory(prefix="paretune-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _unused(path: Path) -> Path:
    """The path, or one like it where it is taken: a trial may run its command for several seeds."""
    taken = len(list(path.parent.glob(f"{path.name}*")))
    return path if not taken else path.with_name(f"{path.name}-{taken + 1}")


def find_program(word: str, folder: Path) -> str:
    """The program that a command begins with: on the PATH, or relative to the folder where it has a slash.

    Raises:
        InvalidInputError: there is none, or it must not be run; also where no command can be run at all.
    """
    if sys.platform == "win32":
        raise InvalidInputError("commands are run on Linux and macOS only: use WSL")
    if "/" not in word:
        found = shutil.which(word)
        if found is None:
            is_beside = (folder / word).is_file()
            hint = f"write ./{word} for the file beside the study file" if is_beside else "install it, or give its path"
            raise InvalidInputError(f"there is no program {word!r} on the PATH: {hint}")
        return str(Path(found).absolute())
    path = folder / word
    if not path.is_file():
        raise InvalidInputError(f"there is no program {path}: paths begin at the folder of the study file")
    if not os.access(path, os.X_OK):
        raise InvalidInputError(f"{path} is not executable: chmod +x it, or name its interpreter before it")
    return str(path)


def shown(words: Sequence[str]) -> str:
    """What messages call a command; a long one is cut."""
    return textwrap.shorten(shlex.join(words), 100, placeholder=" ...")
