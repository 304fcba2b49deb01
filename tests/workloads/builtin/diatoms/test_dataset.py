"""Files of series, and messages on damaged lines."""

import numpy as np
import pytest

from paretune.errors import DataError
from paretune.workloads.builtin.diatoms.dataset import Part, Split, read_series


def line(label="3", values=176, first="0.5"):
    return ",".join([label, first, *(str(i / 7) for i in range(values - 1))])


@pytest.fixture
def write(tmp_path):
    def write(*lines, end="\n"):
        path = tmp_path / "Adiac_TRAIN"
        path.write_bytes((end.join(lines) + end).encode() if lines else b"")
        return path

    return write


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_file_is_read_as_numpy_reads_it(write, end):
    path = write(line("1"), line("37", first="-1e-3"), line("22.0"), end=end)
    part = read_series(path)
    table = np.loadtxt(path, delimiter=",")
    np.testing.assert_array_equal(part.values, table[:, 1:].astype("float32"))
    assert part.labels.tolist() == [0, 36, 21]


@pytest.mark.parametrize(
    ("damaged", "expected"),
    [
        (line(values=175), "expected a label and 176 values separated by commas, found 176 fields"),
        (line(values=177), "found 178 fields"),
        ("", "found 1 fields"),
        (line().replace(",", "\t"), "found 1 fields"),
        (line(first="many"), "expected finite numbers, found 'many'"),
        (line(first="nan"), "expected finite numbers, found 'nan'"),
        (line(first="-inf"), "expected finite numbers, found '-inf'"),
        (line(first=""), "expected finite numbers, found ''"),
        (line("0"), "expected a label from 1 to 37, found 0"),
        (line("38"), "expected a label from 1 to 37, found 38"),
        (line("2.5"), "expected a label from 1 to 37, found 2.5"),
    ],
)
def test_damaged_line_is_named_with_file_and_number(write, damaged, expected):
    path = write(line(), line(), damaged, line())
    with pytest.raises(DataError) as error:
        read_series(path)
    assert str(error.value).startswith(f"{path}, line 3: ")
    assert expected in str(error.value)
    assert "\n" not in str(error.value)


def test_empty_file_is_refused(write):
    with pytest.raises(DataError, match="is empty; expected lines"):
        read_series(write())


def test_bytes_that_are_not_text_are_refused(tmp_path):
    path = tmp_path / "Adiac_TRAIN"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="cannot be read as text"):
        read_series(path)


def test_folder_instead_of_file_is_refused(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_series(tmp_path)


def test_constant_series_are_refused(write):
    with pytest.raises(DataError, match="has the value 2 everywhere"):
        read_series(write(",".join(["5", *["2"] * 176])))


def test_both_parts_are_standardised_by_one_mean_and_deviation_of_the_training_part():
    values = np.random.default_rng(0).normal(3, 2, (5, 176)).astype("float32")
    labels = np.zeros(5, dtype="int32")
    split = Split(Part(values, labels), Part(values + 1, labels)).standardised()
    assert split.training.values.dtype == np.float32
    assert split.training.values.mean() == pytest.approx(0, abs=1e-6)
    assert split.training.values.std() == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(split.validation.values - split.training.values, 1 / values.std(), rtol=1e-4)


def test_hash_depends_on_every_value_label_and_part():
    def split(values=0.0, label=0, validation=0.0):
        labels = np.full(1, label, dtype="int32")
        return Split(
            Part(np.full((1, 176), values, "float32"), labels),
            Part(np.full((1, 176), validation, "float32"), labels),
        )

    hashes = {s.sha256 for s in (split(), split(values=1e-4), split(label=1), split(validation=1e-4))}
    assert len(hashes) == 4
    assert split().sha256 == split().sha256
