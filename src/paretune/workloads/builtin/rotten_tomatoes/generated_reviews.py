"""Generated data that replace Rotten Tomatoes if it cannot be downloaded: short reviews from a small vocabulary."""

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
_AGREEING_SHARE = 0.85  # the share of clauses that agree with their review
_NEGATED_SHARE = 0.2
_NAMED_SHARE = 0.3


def draw_reviews(seed: int = 0) -> tuple[tuple[Sentence, ...], tuple[Sentence, ...]]:
    """Draw 1,500 positive and 1,500 negative reviews of one to three clauses.

    Most clauses agree with their review. A fifth of the clauses use a negation ("not a dull film"), so that single
    words are not enough, and names of people add rare words.

    Args:
        seed: of the choice of words.
    """
    generator = np.random.RandomState(seed)  # its numbers stay the same in every version of NumPy
    positive = tuple(_review(generator, praises=True) for _ in range(N_PER_CLASS))
    return positive, tuple(_review(generator, praises=False) for _ in range(N_PER_CLASS))


def _review(generator: np.random.RandomState, *, praises: bool) -> Sentence:
    found: list[str] = []
    for i in range(generator.randint(1, 4)):
        agrees = generator.random_sample() < _AGREEING_SHARE
        found += (["and"] if agrees else ["but"]) if i else []
        found += _clause(generator, praises=praises == agrees)
    if generator.random_sample() < _NAMED_SHARE:
        found += ["says", _name(generator)]
    return tuple(found)


def _clause(generator: np.random.RandomState, *, praises: bool) -> list[str]:
    negates = generator.random_sample() < _NEGATED_SHARE
    adjective = generator.choice(_ADJECTIVES[praises != negates])
    noun, degree = generator.choice(_NOUNS), generator.choice(_DEGREES)
    denial = "not" if negates else ""
    parts = ("the", noun, "is", denial, degree, adjective), (denial, "a", degree, adjective, noun)
    return [str(word) for word in parts[generator.randint(2)] if word]


def _name(generator: np.random.RandomState) -> str:
    return "".join(f"{generator.choice(_CONSONANTS)}{generator.choice(_VOWELS)}" for _ in range(3))
