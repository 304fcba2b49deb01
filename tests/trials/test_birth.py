import pytest

from paretune.trials.birth import Birth


def test_description_is_read_back():
    begun = Birth(parent=3, step=10, replaced=5)
    assert Birth.of(begun.to_dict()) == begun


@pytest.mark.parametrize("other", [None, 3, "3", {}, {"parent": 3}, {"parent": True, "step": 1, "replaced": 2}])
def test_anything_else_is_no_birth(other):
    assert Birth.of(other) is None
