"""What is told where there is no Ray, or no cluster at the address."""

import sys

import pytest

from paretune.errors import InvalidInputError
from paretune.execution.on_ray import connected


def test_without_ray_one_line_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with (
        pytest.raises(InvalidInputError, match=r'Ray is not installed: pip install "paretune\[ray\]"'),
        connected(None),
    ):
        pass


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("127.0.0.1:1", "no Ray cluster answers at 127.0.0.1:1: start its head by `ray start --head`"),
        ("no.such.host.invalid:6379", "no Ray cluster answers at no.such.host.invalid:6379"),
        ("nonsense", "address must be auto, or a head's host and port such as 10.0.0.1:6379, not 'nonsense'"),
        ("ray://127.0.0.1:10001", "address must be auto"),
    ],
)
def test_an_address_without_a_cluster_is_told_at_once(address, told):
    with pytest.raises(InvalidInputError, match=told), connected(address):
        pass


def test_where_no_cluster_is_known_auto_finds_none(monkeypatch, tmp_path):
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setattr("ray._common.utils._ray_tmp_dir", str(tmp_path), raising=False)
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    with pytest.raises(InvalidInputError, match="no connection to Ray at 'auto': "), connected("auto"):
        pass
