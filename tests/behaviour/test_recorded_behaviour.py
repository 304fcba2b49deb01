"""What users see stays as it was recorded: `record.py` writes it anew, and says how to compare bit for bit.

What goes through the command line is compared with `-m end_to_end`, as in `tests/cli`.
"""

import json

import pytest

from behaviour.comparison import differences
from behaviour.scenarios import MESSAGES, RECORDINGS, VALUES, messages, plain

RECORDED = json.loads(VALUES.read_text())
QUICK = ("suggestions/", "searches/")
PATHS = [path if path.startswith(QUICK) else pytest.param(path, marks=pytest.mark.end_to_end) for path in RECORDINGS]


def test_every_recorded_value_has_a_scenario():
    assert list(RECORDED) == list(RECORDINGS)


@pytest.mark.parametrize("path", PATHS)
def test_behaviour_is_as_recorded(path):
    assert list(differences(RECORDED[path], plain(RECORDINGS[path]()))) == []


@pytest.mark.end_to_end
def test_messages_are_as_recorded():
    """Where a message was reworded on purpose: run `record.py` and read the change of `messages.json`."""
    assert list(differences(json.loads(MESSAGES.read_text()), plain(messages()))) == []


@pytest.mark.parametrize(
    ("recorded", "found", "n"),
    [
        ({"x": 1.0}, {"x": 1.0 + 1e-9}, 0),
        ({"x": 1.0}, {"x": 1.001}, 1),
        ({"x": 1}, {"x": 1.0}, 1),
        ({"x": 1, "y": None}, {"x": 1, "z": None}, 2),
        ([{"x": "a"}], [{"x": "b"}], 1),
        ([1, 2], [1, 2, 3], 1),
    ],
)
def test_comparison_finds_every_difference_but_rounding(recorded, found, n):
    assert len(list(differences(recorded, found))) == n
