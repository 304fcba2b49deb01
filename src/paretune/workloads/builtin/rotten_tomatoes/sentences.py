"""Reviews as words: files with one review per line, cleaned and split as in Kim (2014)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeAlias

from paretune.errors import DataError

Sentence: TypeAlias = tuple[str, ...]

_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9(),!?'`]")
_ENDINGS = re.compile(r"'s|'ve|n't|'re|'d|'ll")
_PUNCTUATION = re.compile(r"[(),!?]")


def read_sentences(path: Path) -> tuple[Sentence, ...]:
    """Read a file of reviews in Windows-1252, one per line.

    Only a line feed ends a line: some reviews contain other characters that end lines in Python.

    Raises:
        DataError: a line has no words or bytes of another encoding, or the file is empty.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    if not content.strip():
        raise DataError(f"{path} is empty; expected one review per line")
    lines = content.removesuffix(b"\n").split(b"\n")
    return tuple(_sentence(line, f"{path}, line {i}") for i, line in enumerate(lines, start=1))


def split_words(text: str) -> Sentence:
    """Split a text into words in lower case; endings of contractions and punctuation marks become words of their own.

    Kim (2014), "Convolutional neural networks for sentence classification", arXiv 1408.5882.

    Example:
        >>> split_words("It's the rock's -- and isn't it GREAT?")
        ('it', "'s", 'the', 'rock', "'s", 'and', 'is', "n't", 'it', 'great', '?')
    """
    spaced = _ENDINGS.sub(r" \g<0>", _NOT_ALLOWED.sub(" ", text))
    return tuple(_PUNCTUATION.sub(r" \g<0> ", spaced).lower().split())


def _sentence(line: bytes, place: str) -> Sentence:
    try:
        found = split_words(line.decode("cp1252"))
    except UnicodeDecodeError as error:
        byte = line[error.start]
        raise DataError(f"{place}: expected text in Windows-1252, found the byte 0x{byte:02x}") from error
    if not found:
        raise DataError(f"{place}: expected a review, found no words")
    return found
