"""Parameters between other bounds than the workload's own."""

import pytest

from paretune import Categorical, Float, Int, Maximize, Objectives, Space
from paretune.errors import InvalidInputError
from paretune.workloads import PreparedWorkload, Workload

SPACE = Space(
    {
        "width": Int(32, 256),
        "rate": Float(1e-4, 1.0, log=True),
        "drop": Float(0.0, 0.5, step=0.25),
        "kind": Categorical(["a:b", "c"]),
        "depth": Int(1, 4, when={"kind": "c"}),
    }
)
WORKLOAD = Workload(
    "w",
    "",
    SPACE,
    Objectives([Maximize("accuracy")]),
    lambda *_: PreparedWorkload(lambda _: {"accuracy": 0.5}),
    domain={"width": Int(1, 4096)},
)


def test_bounds_change_nothing_else_of_parameter():
    given = {"width": "8:64", "rate": "0.001:1e-2", "kind": "a:b", "drop": 0.25}
    found = WORKLOAD.parse_settings(given)
    assert found == ({}, {"kind": "a:b", "drop": 0.25}, {"width": "8:64", "rate": "0.001:1e-2"})
    searched = WORKLOAD.search_space({}, {"width": "8:64", "rate": "0.001:1e-2", "drop": "0.25:0.5", "depth": "2:3"})
    assert searched["width"] == Int(8, 64)
    assert searched["rate"] == Float(0.001, 0.01, log=True)
    assert searched["drop"] == Float(0.25, 0.5, step=0.25)
    assert searched["depth"] == Int(2, 3, when={"kind": "c"})
    assert searched["kind"] == SPACE["kind"]
    assert list(searched) == list(SPACE)
    assert WORKLOAD.search_space({"width": 7}, {})["width"] == Int(7, 7)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"width": "8:5000"}, "width=8:5000: high must be between 1 and 4096, but is 5000"),
        ({"width": "0:8"}, "width=0:8: low must be between 1 and 4096"),
        ({"width": "64:8"}, "width=64:8: low must not exceed high"),
        ({"width": "8.5:64"}, "low must be a whole number, but is 8.5"),
        ({"width": "8:"}, "width takes a value, or bounds such as 8:64, but got '8:'"),
        ({"width": "1:2:3"}, "width takes a value, or bounds"),
        ({"width": "a:b"}, "width takes a value, or bounds"),
        ({"width": "true:8"}, "width=true:8: low must be a number"),
        ({"rate": "1e-5:1"}, "rate=1e-5:1: low must be between"),
        ({"kind": "a:c"}, "kind must be one of"),
    ],
)
def test_invalid_bounds_are_an_error(given, complaint):
    with pytest.raises(InvalidInputError) as raised:
        WORKLOAD.parse_settings(given)
    assert complaint in str(raised.value)
