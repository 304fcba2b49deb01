"""What stands in a YAML file, and in which line?"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from paretune.errors import InvalidInputError

# YAML 1.2's: `1e-4` is a number, and `on`, `off`, `yes` and `no` are words.
_WORDS = {
    written: value
    for word, value in (("", None), ("~", None), ("null", None), ("true", True), ("false", False))
    for written in (word, word.title(), word.upper())
}
_INT = re.compile(r"[-+]?[0-9]{1,400}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"([-+]?)\.(inf|nan)", re.IGNORECASE)


@dataclass(frozen=True)
class Marked:
    """A value and its place.

    Args:
        file: where it stands, as the user calls it.
        line: counted from 1; that of the key, for the value of a mapping.
        value: text, a number, a boolean or None; a list or, by key, a dict of `Marked`.
        text: a scalar as it is written.
    """

    file: str
    line: int
    value: Any
    text: str = ""

    def wrong(self, message: str) -> InvalidInputError:
        """What to raise: the message after the place."""
        return InvalidInputError(f"{self.file}, line {self.line}: {message}")

    def plain(self) -> Any:
        """The value without places."""
        if isinstance(self.value, dict):
            return {key: part.plain() for key, part in self.value.items()}
        return [part.plain() for part in self.value] if isinstance(self.value, list) else self.value

    def mapping(self, what: str, example: str) -> dict[str, Marked]:
        """The entries by key; an `InvalidInputError` where it is no mapping, or an empty one."""
        if self.value is None or self.value == {}:
            raise self.wrong(f"{what} is empty: give at least one, such as {example}")
        if not isinstance(self.value, dict):
            raise self.wrong(f"{what} must be keys with values, such as {example}, but is {self.plain()!r}")
        return dict(self.value)

    def entries(self, what: str, needed: Sequence[str], known: Sequence[str]) -> dict[str, Marked]:
        """The entries of a mapping whose keys are given.

        Raises:
            InvalidInputError: a key is not ``known``, or one that is ``needed`` is not there.
        """
        given = self.mapping(what, f"{{{needed[0]}: ...}}")
        for key, part in given.items():
            if key not in known:
                raise part.wrong(f"{what} has no {key!r}{nearest(key, known)}; it has {', '.join(known)}")
        for key in needed:
            if key not in given:
                raise self.wrong(f"{what} needs {key!r}, which is not there: add it")
        return given


def nearest(word: object, known: Iterable[str]) -> str:
    """A question after the known word that is most like the one given; nothing if none is."""
    close = difflib.get_close_matches(str(word), list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def read(path: Path) -> Marked:
    """What stands in the file.

    Raises:
        InvalidInputError: it cannot be read, is empty, is no YAML, has a key twice, or has an alias or a tag.
    """
    file, text = str(path), _text(path)
    try:
        _refuse_aliases(file, text)
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        begun = error.context_mark
        where = f", {error.context} that begins in line {begun.line + 1}" if begun else ""
        line = mark.line + 1 if mark else 1
        raise InvalidInputError(f"{file}, line {line}: is no YAML: {error.problem}{where}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        character = f"#x{ord(text[error.position]):02x}"
        raise InvalidInputError(f"{file}, line {line}: is no YAML: the character {character} is not allowed") from error
    except RecursionError as error:
        raise InvalidInputError(f"{file}, line 1: is nested too deeply for a study file") from error
    if node is None:
        raise InvalidInputError(f"{file}, line 1: the file is empty: give it space, objectives and command")
    return _marked(file, node, node.start_mark.line + 1)


def _refuse_aliases(file: str, text: str) -> None:
    """With them a short file can be endless."""
    for event in yaml.parse(text, Loader=yaml.BaseLoader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise InvalidInputError(f"{file}, line {line}: an alias (*) is not read here: write out what it stands for")


def _text(path: Path) -> str:
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
        raise InvalidInputError(f"{path}, line {line}: is no UTF-8 text: save it as UTF-8") from error


def _marked(file: str, node: yaml.Node, line: int) -> Marked:
    if not node.tag.startswith("tag:yaml.org,2002:") or node.tag.rpartition(":")[2] not in ("map", "seq", "str"):
        raise InvalidInputError(f"{file}, line {line}: the tag {node.tag} is not read here: leave it out")
    if isinstance(node, yaml.MappingNode):
        return Marked(file, line, _mapping(file, node))
    if isinstance(node, yaml.SequenceNode):
        return Marked(file, line, [_marked(file, part, part.start_mark.line + 1) for part in node.value])
    is_quoted = isinstance(node, yaml.ScalarNode) and bool(node.style)
    return Marked(file, line, node.value if is_quoted else _scalar(node.value), node.value)


def _mapping(file: str, node: yaml.MappingNode) -> dict[str, Marked]:
    entries: dict[str, Marked] = {}
    for key_node, part in node.value:
        line = key_node.start_mark.line + 1
        key = _marked(file, key_node, line)
        if not isinstance(key.value, str):
            raise key.wrong(f"a key must be text, but is {key.plain()!r}: put it in quotes")
        if not key.value.strip():
            raise key.wrong("a key is empty: give it a name")
        if key.value in entries:
            raise key.wrong(f"{key.value!r} stands twice, first in line {entries[key.value].line}: keep one of them")
        entries[key.value] = _marked(file, part, line)
    return entries


def _scalar(text: str) -> Any:
    """A word without quotes, as YAML 1.2 understands it."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    special = _NOT_FINITE.fullmatch(text)
    return float(special[1] + special[2]) if special else text
