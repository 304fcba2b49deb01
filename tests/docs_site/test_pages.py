"""The pages of the site: links and anchors, places in the navigation, and a next step on each page."""

import re
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs" / "site"))

from pages import HOME, STANDS_FOR, collect_pages, convert_links, links, resolve  # noqa: E402
from reference import PACKAGE, Reference  # noqa: E402

SITE = ROOT / "docs" / "site"
PAGES = collect_pages()
SOURCES = [source for source in PAGES if source.endswith(".md")]
WRITTEN = [source for source in SOURCES if re.fullmatch(r"docs/[\w-]+\.md|docs/examples/[\w-]+\.md", source)]


def anchors_of(text):
    """The anchors of the headings of a page, as GitHub and Zensical make them."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    found = set()
    for heading in re.findall(r"^#+ (.+)$", prose, flags=re.MULTILINE):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        found.add(re.sub(r"[^\w\- ]", "", shown.lower()).strip().replace(" ", "-"))
    return found


def broken_links(source):
    """The links of a page that lead to no file, or to no heading."""
    broken = []
    for target, anchor in links((ROOT / source).read_text()):
        if ":" in target:
            continue
        file = ROOT / (resolve(target, source) if target else source)
        if not file.exists() or (anchor and anchor not in anchors_of(file.read_text())):
            broken.append(f"{target}#{anchor}")
    return broken


@pytest.mark.parametrize("source", ["README.md", *SOURCES])
def test_links_of_page_lead_somewhere(source):
    assert broken_links(source) == []


def test_broken_links_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    (tmp_path / "a.md").write_text("# One Two\n[a](b.md) [b](#one-two) [c](#three) [d](https://e.f) ![e](f.svg)\n")
    assert broken_links("a.md") == ["b.md#", "#three", "f.svg#"]


@pytest.mark.parametrize("source", WRITTEN)
def test_page_ends_with_next_step(source):
    last = (ROOT / source).read_text().rstrip().split("\n\n")[-1]
    assert re.match(r"\*\*Next:\*\* .*\]\(", last.replace("\n", " ")), f"{source} ends with: {last}"


def flatten(nav):
    """The paths of the navigation, in order."""
    for entry in nav:
        inside = next(iter(entry.values())) if isinstance(entry, dict) else entry
        if isinstance(inside, list):
            yield from flatten(inside)
        else:
            yield inside


def test_each_page_is_in_navigation_once():
    nav = list(flatten(yaml.safe_load((SITE / "site.yml").read_text())["nav"]))
    assert len(nav) == len(set(nav))
    places = {PAGES[source] for source in SOURCES} | {"decisions/index.md"}
    folders = tuple(entry for entry in nav if entry.endswith("/"))
    assert {entry for entry in nav if not entry.endswith("/")} <= places
    assert {place for place in places if place not in nav and not place.startswith(folders)} == set()


@pytest.mark.parametrize(
    ("source", "link", "converted"),
    [
        ("docs/library.md", "[a](curves.md#in-a-run)", "[a](curves.md#in-a-run)"),
        ("docs/library.md", "[a](../README.md)", "[a](index.md)"),
        ("docs/library.md", "[a](../ARCHITECTURE.md)", "[a](project/ARCHITECTURE.md)"),
        ("docs/contribute.md", "[a](decisions)", "[a](decisions/index.md)"),
        ("ARCHITECTURE.md", "[a](docs/api.md)", "[a](../api.md)"),
        ("docs/library.md", "[a](https://optuna.org)", "[a](https://optuna.org)"),
        ("docs/library.md", "[a](../Makefile)", "a"),
        ("docs/concepts.md", "![a](images/front.svg)", "![a](images/front.svg)"),
        ("docs/library.md", "```\n[a](../README.md)\n```\n", "```\n[a](../README.md)\n```\n"),
    ],
)
def test_link_of_repository_becomes_link_of_site(source, link, converted):
    assert convert_links(link, source, PAGES) == converted


def test_what_stands_for_other_paths_is_on_site():
    assert {HOME, "decisions/index.md"} == set(STANDS_FOR.values())
    assert HOME in PAGES.values()


def test_reference_has_each_public_name():
    reference = Reference((ROOT / "docs" / "api.md").read_text())
    pages = reference.pages()
    for module in reference.sections:
        for name in reference.names(module):
            home = reference.homes[name] if module == PACKAGE else module
            is_room = f"{PACKAGE}.{name}" in reference.sections
            assert is_room or re.search(rf"[.]{name}\b", pages[f"reference/{home}.md"]), f"{module}.{name}"


def test_links_of_api_page_lead_to_names_of_reference():
    reference = Reference((ROOT / "docs" / "api.md").read_text())
    pages = reference.pages()
    found = re.findall(r"^- \[`\w+`\]\((reference/[\w.]+\.md)#?([\w.]*)\)", reference.linked_api(), re.MULTILINE)
    assert len(found) == sum(len(reference.names(module)) for module in reference.sections)
    assert [
        place
        for place, path in found
        if path and f"::: {path}\n" not in pages[place] + "\n" and f"{{#{path}}}" not in pages[place]
    ] == []
