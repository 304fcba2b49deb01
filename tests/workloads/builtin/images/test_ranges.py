"""The space of nets in both kinds of scaling, and the configurations that are tried first."""

import pytest

from paretune.errors import InvalidInputError
from paretune.workloads.builtin.images.compound_scaling import Coefficients
from paretune.workloads.builtin.images.ranges import (
    DOMAIN,
    NETS,
    all_parameters,
    choose_nets,
    first_configurations,
    highest_multipliers,
    net_space,
)

TRAINING = ["learning_rate", "batch_size", "momentum", "weight_decay", "augmentation", "schedule"]


def test_space_has_multipliers_or_one_phi():
    assert list(net_space(NETS, "free")) == ["net", "width", "depth", "resolution", *TRAINING]
    assert list(net_space(("small",), "free")) == ["net", "width", "resolution", *TRAINING]
    assert list(net_space(NETS, "compound")) == ["net", "phi", *TRAINING]
    shares = net_space(NETS, "compound", has_shares=True)
    assert list(shares) == ["net", "phi", "depth_share", "width_share", *TRAINING]
    assert len(shares.constraints) == 1


@pytest.mark.parametrize(
    "space",
    [
        net_space(NETS, "free"),
        net_space(NETS, "free", largest_batch=12),
        net_space(NETS, "compound"),
        net_space(NETS, "compound", has_shares=True),
    ],
    ids=["free", "few images", "compound", "searched"],
)
def test_first_configurations_lie_in_the_space(space):
    first = first_configurations(space)
    assert len(first) >= 6
    assert all(space.contains(params) for params in first)
    for name, wide in DOMAIN.items():
        if name in space:
            assert wide.low <= space[name].low < space[name].high <= wide.high
        assert name in all_parameters()


def test_batches_are_as_large_as_the_device_allows():
    assert (net_space(NETS, "free")["batch_size"].low, net_space(NETS, "free")["batch_size"].high) == (8, 256)
    assert net_space(NETS, "free", largest_batch=1000)["batch_size"].high == 1000
    few = net_space(NETS, "free", largest_batch=8)["batch_size"]
    assert (few.low, few.high) == (4, 8)


def test_largest_net_of_a_space_has_its_highest_multipliers():
    assert highest_multipliers(net_space(NETS, "free"), None) == {"width": 2.0, "depth": 2.0, "resolution": 1.5}
    found = highest_multipliers(net_space(NETS, "compound"), Coefficients(2.0, 1.0, 1.0))
    assert found == {"depth": 8.0, "width": 1.0, "resolution": 1.0}


@pytest.mark.parametrize(
    ("text", "message"), [("mobil", r"no 'mobil' \(did you mean 'mobile'\?\)"), (",", "must name one or more")]
)
def test_unknown_net_is_refused(text, message):
    with pytest.raises(InvalidInputError, match=message):
        choose_nets(text)
