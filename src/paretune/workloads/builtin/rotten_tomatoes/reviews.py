"""What is learned where Rotten Tomatoes cannot be had? Short reviews, put together here."""

from __future__ import annotations

import numpy as np

from paretune.workloads.builtin.rotten_tomatoes.sentences import Sentence

N_PER_CLASS = 1_500
_PRAISE = (
    "brilliant charming clever delicate fresh funny gripping honest inspired lively moving rich sharp tender "
    "thrilling warm witty wise bold graceful"
)
_BLAME = (
    "awful bland boring clumsy crude dull empty flat forced hollow lazy lifeless limp messy shallow silly "
    "stale stupid tedious weak"
)
_ADJECTIVES = {True: _PRAISE.split(), False: _BLAME.split()}
_THINGS = (
    "acting cast camera comedy dialogue direction drama ending film humour idea mood movie music pace performance "
    "picture plot scene score script story style thriller tone writing"
)
_NOUNS = _THINGS.split()
_DEGREES = ("", "", "", "very", "quite", "really", "almost", "surprisingly", "often")
_CONSONANTS, _VOWELS = tuple("bdfgklmnprstvz"), tuple("aeiou")
_AGREES = 0.85  # a clause with its review: some praise in what blames, as in life
_NEGATES = 0.2
_NAMES = 0.3


def draw(seed: int = 0) -> tuple[tuple[Sentence, ...], tuple[Sentence, ...]]:
    """Draw 1,500 positive and as many negative reviews of one to three clauses.

    Most clauses of a review praise or blame as the review does. A fifth of them say so by negation ("not a dull
    film"), for which more than one word must be seen, and names of people bring rare words.

    Args:
        seed: of the choice of words.
    """
    generator = np.random.RandomState(seed)  # whose numbers stay the same in every version of NumPy
    positive = tuple(_review(generator, praises=True) for _ in range(N_PER_CLASS))
    return positive, tuple(_review(generator, praises=False) for _ in range(N_PER_CLASS))


def _review(generator: np.random.RandomState, *, praises: bool) -> Sentence:
    found: list[str] = []
    for i in range(generator.randint(1, 4)):
        agrees = generator.random_sample() < _AGREES
        found += (["and"] if agrees else ["but"]) if i else []
        found += _clause(generator, praises=praises == agrees)
    if generator.random_sample() < _NAMES:
        found += ["says", _name(generator)]
    return tuple(found)


def _clause(generator: np.random.RandomState, *, praises: bool) -> list[str]:
    negates = generator.random_sample() < _NEGATES
    adjective = generator.choice(_ADJECTIVES[praises != negates])
    noun, degree = generator.choice(_NOUNS), generator.choice(_DEGREES)
    denial = "not" if negates else ""
    parts = ("the", noun, "is", denial, degree, adjective), (denial, "a", degree, adjective, noun)
    return [str(word) for word in parts[generator.randint(2)] if word]


def _name(generator: np.random.RandomState) -> str:
    return "".join(f"{generator.choice(_CONSONANTS)}{generator.choice(_VOWELS)}" for _ in range(3))
