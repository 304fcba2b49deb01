"""Trials as an HTML table."""

from html.parser import HTMLParser

from paretune import Categorical, Maximize, Objectives, Space, Trials
from studies import STORY, search


class Rows(HTMLParser):
    """The texts of the cells, row by row."""

    def __init__(self, page):
        super().__init__()
        self.rows, self.tags = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 (the name is the base class's)
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])

    def handle_data(self, data):
        if data.strip() and self.rows:
            self.rows[-1].append(data.strip())


def test_table_has_the_values_and_the_counts():
    page = STORY._repr_html_()
    assert "6 trials: 4 complete, 2 failed" in page
    rows = Rows(page).rows
    assert rows[0][:3] == ["number", "state", "reason"]
    assert rows[2][:2] == ["1", "complete"]
    assert len(rows) == 7


def test_long_table_is_shortened():
    assert len(Rows(search(100)._repr_html_()).rows) == 12


def test_names_of_users_are_escaped():
    space = Space({"<b>x</b>": Categorical(["<script>", "a"])})
    objectives = Objectives([Maximize("<i>")])
    table = Trials(space, objectives, ({"<b>x</b>": "<script>"},), losses=[[1.0]])
    assert not {"b", "script", "i"} & set(Rows(table._repr_html_()).tags)


def test_empty_study_has_no_rows():
    assert "0 trials" in STORY[:0]._repr_html_()
