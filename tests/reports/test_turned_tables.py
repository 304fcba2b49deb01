"""Wide tables are turned and split."""

from paretune.reports.turned_tables import turned_tables

WIDE = [{"trial": str(i), **{f"p{j}": f"{i}.{j}" for j in range(20)}} for i in range(8)]


def test_configuration_becomes_a_column_and_few_stand_side_by_side():
    first, second = turned_tables(WIDE, 6)
    assert list(first[0].items())[:3] == [("trial", "p0"), ("0", "0.0"), ("1", "1.0")]
    assert [len(row) for row in (first[0], second[0])] == [7, 3]
    assert len(first) == len(second) == 20
    cells = {cell for table in (first, second) for row in table for name, cell in row.items() if name != "trial"}
    assert cells == {text for row in WIDE for name, text in row.items() if name != "trial"}


def test_narrow_table_is_not_turned():
    assert turned_tables([{"trial": "1", "x": "2"}]) == []
    assert turned_tables([]) == []


def test_rows_with_equal_names_stay_apart():
    equal = [{**row, "trial": "same"} for row in WIDE[:2]]
    (table,) = turned_tables(equal)
    assert list(table[0].values()) == ["p0", "0.0", "1.0"]
