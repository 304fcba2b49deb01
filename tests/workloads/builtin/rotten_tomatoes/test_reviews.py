"""Are the reviews that stand in for the real ones what they claim to be?"""

import numpy as np

from paretune.workloads.builtin.rotten_tomatoes.corpus import divide
from paretune.workloads.builtin.rotten_tomatoes.reviews import _ADJECTIVES, _NOUNS, draw


def test_they_are_drawn_by_the_seed_alone():
    assert draw() == draw(0) != draw(1)


def test_every_machine_draws_the_same():
    positive, negative = draw()
    assert (len(positive), len(negative)) == (1_500, 1_500)
    assert divide(positive, negative).sha256[:12] == "c4a66a079f6a"


def test_praise_and_blame_share_no_word():
    assert not set(_ADJECTIVES[True]) & set(_ADJECTIVES[False])
    assert not (set(_ADJECTIVES[True]) | set(_ADJECTIVES[False])) & set(_NOUNS)


def test_counting_words_tells_most_of_them_but_not_all():
    def praise(review):
        return sum((word in _ADJECTIVES[True]) - (word in _ADJECTIVES[False]) for word in review)

    def heard(review):  # a negation turns what follows
        if "not" not in review:
            return praise(review)
        at = review.index("not")
        return praise(review[:at]) - praise(review[at : at + 5]) + praise(review[at + 5 :])

    positive, negative = draw()
    accuracy = [
        np.mean([count(r) > 0 for r in positive] + [count(r) < 0 for r in negative]) for count in (praise, heard)
    ]
    assert 0.6 < accuracy[0] < accuracy[1] < 0.9
