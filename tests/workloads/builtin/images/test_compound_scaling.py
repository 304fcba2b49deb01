"""One number for depth, width and resolution: about twice the multiply-adds for each step."""

import pytest
import torch

from paretune.errors import InvalidInputError
from paretune.workloads.builtin.images.compound_scaling import (
    Coefficients,
    find_multipliers,
    parse_coefficients,
)
from paretune.workloads.builtin.images.nets import NetShape, build_net
from paretune.workloads.builtin.vision.net_costs import count_multiply_adds


def test_shares_give_coefficients_with_product_two():
    for shares in ((0, 0), (1, 0), (0, 1), (0.3, 0.3)):
        found = Coefficients.from_shares(*shares)
        assert found.alpha * found.beta**2 * found.gamma**2 == pytest.approx(2)
    published = Coefficients.from_shares(0.263, 0.275)
    assert (published.alpha, published.beta) == pytest.approx((1.2, 1.1), abs=0.005)


def test_multiply_adds_double_with_phi():
    counts = []
    for phi in (0, 2, 4):
        multipliers = Coefficients(1.2, 1.1, 1.15).multipliers(phi)
        shape = NetShape.scaled("plain", multipliers, 32, 3, 10)
        net = build_net(shape, 0)
        counts.append(count_multiply_adds(net, (3, shape.resolution, shape.resolution), torch.device("cpu")))
    assert 2.5 < counts[1] / counts[0] < 5.5  # 1.92 squared is 3.7; blocks and channels are whole numbers
    assert 10 < counts[2] / counts[0] < 18


def test_configuration_has_multipliers_in_each_form():
    given = Coefficients(1.2, 1.1, 1.15)
    assert find_multipliers({"net": "small", "width": 2, "resolution": 1.5}, None) == {"width": 2, "resolution": 1.5}
    assert find_multipliers({"phi": 1.0}, given) == {"depth": 1.2, "width": 1.1, "resolution": 1.15}
    assert find_multipliers({"phi": 1.0, "depth_share": 1.0, "width_share": 0.0}, given)["depth"] == 2


def test_coefficients_are_read_and_wrong_ones_refused():
    assert parse_coefficients("2, 1, 1") == Coefficients(2, 1, 1)
    assert parse_coefficients("searched") is None
    with pytest.raises(InvalidInputError, match="coefficients takes alpha,beta,gamma such as 1.2,1.1,1.15, or search"):
        parse_coefficients("1.2,1.1")
    for text in ("3,1,1", "4,0.5,1.4", "nan,1,1"):
        with pytest.raises(InvalidInputError, match=r"alpha beta\^2 gamma\^2 about 2, but this is"):
            parse_coefficients(text)
