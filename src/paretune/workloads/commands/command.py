"""A command in any language as an evaluation: parameters in as JSON, metrics out as lines of JSON."""

from __future__ import annotations

import json
import math
import os
import shlex
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from paretune.errors import InvalidInputError, TrialFailedError
from paretune.evaluation.checkpoint import Checkpoint
from paretune.evaluation.contract import LOG_FOLDER_VARIABLE, Report, ignore_report
from paretune.evaluation.failure_text import FailureText
from paretune.evaluation.reserved_names import describe_invalid_metric
from paretune.measure.device_lock import NOTES_VARIABLE
from paretune.objectives.utility import Utility
from paretune.processes.exit_status import describe_exit
from paretune.processes.group import GRACE_SECONDS, process_group, stop_group
from paretune.processes.oom_kills import count_oom_kills
from paretune.workloads.commands.output import Output, OutputReader

_POLL_SECONDS = 0.2  # how often the output of a running program is read
PARAMS_VARIABLE, PARAMS_FILE_VARIABLE = "PARETUNE_PARAMS", "PARETUNE_PARAMS_FILE"
STOP_VARIABLE = "PARETUNE_STOP"  # a file that exists once the program should stop
SEED_VARIABLE = "PARETUNE_SEED"  # the seed of the trial, another one for each
CHECKPOINT_VARIABLE = "PARETUNE_CHECKPOINT"  # a folder that the program may save to, and go on from


@dataclass(frozen=True)
class Command:
    """A program that is run once per trial.

    Args:
        words: the program and its arguments.
        folder: the current folder of the program; relative paths begin there.
        objectives: the metrics that the program must print.
        timeout: seconds that a trial may take; None for no limit.
        grace: seconds between asking a program to end and killing it.
        time_to_stop: seconds that a program may take to end by itself once the file `STOP_VARIABLE` exists, before it
            gets SIGTERM.
        utilities: metrics that are computed of those that the program prints, by name.
    """

    words: tuple[str, ...]
    folder: Path
    objectives: tuple[str, ...]
    timeout: float | None = None
    grace: float = GRACE_SECONDS
    time_to_stop: float = 0.0
    utilities: Mapping[str, Utility] = field(default_factory=dict)

    def evaluate(
        self,
        params: Mapping[str, Any],
        report: Report = ignore_report,
        checkpoint: Checkpoint | None = None,
        seed: int | None = None,
    ) -> dict[str, Any]:
        """Run the program with these parameters.

        Args:
            params: the configuration.
            report: called with each step that the program prints, while it runs. Once it returns False, the file that
                `STOP_VARIABLE` names exists. After ``time_to_stop`` the program and all that it has started get
                SIGTERM, and after the grace SIGKILL. Its metrics count if it has printed them.
            checkpoint: its folder is named by `CHECKPOINT_VARIABLE`.
            seed: of the trial, in `SEED_VARIABLE`, which is not set without one.

        Returns:
            The metrics that the program printed last, and ``measured``: ``exclusive`` if the program locked a device by
            `paretune.measure.exclusive_device` or ``paretune measure-lock``, else ``shared``.

        Raises:
            TrialFailedError: the program failed, or its metrics lack an objective; with the end of its log.
        """
        n_oom_kills = count_oom_kills()
        try:
            with _output_folder() as folder:
                out, err, notes = (_unused_path(folder / name) for name in ("stdout", "stderr", "locks"))
                reader = OutputReader(out, self._with_utilities(report))
                seeds = {} if seed is None else {SEED_VARIABLE: str(seed)}
                with _checkpoint_folder(checkpoint) as saved:
                    code = self._run(params, reader, err, {NOTES_VARIABLE: str(notes), **saved, **seeds})
                output = reader.finish(err)
                measured = "exclusive" if notes.exists() else "shared"
                notes.unlink(missing_ok=True)
        except (OSError, InvalidInputError) as error:  # a full disk, no more processes, or a program that was removed
            raise TrialFailedError("lost", f"{command_name(self.words)} could not be run: {error}") from error
        if code is None and reader.should_stop:
            if output.metrics is None:
                raise self._error("timed_out", "was stopped before it printed its metrics", output)
        elif code is None:
            raise self._error("timed_out", f"ran longer than its timeout of {self.timeout:g} s", output)
        if code and n_oom_kills is not None and (count_oom_kills() or 0) > n_oom_kills:
            raise self._error("out_of_memory", "had a process killed by the kernel because memory ran out", output)
        if code:
            cause, reason = describe_exit(code)
            raise self._error("out_of_memory" if output.shows_out_of_memory else reason, cause, output)
        metrics = self._check_metrics(output)
        return {"measured": measured, **metrics, **{name: u.value(metrics) for name, u in self.utilities.items()}}

    def _with_utilities(self, report: Report) -> Report:
        """Add the utilities to the metrics of steps."""
        if not self.utilities:
            return report
        return lambda step, metrics: report(
            step, {**metrics, **{name: utility.value(metrics) for name, utility in self.utilities.items()}}
        )

    def _run(
        self, params: Mapping[str, Any], reader: OutputReader, err: Path, variables: Mapping[str, str]
    ) -> int | None:
        """Run the program and read its output.

        Returns:
            Its exit status as `subprocess` gives it, or None if it was ended here: after a time-out or a stop.
        """
        text, file = json.dumps(dict(params)), reader.out.with_name("params.json")
        file.write_text(text, encoding="utf-8")
        stop = reader.out.with_name("stop")
        given = {PARAMS_VARIABLE: text, PARAMS_FILE_VARIABLE: str(file), STOP_VARIABLE: str(stop), **variables}
        with process_group() as group, reader.out.open("ab") as opened_out, err.open("ab") as opened_err:
            process = subprocess.Popen(  # noqa: S603 (the user's own command)
                self.words,
                executable=find_program(self.words[0], self.folder),
                cwd=self.folder,
                env={**os.environ, **given},
                stdin=subprocess.DEVNULL,
                stdout=opened_out,
                stderr=opened_err,
                process_group=group,
            )
            try:
                code = self._follow(process, reader)
                if reader.should_stop:
                    self._wait_for_stop(process, stop)
                return code
            finally:
                if process.returncode is None:
                    stop_group(process.wait, group, self.grace)
                stop.unlink(missing_ok=True)

    def _wait_for_stop(self, process: subprocess.Popen[bytes], stop: Path) -> None:
        """Ask a program to stop by a file, and give it time to end."""
        with suppress(OSError):
            stop.touch()
        with suppress(subprocess.TimeoutExpired):
            process.wait(self.time_to_stop)

    def _follow(self, process: subprocess.Popen[bytes], reader: OutputReader) -> int | None:
        """Read what a program prints until it ends, or has to be ended: then return None."""
        deadline = math.inf if self.timeout is None else time.monotonic() + self.timeout
        while not reader.should_stop and (seconds := deadline - time.monotonic()) > 0:
            try:
                return process.wait(min(_POLL_SECONDS, seconds))
            except subprocess.TimeoutExpired:
                with suppress(OSError):  # the end decides whether the output can be read
                    reader.read_new()
        return None

    def _check_metrics(self, output: Output) -> dict[str, Any]:
        """The metrics of a program that ended with exit code 0. Every objective must be a number or NaN."""
        metrics, example = output.metrics, json.dumps(dict.fromkeys(self.objectives, 0.5))
        if metrics is None:
            printed = "only metrics with a step, which are intermediate" if output.has_steps else "no metrics"
            reason = "out_of_memory" if output.shows_out_of_memory else "crashed"
            raise self._error(reason, f"printed {printed}, but must print a line such as {example}", output)
        for name in self.objectives:
            if name not in metrics:
                printed = f"printed no {name!r}, only {', '.join(metrics) or '{}'}"
                raise self._error("crashed", f"{printed}, but must print a line such as {example}", output)
            if isinstance(metrics[name], bool) or not isinstance(metrics[name], (int, float)):
                printed = f"printed {textwrap.shorten(json.dumps({name: metrics[name]}), 100)}"
                raise self._error("crashed", f"{printed}, but {name} must be a number", output)
        invalid = describe_invalid_metric(metrics, self.objectives)
        if invalid:
            raise self._error("crashed", f"printed {invalid}", output, metrics)
        return metrics

    def _error(
        self, reason: str, cause: str, output: Output, metrics: Mapping[str, Any] | None = None
    ) -> TrialFailedError:
        return TrialFailedError(reason, str(FailureText(cause, output.log_tail, command_name(self.words))), metrics)


@contextmanager
def _output_folder() -> Iterator[Path]:
    """The folder for parameters and output: the trial's log folder if there is one, else a temporary folder."""
    log_folder = os.environ.get(LOG_FOLDER_VARIABLE)
    if log_folder:
        yield Path(log_folder)
        return
    with TemporaryDirectory(prefix="paretune-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def _checkpoint_folder(checkpoint: Checkpoint | None) -> Iterator[dict[str, str]]:
    """Create the folder that a program may save to, and give the variable that names it; remove it if it stays empty.

    If the folder cannot be created, the program runs without it.
    """
    folder = None if checkpoint is None else checkpoint.folder
    if checkpoint is None or folder is None:
        yield {}
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        checkpoint.notices.append(f"its checkpoint folder {folder} cannot be created ({error.strerror or error})")
        yield {}
        return
    try:
        yield {CHECKPOINT_VARIABLE: str(folder)}
    finally:
        with suppress(OSError):
            folder.rmdir()
            folder.parent.rmdir()


def _unused_path(path: Path) -> Path:
    """The path, or one with a number if the path is taken: a trial may run its command for several seeds."""
    n_taken = len(list(path.parent.glob(f"{path.name}*")))
    return path if not n_taken else path.with_name(f"{path.name}-{n_taken + 1}")


def find_program(word: str, folder: Path) -> str:
    """Find the program of a command: on the PATH, or relative to the folder if the word has a slash.

    Args:
        word: the first word of the command.
        folder: of the study file.

    Raises:
        InvalidInputError: there is no such program, it is not executable, or this is Windows.
    """
    if sys.platform == "win32":
        raise InvalidInputError("commands are run on Linux and macOS only: use WSL")
    if "/" not in word:
        found = shutil.which(word)
        if found is None:
            is_in_folder = (folder / word).is_file()
            hint = (
                f"write ./{word} for the file next to the study file"
                if is_in_folder
                else "install it, or give its path"
            )
            raise InvalidInputError(f"there is no program {word!r} on the PATH: {hint}")
        return str(Path(found).absolute())
    path = folder / word
    if not path.is_file():
        raise InvalidInputError(f"there is no program {path}: relative paths begin at the folder of the study file")
    if not os.access(path, os.X_OK):
        raise InvalidInputError(f"{path} is not executable: run chmod +x on it, or put its interpreter before it")
    return str(path)


def command_name(words: Sequence[str]) -> str:
    """The name of a command in messages; a long one is cut."""
    return textwrap.shorten(shlex.join(words), 100, placeholder=" ...")
