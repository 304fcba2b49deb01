"""Describe why a trial failed, in one short line."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from paretune.cli.sanitize import one_line
from paretune.evaluation.failure_text import FailureText, parse_failure_text
from paretune.processes.exit_status import is_plain_exit_code
from paretune.workloads.commands.command import command_name

_N_CHARACTERS, _N_HEAD = 140, 90  # of a line, and of its part before an ellipsis


def program_name(origin: Mapping[str, Any]) -> str:
    """Return the name of a study's command in failure messages; empty if the study has no command."""
    return command_name(shlex.split(origin.get("program", {}).get("command", "")))


def describe_failure(reason: str, message: str, program: str = "") -> str:
    """Describe a failure in one line, without the name of the study's program.

    Args:
        reason: why the trial failed, such as ``crashed``.
        message: the stored message.
        program: what `program_name` returned for the study.
    """
    return f"{reason}: {_shorten(parse_failure_text(message, program))}".rstrip(" :")


def shorten_message(message: str) -> str:
    r"""Shorten a failure message to one line: the cause and the last line of the log.

    A line that is too long loses its middle.

    Example:
        >>> shorten_message("train.py printed no metrics; the last lines of its log:\nepoch 1\nepoch 2")
        'train.py printed no metrics | epoch 2'
        >>> shorten_message("train.py ended with exit code 1; the last lines of its log:\n...\nKeyError: 'lr'")
        "KeyError: 'lr'"
    """
    return _shorten(parse_failure_text(message))


def _shorten(failure: FailureText) -> str:
    cause, log = one_line(failure.cause), failure.log_tail or ""
    last = next(filter(None, map(one_line, reversed(log.splitlines()))), "")
    text = last if last and is_plain_exit_code(cause) else " | ".join(filter(None, (cause, last)))
    if len(text) <= _N_CHARACTERS:
        return text
    head, tail = text[:_N_HEAD], text[_N_HEAD + 5 - _N_CHARACTERS :]
    return f"{head.rpartition(' ')[0] or head} ... {tail.partition(' ')[2] or tail}"
