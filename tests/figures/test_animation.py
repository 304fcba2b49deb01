"""Animation: trials appear one after another; the last frame shows all."""

import io

import numpy as np
import pytest
from PIL import Image, ImageSequence

from paretune.errors import InvalidInputError
from paretune.figures import animate_front
from studies import STORY, minimize, search, trials_of


def frames_of(gif):
    return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(Image.open(io.BytesIO(gif)))]


def n_orange(picture):
    return int(((np.abs(picture.astype(int) - [0xD5, 0x5E, 0x00])).sum(axis=2) < 60).sum())


def test_animation_has_one_frame_per_trial_and_growing_front():
    animation = frames_of(animate_front(STORY[:3]))
    assert len(animation) == 3
    shares = [n_orange(picture) for picture in animation]
    assert 0 < shares[0] < shares[1] < shares[2]
    assert animation[0][0, 0].tolist() == [255, 255, 255]


def test_long_study_gives_short_and_small_animation():
    gif = animate_front(search(480), frames=60)
    animation = Image.open(io.BytesIO(gif))
    assert animation.n_frames == 60
    assert len(gif) < 2_000_000
    durations = [frame.info["duration"] for frame in ImageSequence.Iterator(animation)]
    assert sum(durations[:-1]) <= 10_000
    assert durations[-1] == 2500


def test_same_trials_give_same_bytes():
    trials = search(20)
    assert animate_front(trials, frames=4) == animate_front(trials, frames=4)


@pytest.mark.parametrize(
    "trials",
    [STORY[:0], STORY[4:], search(8, 1), search(8, 3), search(8, 4), trials_of([(1.0, 1.0)] * 3, minimize("a", "b"))],
    ids=["none", "all failed", "one objective", "three", "four", "alike"],
)
def test_every_study_has_an_animation(trials):
    animation = frames_of(animate_front(trials, frames=3))
    assert 1 <= len(animation) <= 3
    assert animation[-1].std() > 1


def test_zero_frames_are_rejected():
    with pytest.raises(InvalidInputError, match="frames must be a whole number of at least 1, but is 0"):
        animate_front(STORY, frames=0)
