"""Readers of run options; more values are in test_read_run_options.py."""

import pytest

from paretune.app import value_readers as readers
from paretune.errors import InvalidInputError


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90.0), (" 1.5 m ", 90.0), ("2h", 7200.0), ("1e-9", 1e-9), (5, 5.0)]
)
def test_duration_is_in_seconds(text, seconds):
    assert readers.read_seconds("stop_after", text) == seconds


@pytest.mark.parametrize(("text", "size"), [("1M", 2**20), ("4GiB", 2**32), ("1.5 GB", 3 * 2**29)])
def test_memory_is_in_bytes(text, size):
    assert readers.read_bytes("memory_limit", text) == size


@pytest.mark.parametrize("amount", [0, 0.25, 1, 3, 2.0])
def test_processors_are_whole_or_a_fraction_of_one(amount):
    assert readers.read_processors("gpus_per_trial", amount) == amount


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (readers.read_processors, 1.5),
        (readers.read_processors, -1),
        (readers.read_count, 0),
        (readers.read_count, True),
        (readers.read_seed, 2**32),
        (readers.read_text, 3),
        (readers.read_text, " "),
        (readers.read_workers, 999_999),
        (readers.read_growth, "50"),
        (readers.read_seconds, "-3"),
        (readers.read_executor, "cloud"),
        (readers.read_searcher, "magic"),
        (readers.read_trackers, "neptune"),
        (readers.read_trackers, ["mlflow", "mlflow"]),
    ],
)
def test_wrong_value_is_refused_with_the_name_of_its_option(read, value):
    with pytest.raises(InvalidInputError, match=r"the_option|log must be"):
        read("the_option", value)
