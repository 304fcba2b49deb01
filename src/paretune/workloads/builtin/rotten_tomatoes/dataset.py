"""The reviews as numbers, shuffled and split as in the usual replications of Kim (2014)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from paretune.errors import DataError
from paretune.workloads.builtin.rotten_tomatoes.sentences import Sentence
from paretune.workloads.builtin.stratified_subset import stratified_rows

N_DEV = 1_000
MIN_LENGTH = 5  # the width of the widest convolution
_SHUFFLE_SEED = 10
_PADDING = 0


@dataclass(frozen=True)
class Part:
    """Reviews with their classes.

    Args:
        tokens: ``n x length`` numbers of words; 0 is padding.
        labels: ``n``, 1 for a positive and 0 for a negative review.
    """

    tokens: NDArray[np.int32]
    labels: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Split:
    """The training reviews and the held-out reviews.

    Args:
        training: the training reviews.
        dev: the held-out reviews, on which accuracy is measured.
        n_words: the size of the vocabulary, with the padding.
    """

    training: Part
    dev: Part
    n_words: int

    @property
    def sha256(self) -> str:
        """Hash of the content, the same on every machine."""
        digest = hashlib.sha256(str(self.n_words).encode())
        for part in (self.training, self.dev):
            for numbers in (part.tokens, part.labels):
                digest.update(str(numbers.shape).encode() + numbers.astype("<i4").tobytes())
        return digest.hexdigest()

    def with_fraction(self, fraction: float) -> Split:
        """Keep a fraction of the training reviews of each class; a larger fraction contains a smaller one."""
        rows = stratified_rows(self.training.labels, fraction)
        return replace(self, training=Part(self.training.tokens[rows], self.training.labels[rows]))


def make_split(positive: Sequence[Sentence], negative: Sequence[Sentence]) -> Split:
    """Number the words, shuffle the reviews and hold the last 1,000 out.

    All reviews are padded to the longest. The shuffle is NumPy's legacy permutation with seed 10.

    Raises:
        DataError: there are 1,000 reviews or fewer.
    """
    sentences = [*positive, *negative]
    if len(sentences) <= N_DEV:
        raise DataError(f"expected more than {N_DEV:,} reviews, of which {N_DEV:,} are held out, got {len(sentences)}")
    number = _vocabulary(sentences)
    tokens = np.full((len(sentences), max(MIN_LENGTH, *map(len, sentences))), _PADDING, np.int32)
    for row, sentence in zip(tokens, sentences, strict=True):
        row[: len(sentence)] = [number[word] for word in sentence]
    labels = np.repeat(np.array([1, 0], np.int32), [len(positive), len(negative)])
    order = np.random.RandomState(_SHUFFLE_SEED).permutation(len(sentences))
    training, dev = order[:-N_DEV], order[-N_DEV:]
    return Split(Part(tokens[training], labels[training]), Part(tokens[dev], labels[dev]), len(number) + 1)


def _vocabulary(sentences: Sequence[Sentence]) -> dict[str, int]:
    """Number the words from 1, the most frequent first; equally frequent words in order of first occurrence."""
    counts = Counter(chain.from_iterable(sentences))
    return {word: i for i, (word, _) in enumerate(counts.most_common(), start=_PADDING + 1)}
