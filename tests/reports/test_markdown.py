"""Texts of users in Markdown, read by a parser of CommonMark with tables and strikethrough."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from paretune.reports.markdown import escape_markdown

HARMFUL = [
    "![i](http://a.b/c.png)", "[free](http://a.b)", "[free][x]", "[x]: http://a.b", "<http://a.b>", "<img src=x>",
    "&lt;b&gt; &#42;", "`code`", "*em* __strong__ ~~gone~~", "a|b", "a\\", "\\|", "C #", "# C", "#", "1. one",
    "12) two", "1.", "- item", "-", "--", "+ item", "+", "=", "> quote", "---", "===", "***", "    code", "\tcode",
    "![", "](", "](x) [free](y", "a\nb", "~~~", "```", "[ ] task", "\x1b[31mred", "a\u202eb", "_a_b_",
]  # fmt: skip
PLACES = {
    "heading": "# {}\n",
    "paragraph": "{}\n",
    "after a paragraph": "before\n{}\n",
    "quotation": "> **x {} x**\n",
    "image": "![{}](front.png)\n",
    "cell": "| a | b |\n|---|---|\n| {} | **{}** |\n",
}
WITH_A_TEXT = ("paragraph_open", "heading_open", "blockquote_open", "table_open")


def inline_tokens(source):
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = parser.parse(source)
    return [token for token in tokens if token.level == 0 and token.nesting == 1], [
        part for token in tokens for part in token.children or ()
    ]


def shown(text):
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", "",
                  " ".join(text.splitlines()).replace("\t", " ")).strip()  # fmt: skip


def check_text_is_shown_as_it_is(text, place):
    source = PLACES[place].replace("{}", escape_markdown(text))
    blocks, parts = inline_tokens(source)
    assert len(blocks) == 1
    assert blocks[0].type in WITH_A_TEXT
    kinds = {part.type for part in parts} - {"text", "text_special", "strong_open", "strong_close", "softbreak"}
    assert kinds == ({"image"} if place == "image" else set())
    if place == "image":
        (image,) = parts
        assert image.attrs["src"] == "front.png"
        parts = image.children
    content = "".join("\n" if part.type == "softbreak" else part.content for part in parts)
    assert " ".join(shown(text).split()) in " ".join(content.split())


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", HARMFUL)
def test_markup_of_users_is_shown_and_not_live(text, place):
    check_text_is_shown_as_it_is(text, place)


@pytest.mark.parametrize("place", PLACES)
@given(text=st.text("![](){}<>&;#*_~`|\\:.-+=/$1a @w\n\t", min_size=1, max_size=12).filter(shown))
def test_any_text_is_shown_as_it_is(text, place):
    check_text_is_shown_as_it_is(text, place)


@pytest.mark.parametrize("text", ["http://a.b", "HTTPS://a.b", "ftp://a.b", "www.a.b", "mailto:a", ":smile:"])
def test_addresses_without_brackets_are_broken_up(text):
    assert re.search(r"[a-z]:[a-z/]|^:\w|www\.", escape_markdown(text), re.IGNORECASE) is None


def test_plain_texts_are_left_as_they_are():
    for text in ("training_time", "0.5 ± 0.1", "12:30, 8:64", "A & B", "a-b", "issue #5", "C# and F#5"):
        assert escape_markdown(text) == text
