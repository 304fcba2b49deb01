"""The film shows the trials one after another and ends with all of them."""

import io

import numpy as np
import pytest
from PIL import Image, ImageSequence

from paretune.errors import InvalidInputError
from paretune.figures import animate_front
from studies import STORY, minimize, search, trials_of


def pictures(gif):
    return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(Image.open(io.BytesIO(gif)))]


def n_orange(picture):
    return int(((np.abs(picture.astype(int) - [0xD5, 0x5E, 0x00])).sum(axis=2) < 60).sum())


def test_it_has_a_picture_for_each_trial_and_the_front_grows():
    film = pictures(animate_front(STORY[:3]))
    assert len(film) == 3
    shares = [n_orange(picture) for picture in film]
    assert 0 < shares[0] < shares[1] < shares[2]
    assert film[0][0, 0].tolist() == [255, 255, 255]


def test_a_long_study_gives_a_short_and_small_film():
    gif = animate_front(search(480), frames=60)
    film = Image.open(io.BytesIO(gif))
    assert film.n_frames == 60
    assert len(gif) < 2_000_000
    durations = [frame.info["duration"] for frame in ImageSequence.Iterator(film)]
    assert sum(durations[:-1]) <= 10_000
    assert durations[-1] == 2500


def test_the_same_trials_give_the_same_bytes():
    trials = search(20)
    assert animate_front(trials, frames=4) == animate_front(trials, frames=4)


@pytest.mark.parametrize(
    "trials",
    [STORY[:0], STORY[4:], search(8, 1), search(8, 3), search(8, 4), trials_of([(1.0, 1.0)] * 3, minimize("a", "b"))],
    ids=["none", "all failed", "one objective", "three", "four", "alike"],
)
def test_every_study_has_its_film(trials):
    film = pictures(animate_front(trials, frames=3))
    assert 1 <= len(film) <= 3
    assert film[-1].std() > 1


def test_no_frames_are_refused():
    with pytest.raises(InvalidInputError, match="frames must be a whole number of at least 1, but is 0"):
        animate_front(STORY, frames=0)
