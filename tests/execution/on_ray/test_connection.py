"""Messages if Ray is not installed or no cluster answers."""

import sys

import pytest

from paretune.errors import InvalidInputError
from paretune.execution.on_ray import ray_connection


def test_missing_ray_is_an_error_with_install_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with (
        pytest.raises(InvalidInputError, match=r'Ray is not installed: pip install "ray\[tune\]>='),
        ray_connection(None),
    ):
        pass


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("127.0.0.1:1", "no Ray cluster answers at 127.0.0.1:1: start its head by `ray start --head`"),
        ("no.such.host.invalid:6379", "no Ray cluster answers at no.such.host.invalid:6379"),
        ("nonsense", "address must be auto, or a head's host and port such as 10.0.0.1:6379, not 'nonsense'"),
        ("ray://127.0.0.1:10001", "address must be auto"),
    ],
)
def test_address_without_cluster_is_an_error_at_once(address, message):
    with pytest.raises(InvalidInputError, match=message), ray_connection(address):
        pass


def test_auto_without_known_cluster_is_an_error(monkeypatch, tmp_path):
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setattr("ray._common.utils._ray_tmp_dir", str(tmp_path), raising=False)
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    with pytest.raises(InvalidInputError, match="no connection to Ray at 'auto': "), ray_connection("auto"):
        pass
