"""What is learned, and what is it tested on? Reviews as numbers, shuffled and divided as Kim (2014) is replicated."""

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
from paretune.workloads.builtin.subset import stratified

N_DEV = 1_000
SHORTEST = 5  # the widest convolution sees five words
_SHUFFLE = 10
_PADDING = 0


@dataclass(frozen=True)
class Part:
    """Reviews with their classes.

    Args:
        tokens: ``n x length`` numbers of words; 0 pads.
        labels: ``n``, 1 where the review is positive and 0 where it is negative.
    """

    tokens: NDArray[np.int32]
    labels: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Split:
    """What is learned, and what accuracy is measured on.

    Args:
        training: what is learned.
        dev: the held-out reviews.
        n_words: in the vocabulary, the padding among them.
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

    def reduced(self, fraction: float) -> Split:
        """The split with a part of what is learned: the same share of both classes, the smaller in the larger."""
        kept = stratified(self.training.labels, fraction)
        return replace(self, training=Part(self.training.tokens[kept], self.training.labels[kept]))


def divide(positive: Sequence[Sentence], negative: Sequence[Sentence]) -> Split:
    """Number the words, shuffle the reviews and hold the last 1,000 out.

    All reviews are padded to the longest. The shuffle is NumPy's legacy permutation from the seed 10.

    Raises:
        DataError: there are not more than 1,000 reviews.
    """
    sentences = [*positive, *negative]
    if len(sentences) <= N_DEV:
        raise DataError(f"expected more than {N_DEV:,} reviews, of which {N_DEV:,} are held out, got {len(sentences)}")
    number = _vocabulary(sentences)
    tokens = np.full((len(sentences), max(SHORTEST, *map(len, sentences))), _PADDING, np.int32)
    for row, sentence in zip(tokens, sentences, strict=True):
        row[: len(sentence)] = [number[word] for word in sentence]
    labels = np.repeat(np.array([1, 0], np.int32), [len(positive), len(negative)])
    order = np.random.RandomState(_SHUFFLE).permutation(len(sentences))
    training, dev = order[:-N_DEV], order[-N_DEV:]
    return Split(Part(tokens[training], labels[training]), Part(tokens[dev], labels[dev]), len(number) + 1)


def _vocabulary(sentences: Sequence[Sentence]) -> dict[str, int]:
    """Numbers from 1, the commonest word first; of equally common ones that which is met first."""
    counts = Counter(chain.from_iterable(sentences))
    return {word: i for i, (word, _) in enumerate(counts.most_common(), start=_PADDING + 1)}
