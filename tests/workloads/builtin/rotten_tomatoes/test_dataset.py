"""Reviews as numbers, shuffled and split as in the original, and fractions of them."""

import math
from dataclasses import replace

import numpy as np
import pytest

from paretune.errors import DataError
from paretune.workloads.builtin.rotten_tomatoes.dataset import Part, Split, make_split
from paretune.workloads.builtin.rotten_tomatoes.sentences import read_sentences

POSITIVE = [("good", "film"), *[("good",)] * 599]
NEGATIVE = [("bad", "film", "so", "very", "bad", "really"), *[("bad",)] * 500]


@pytest.fixture
def reviews(real):
    return [read_sentences(real / "rotten_tomatoes" / f"rt-polarity.{end}") for end in ("pos", "neg")]


def test_words_are_numbered_by_how_common_they_are_and_padded_to_the_longest():
    split = make_split(POSITIVE, NEGATIVE)
    rows = np.concatenate([split.training.tokens, split.dev.tokens]).tolist()
    assert split.n_words == 7
    assert rows.count([1, 3, 0, 0, 0, 0]) == 1  # good 600, bad 502, film 2, then in the order of their appearance
    assert rows.count([2, 3, 4, 5, 2, 6]) == 1


def test_short_reviews_are_padded_to_widest_convolution():
    assert make_split([("a",)] * 600, [("b",)] * 600).training.tokens.shape == (200, 5)


def test_last_thousand_of_legacy_permutation_are_held_out():
    split = make_split(POSITIVE, NEGATIVE)
    np.random.seed(10)  # noqa: NPY002 (the original's own words, here as the oracle)
    order = np.random.permutation(1_101)  # noqa: NPY002
    labels = np.array([1] * 600 + [0] * 501)[order]
    assert split.training.labels.tolist() == labels[:-1_000].tolist()
    assert split.dev.labels.tolist() == labels[-1_000:].tolist()


def test_split_leaves_global_generator_unchanged():
    np.random.seed(3)  # noqa: NPY002 (what must not be touched)
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    make_split(POSITIVE, NEGATIVE)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_too_few_reviews_are_refused():
    with pytest.raises(DataError, match="expected more than 1,000 reviews, of which 1,000 are held out, got 1000"):
        make_split(POSITIVE[:500], NEGATIVE[:500])


def test_hash_depends_on_every_word_label_part_and_size(tiny):
    def changed(part, **what):
        return Part(**{"tokens": part.tokens, "labels": part.labels} | what)

    others = [
        replace(tiny, n_words=21),
        replace(tiny, training=changed(tiny.training, tokens=tiny.training.tokens + 1)),
        replace(tiny, dev=changed(tiny.dev, labels=1 - tiny.dev.labels)),
        replace(tiny, training=changed(tiny.training, tokens=tiny.training.tokens.reshape(-1, 1))),
        Split(tiny.dev, tiny.training, tiny.n_words),
    ]
    assert len({tiny.sha256, *(split.sha256 for split in others)}) == 6


def test_fraction_is_nested_and_stratified_and_keeps_held_out_reviews():
    whole = make_split([(f"p{i}",) for i in range(1_200)], [(f"n{i}",) for i in range(1_200)])
    quarter, half = whole.with_fraction(0.25), whole.with_fraction(0.5)
    counts = np.bincount(whole.training.labels)
    assert np.bincount(half.training.labels).tolist() == [math.ceil(n / 2) for n in counts]
    assert set(quarter.training.tokens[:, 0]) < set(half.training.tokens[:, 0]) < set(whole.training.tokens[:, 0])
    assert (half.n_words, half.dev) == (whole.n_words, whole.dev)
    assert whole.with_fraction(1.0).sha256 == whole.sha256


def test_real_reviews_are_5331_of_each_class(reviews):
    assert [len(each) for each in reviews] == [5_331, 5_331]


def test_real_data_are_those_of_the_original(reviews):
    split = make_split(*reviews)
    assert split.n_words == 18_766
    assert split.training.tokens.shape == (9_662, 56)
    assert split.dev.tokens.shape == (1_000, 56)
    assert split.dev.labels.sum() == 483
    assert np.unique(np.concatenate([split.training.tokens, split.dev.tokens])).tolist() == list(range(18_766))
