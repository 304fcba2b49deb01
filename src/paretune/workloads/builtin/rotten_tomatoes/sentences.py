"""Which words does a review say? Files of one review a line, cleaned and cut into words as Kim (2014) did."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeAlias

from paretune.errors import DataError

Sentence: TypeAlias = tuple[str, ...]

_STRANGE = re.compile(r"[^A-Za-z0-9(),!?'`]")
_ENDINGS = re.compile(r"'s|'ve|n't|'re|'d|'ll")
_MARKS = re.compile(r"[(),!?]")


def read(path: Path) -> tuple[Sentence, ...]:
    """Read a file of reviews in Windows-1252, one a line.

    A line ends with a line feed and nothing else: some reviews hold other characters that break lines elsewhere.

    Raises:
        DataError: a line has no words or bytes of another encoding, or there is none.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    if not content.strip():
        raise DataError(f"{path} is empty; expected one review a line")
    lines = content.removesuffix(b"\n").split(b"\n")
    return tuple(_sentence(line, f"{path}, line {i}") for i, line in enumerate(lines, start=1))


def words(text: str) -> Sentence:
    """Cut a text into words: contractions lose their endings, marks stand alone, all is in lower case.

    Kim (2014), "Convolutional neural networks for sentence classification", arXiv 1408.5882.

    Example:
        >>> words("It's the rock's -- and isn't it GREAT?")
        ('it', "'s", 'the', 'rock', "'s", 'and', 'is', "n't", 'it', 'great', '?')
    """
    spaced = _ENDINGS.sub(r" \g<0>", _STRANGE.sub(" ", text))
    return tuple(_MARKS.sub(r" \g<0> ", spaced).lower().split())


def _sentence(line: bytes, place: str) -> Sentence:
    try:
        found = words(line.decode("cp1252"))
    except UnicodeDecodeError as error:
        byte = line[error.start]
        raise DataError(f"{place}: expected text in Windows-1252, found the byte 0x{byte:02x}") from error
    if not found:
        raise DataError(f"{place}: expected a review, found no words")
    return found
