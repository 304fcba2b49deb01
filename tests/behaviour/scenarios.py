"""All that is recorded: values, which must stay, and messages, which may be reworded on purpose."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from behaviour import mistakes, reports, searches
from behaviour.histories import HISTORIES

HERE = Path(__file__).parent
VALUES, MESSAGES = HERE / "recorded.json", HERE / "messages.json"


@cache
def _reported() -> dict[str, Any]:
    """Return both reports and the export."""
    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        reports.make_study(folder)
        return {
            "study": reports.study_report(folder),
            "comparison": reports.comparison_report(folder),
            "export": reports.export(folder),
            "export keys": reports.export_keys(folder),
        }


@cache
def _answers() -> dict[str, tuple[int, str]]:
    with TemporaryDirectory() as name:
        return mistakes.answers(Path(name).resolve())


def _recordings() -> dict[str, Callable[[], Any]]:
    """Return a function for each recorded value, by path."""
    found: dict[str, Callable[[], Any]] = {}
    for name, make in HISTORIES.items():
        found[f"suggestions/{name}"] = lambda make=make: make().suggestions()
    for name in searches.SEARCHES:
        found[f"searches/{name}"] = lambda name=name: searches.search(name)
    for name in ("study", "comparison"):
        found[f"reports/{name}"] = lambda name=name: reports.numbers(_reported()[name])
    for name in ("export", "export keys"):
        found[f"exports/{name}"] = lambda name=name: _reported()[name]
    found["exit codes"] = lambda: {name: code for name, (code, _) in _answers().items()}
    return found


RECORDINGS = _recordings()


def messages() -> dict[str, Any]:
    """Return the texts of both reports, and each message on standard error as lines."""
    return {
        "reports": {name: reports.texts(_reported()[name]) for name in ("study", "comparison")},
        "mistakes": {name: text.splitlines() for name, (_, text) in _answers().items()},
    }


def values() -> dict[str, Any]:
    """Return every recorded value, by path, as JSON holds it."""
    return {path: plain(make()) for path, make in RECORDINGS.items()}


def plain(value: Any) -> Any:
    """Return a value as it comes back from JSON."""
    return json.loads(json.dumps(value, allow_nan=False))


def text(value: dict[str, Any]) -> str:
    """Return JSON with one short line for each entry of a list and each part of a report."""
    lines = []
    for path, entry in value.items():
        if isinstance(entry, list):
            inside = ",\n".join(f"  {_line(part)}" for part in entry)
            lines.append(f" {_line(path)}: [\n{inside}\n ]")
        else:
            inside = ",\n".join(f"  {_line(key)}: {_line(part)}" for key, part in entry.items())
            lines.append(f" {_line(path)}: {{\n{inside}\n }}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
