"""Film: trials appear one after another; the last frame shows all."""

import re

import pytest

from drawings import parse, texts, trials
from paretune.errors import InvalidInputError
from paretune.figures import draw_film
from studies import STORY, minimize, search, trials_of


def windows(drawing):
    """The groups of elements, by their first frame and the first one without them."""
    groups = [element for element in parse(drawing) if "v" in element.get("class", "").split()]
    return {tuple(map(int, re.search(r"v(\d+)_(\d+)", g.get("class")).groups())): g for g in groups}


def test_film_has_one_frame_per_trial_and_counts_them():
    counts = [text for text in texts(draw_film(STORY)) if " trials: " in text]
    assert counts[0] == "1 of 6 trials: 1 efficient, 0 failed"
    assert counts[-1] == "6 of 6 trials: 3 efficient, 2 failed"
    assert len(counts) == 6


def test_trial_appears_with_its_frame_and_stays_while_it_is_the_same():
    film = windows(draw_film(STORY))
    shown = {window: {e.get("data-trial") for e in group.iter()} - {None} for window, group in film.items()}
    assert "0" in shown[0, 6]
    assert "3" in shown[3, 6]
    assert trials(draw_film(STORY), "e") == [0, 1, 2]


def test_long_study_gives_a_short_and_small_film():
    film = draw_film(search(480), frames=60)
    assert max(end for _, end in windows(film)) == 60
    assert len(film.body) < 1_000_000


@pytest.mark.parametrize(
    "table",
    [STORY[:0], STORY[4:], search(8, 1), search(8, 3), search(8, 4), trials_of([(1.0, 1.0)] * 3, minimize("a", "b"))],
    ids=["none", "all failed", "one objective", "three", "four", "alike"],
)
def test_every_study_has_a_film(table):
    assert draw_film(table, frames=3).file_bytes("a film") == draw_film(table, frames=3).file_bytes("a film")
    parse(draw_film(table, frames=3))


def test_zero_frames_are_rejected():
    with pytest.raises(InvalidInputError, match="frames must be a whole number of at least 1, but is 0"):
        draw_film(STORY, frames=0)
