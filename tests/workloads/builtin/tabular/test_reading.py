"""Tables of files and of scikit-learn, and what is said of those that cannot be read."""

import pandas as pd
import pytest

from paretune.errors import DataError, InvalidInputError
from paretune.workloads.builtin.tabular import reading
from paretune.workloads.builtin.tabular.reading import parse_numbers, read_table

FRAME = pd.DataFrame({"a": [1.5, 2.0, None], "b": ["x", "y", "z"]})


@pytest.mark.parametrize(("name", "separator"), [("t.csv", ","), ("u.csv", ";"), ("t.tsv", "\t"), ("t.csv.gz", ",")])
def test_text_file_is_read_with_its_separator(tmp_path, name, separator):
    FRAME.to_csv(tmp_path / name, sep=separator, index=False)
    pd.testing.assert_frame_equal(read_table(str(tmp_path / name), 100).frame, FRAME, check_dtype=False)


def test_parquet_is_read_where_pyarrow_is_installed(tmp_path, monkeypatch):
    pytest.importorskip("pyarrow")
    FRAME.to_parquet(tmp_path / "t.parquet")
    assert read_table(str(tmp_path / "t.parquet"), 100).frame.shape == (3, 2)
    FRAME.to_parquet(tmp_path / "u.parquet")
    monkeypatch.setattr(reading, "find_spec", lambda _: None)
    with pytest.raises(InvalidInputError, match="is Parquet, which needs pyarrow: pip install pyarrow"):
        read_table(str(tmp_path / "u.parquet"), 100)


@pytest.mark.parametrize("large", [False, True])
def test_rows_of_large_table_are_drawn_and_that_is_said(tmp_path, monkeypatch, large):
    path = tmp_path / "t.csv"
    pd.DataFrame({"a": range(3000)}).to_csv(path, index=False)
    if large:
        monkeypatch.setattr(reading, "_LARGE_BYTES", 100)
        monkeypatch.setattr(reading, "_ROWS_PER_PART", 500)
    table = read_table(str(path), 100)
    assert len(table.frame) == 100
    assert table.frame["a"].is_monotonic_increasing
    assert table.frame["a"].max() > 2500
    assert table.notice.startswith("100 of about 3,000 rows of t.csv are drawn at random")


def test_changed_file_is_read_again(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a\n1\n")
    first = read_table(str(path), 100)
    path.write_text("a\n1\n22\n")
    second = read_table(str(path), 100)
    assert (len(first.frame), len(second.frame)) == (1, 2)
    assert first.sha256 != second.sha256


def test_shipped_set_has_named_classes_and_same_hash():
    table = read_table("iris", 1000)
    assert sorted(set(table.frame["target"])) == ["setosa", "versicolor", "virginica"]
    assert table.sha256 == reading._shipped.__wrapped__("iris", 1000).sha256


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "name the data with --data|the data are not named"),
        ("iri", "there is no file iri \\(did you mean 'iris'\\?\\)"),
        ("t.xlsx", "must be a file that ends in .csv"),
    ],
)
def test_unknown_data_are_refused(tmp_path, monkeypatch, data, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.xlsx").write_text("x")
    with pytest.raises(InvalidInputError, match=message):
        read_table(data, 100)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cannot be read as a table"),
        (b"a,b\n", "has no rows"),
        (b"a,b\n1,2,3,4\n5,6\n1,2,3,4,5\n", "cannot be read as a table"),
        (b"\xff\xfe\x00,a\n\x80,1\n", "cannot be read as a table"),
        (b"a, a\n1,2\n", "has two columns 'a'"),
    ],
)
def test_damaged_file_is_refused_in_one_line(tmp_path, content, message):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        read_table(str(path), 100)
    assert "\n" not in str(caught.value)


def test_texts_and_infinite_values_are_no_numbers():
    assert parse_numbers(pd.Series(["1", "x", "inf", None])).isna().tolist() == [False, True, True, True]
