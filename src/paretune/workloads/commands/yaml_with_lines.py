"""The values of a YAML file, each with its line for messages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from paretune.argument_checks import check_regular_file
from paretune.errors import InvalidInputError, did_you_mean

# As in YAML 1.2: `1e-4`, `0o17` and `0xff` are numbers, `017` is 17, and `on`, `off`, `yes` and `no` are words.
MAX_DEPTH, MAX_EVENTS = 20, 50_000  # of a file; an event is the begin or end of a value
_WORDS = {
    written: value
    for word, value in (("", None), ("~", None), ("null", None), ("true", True), ("false", False))
    for written in (word, word.title(), word.upper())
}
_INT = re.compile(r"[-+]?[0-9]{1,400}")
_OCTAL_OR_HEX = re.compile(r"0o[0-7]{1,400}|0x[0-9a-fA-F]{1,400}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"([-+]?)\.(inf|nan)", re.IGNORECASE)


@dataclass(frozen=True)
class ValueWithLine:
    """A value of a file and its line.

    Args:
        file: the path as the user gave it.
        line: counted from 1; for a value in a mapping, the line of its key.
        value: text, a number, a boolean, None, a list of `ValueWithLine`, or a dict of `ValueWithLine` by key.
        text: a scalar as it is written in the file.
    """

    file: str
    line: int
    value: Any
    text: str = ""

    def error(self, message: str) -> InvalidInputError:
        """Make an error to raise, with the file and the line before the message."""
        return InvalidInputError(f"{self.file}, line {self.line}: {message}")

    def to_plain(self) -> Any:
        """The value without lines."""
        if isinstance(self.value, dict):
            return {key: part.to_plain() for key, part in self.value.items()}
        return [part.to_plain() for part in self.value] if isinstance(self.value, list) else self.value

    def mapping(self, what: str, example: str) -> dict[str, ValueWithLine]:
        """The entries of a mapping by key.

        Args:
            what: the value's name in messages.
            example: of a valid value, for messages.

        Raises:
            InvalidInputError: the value is empty or not a mapping.
        """
        if self.value is None or self.value == {}:
            raise self.error(f"{what} is empty: give at least one, such as {example}")
        if not isinstance(self.value, dict):
            raise self.error(f"{what} must be keys with values, such as {example}, but is {self.to_plain()!r}")
        return dict(self.value)

    def entries(self, what: str, needed: Sequence[str], known: Sequence[str]) -> dict[str, ValueWithLine]:
        """The entries of a mapping that may have certain keys only.

        Args:
            what: the value's name in messages.
            needed: the keys that must be there.
            known: the keys that may be there.

        Raises:
            InvalidInputError: a key is not ``known``, or a ``needed`` key is missing.
        """
        given = self.mapping(what, f"{{{needed[0]}: ...}}")
        for key, part in given.items():
            if key not in known:
                raise part.error(f"{what} has no {key!r}{did_you_mean(key, known)}; it has {', '.join(known)}")
        for key in needed:
            if key not in given:
                raise self.error(f"{what} needs {key!r}, which is missing: add it")
        return given


def read_yaml(path: Path) -> ValueWithLine:
    """Read a YAML file.

    Raises:
        InvalidInputError: the file cannot be read, is empty or not YAML, or has a key twice, an alias or a tag.
    """
    file, text = str(path), _read_text(path)
    try:
        _check_events(file, text)
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        start = error.context_mark
        where = f", {error.context} that begins in line {start.line + 1}" if start else ""
        line = mark.line + 1 if mark else 1
        raise InvalidInputError(f"{file}, line {line}: is not YAML: {error.problem}{where}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        character = f"#x{ord(text[error.position]):02x}"
        raise InvalidInputError(
            f"{file}, line {line}: is not YAML: the character {character} is not allowed"
        ) from error
    if node is None:
        raise InvalidInputError(f"{file}, line 1: the file is empty: give it space, objectives and command")
    return _with_line(file, node, node.start_mark.line + 1)


def _check_events(file: str, text: str) -> None:
    """Refuse what makes a short file endless or slow: aliases, deep nesting, and very many values."""
    depth = 0
    for n_events, event in enumerate(yaml.parse(text, Loader=yaml.BaseLoader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            problem = "an alias (*) is not supported: write its value out"
        elif depth > MAX_DEPTH:
            problem = f"is nested too deeply for a study file, which has at most {MAX_DEPTH} levels"
        elif n_events > MAX_EVENTS:
            problem = f"the file has more than {MAX_EVENTS:,} keys and values: a study file describes a search in fewer"
        else:
            continue
        line = event.start_mark.line + 1 if event.start_mark else 1
        raise InvalidInputError(f"{file}, line {line}: {problem}")


def _read_text(path: Path) -> str:
    check_regular_file(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise InvalidInputError(f"there is no file {path}: give the path of a study file") from error
    except OSError as error:
        raise InvalidInputError(f"cannot read {path}: {error.strerror}; give the path of a study file") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidInputError(f"{path}, line {line}: is not UTF-8 text: save it as UTF-8") from error


def _with_line(file: str, node: yaml.Node, line: int) -> ValueWithLine:
    if not node.tag.startswith("tag:yaml.org,2002:") or node.tag.rpartition(":")[2] not in ("map", "seq", "str"):
        raise InvalidInputError(f"{file}, line {line}: the tag {node.tag} is not supported: leave it out")
    if isinstance(node, yaml.MappingNode):
        return ValueWithLine(file, line, _mapping(file, node))
    if isinstance(node, yaml.SequenceNode):
        return ValueWithLine(file, line, [_with_line(file, part, part.start_mark.line + 1) for part in node.value])
    is_quoted = isinstance(node, yaml.ScalarNode) and bool(node.style)
    return ValueWithLine(file, line, node.value if is_quoted else _scalar(node.value), node.value)


def _mapping(file: str, node: yaml.MappingNode) -> dict[str, ValueWithLine]:
    entries: dict[str, ValueWithLine] = {}
    for key_node, part in node.value:
        line = key_node.start_mark.line + 1
        key = _with_line(file, key_node, line)
        if not isinstance(key.value, str):
            raise key.error(f"a key must be text, but is {key.to_plain()!r}: put it in quotes")
        if not key.value.strip():
            raise key.error("a key is empty: give it a name")
        if key.value in entries:
            raise key.error(f"{key.value!r} is there twice, first in line {entries[key.value].line}: keep one of them")
        entries[key.value] = _with_line(file, part, line)
    return entries


def _scalar(text: str) -> Any:
    """The value of a word without quotes, as YAML 1.2 defines it."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _OCTAL_OR_HEX.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    special = _NOT_FINITE.fullmatch(text)
    return float(special[1] + special[2]) if special else text
