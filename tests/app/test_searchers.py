"""Descriptions of searchers."""

from paretune.app.known_names import SEARCHERS
from paretune.app.searchers import describe_searchers


def test_every_searcher_is_described_with_its_options():
    described = {each.name: each for each in describe_searchers()}
    assert list(described) == list(SEARCHERS)
    assert set(described["pshe2"].options) == {"population", "alpha", "epsilon"}
    assert described["grid"].options == {}
    assert described["nsga3"].options["population"].default == 50
