"""Generated reviews."""

import numpy as np

from paretune.workloads.builtin.rotten_tomatoes.dataset import make_split
from paretune.workloads.builtin.rotten_tomatoes.generated_reviews import _ADJECTIVES, _NOUNS, draw_reviews


def test_reviews_depend_on_seed_only():
    assert draw_reviews() == draw_reviews(0) != draw_reviews(1)


def test_every_machine_draws_the_same():
    positive, negative = draw_reviews()
    assert (len(positive), len(negative)) == (1_500, 1_500)
    assert make_split(positive, negative).sha256[:12] == "c4a66a079f6a"


def test_positive_and_negative_adjectives_differ():
    assert not set(_ADJECTIVES[True]) & set(_ADJECTIVES[False])
    assert not (set(_ADJECTIVES[True]) | set(_ADJECTIVES[False])) & set(_NOUNS)


def test_word_counts_classify_most_reviews_but_not_all():
    def praise(review):
        return sum((word in _ADJECTIVES[True]) - (word in _ADJECTIVES[False]) for word in review)

    def heard(review):  # a negation turns what follows
        if "not" not in review:
            return praise(review)
        at = review.index("not")
        return praise(review[:at]) - praise(review[at : at + 5]) + praise(review[at + 5 :])

    positive, negative = draw_reviews()
    accuracy = [
        np.mean([count(r) > 0 for r in positive] + [count(r) < 0 for r in negative]) for count in (praise, heard)
    ]
    assert 0.6 < accuracy[0] < accuracy[1] < 0.9
