"""Tests of lists, page by page."""

import pytest

from paretune.errors import InvalidInputError
from paretune.server.sigopt.paging import check_query, describe_page

OBJECTS = [{"id": str(i), "name": f"n{i}"} for i in range(7)]


def ids(page):
    return [each["id"] for each in page["data"]]


def test_pages_follow_each_other_until_the_end_though_objects_are_added():
    found, query, objects = [], {"limit": "3"}, list(OBJECTS)
    while True:
        page = describe_page(objects, query)
        found += ids(page)
        objects.append({"id": str(len(objects))})
        if page["paging"]["before"] is None:
            break
        query = {"limit": "3", "before": page["paging"]["before"]}
    assert found == ["6", "5", "4", "3", "2", "1", "0"]


def test_page_after_a_cursor_is_the_one_of_newer_objects():
    assert ids(describe_page(OBJECTS, {"limit": "2", "after": "3"})) == ["5", "4"]
    assert ids(describe_page(OBJECTS, {"limit": "2", "ascending": "True"})) == ["0", "1"]


@pytest.mark.parametrize("fields", ["id", "id,name", '["id", "name"]'])
def test_fields_are_chosen(fields):
    assert describe_page(OBJECTS[:1], {"fields": fields})["data"][0].keys() <= {"id", "name"}


@pytest.mark.parametrize(
    "query", [{"limit": "-1"}, {"limit": "x"}, {"sort": "colour"}, {"before": "99"}, {"fields": "["}]
)
def test_wrong_word_is_refused(query):
    with pytest.raises(InvalidInputError):
        describe_page(OBJECTS, query)


def test_unknown_word_is_refused():
    with pytest.raises(InvalidInputError, match="colour: unknown word"):
        check_query({"colour": "red"}, ["limit"])
