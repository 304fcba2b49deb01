"""The pages of the site, and where the links between them lead.

The site has the pages of `docs` at its root, and those of the rest of the repository, such as `ARCHITECTURE.md` and the
reports, below their own folders. Links in the sources are those of the repository, so they also work there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath

ROOT = Path(__file__).parents[2]
HOME = "index.md"
DECISIONS = "decisions/index.md"
# Patterns below the repository, and what becomes of the front of their paths on the site.
SOURCES = {
    "docs/*.md": ("docs/", ""),
    "docs/decisions/*.md": ("docs/", ""),
    "docs/examples/*.*": ("docs/", ""),
    "docs/images/*.svg": ("docs/", ""),
    "docs/site/*.css": ("docs/", ""),
    "docs/site/*.js": ("docs/", ""),
    "examples/*.*": ("", ""),
    "examples/*/*.*": ("", ""),
    "ARCHITECTURE.md": ("", "project/"),
    "CONTRIBUTING.md": ("", "project/"),
    "CHANGELOG.md": ("", "project/"),
    "benchmarks/**/*.md": ("", ""),
    "benchmarks/**/*.png": ("", ""),
    "experiments/**/*.md": ("", ""),
    "experiments/**/*.png": ("", ""),
    "reports/**/*.*": ("", ""),
}
LANGUAGES = {".py": "python", ".yaml": "yaml", ".sh": "bash", ".cpp": "cpp"}
STANDS_FOR = {"README.md": HOME, "docs/decisions": DECISIONS, "docs/": HOME, "docs": HOME}
_LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s#]*)(?P<anchor>#[^)\s]*)?\)")
_FENCE = re.compile(r"^(```.*?^```[^\n]*$)", re.MULTILINE | re.DOTALL)


def collect_pages(root: Path = ROOT) -> dict[str, str]:
    """Map the paths of all files of the site in the repository to their paths on the site."""
    found = {}
    for pattern, (old, new) in SOURCES.items():
        for file in sorted(root.glob(pattern)):
            path = file.relative_to(root).as_posix()
            found[path] = new + path.removeprefix(old)
    return found


def convert_links(text: str, source: str, pages: Mapping[str, str]) -> str:
    """Convert the relative links of a page to those of the site; a link to a file that the site lacks becomes text.

    Args:
        text: the page in Markdown.
        source: its path in the repository.
        pages: the paths on the site by those in the repository.
    """
    own = PurePosixPath(pages[source]).parent.as_posix()
    places = {**STANDS_FOR, **pages}

    def convert(link: re.Match[str]) -> str:
        if not link["target"] or ":" in link["target"]:
            return link[0]
        place = places.get(resolve(link["target"], source))
        if place is None:
            return link["text"]
        return f"{link['image']}[{link['text']}]({relpath(place, own)}{link['anchor'] or ''})"

    parts = _FENCE.split(text)
    return "".join(part if part.startswith("```") else _LINK.sub(convert, part) for part in parts)


def show_files(text: str, source: str, root: Path = ROOT) -> str:
    """Put the content of a file below each line that is only a link to it."""

    def show(line: re.Match[str]) -> str:
        file = root / resolve(line["target"], source)
        language = LANGUAGES.get(file.suffix)
        return f"{line[0]}\n\n```{language}\n{file.read_text()}```" if language else line[0]

    return re.sub(r"^\[`[^\]`]*`\]\((?P<target>[^)]*)\)$", show, text, flags=re.MULTILINE)


def links(text: str) -> Iterable[tuple[str, str]]:
    """Yield target and anchor of each link outside blocks of code."""
    for part in _FENCE.split(text):
        if not part.startswith("```"):
            yield from ((link["target"], (link["anchor"] or "").removeprefix("#")) for link in _LINK.finditer(part))


def resolve(target: str, source: str) -> str:
    """Return the path in the repository of a link in the page ``source``."""
    return normpath((PurePosixPath(source).parent / target).as_posix())


def title_of(text: str) -> str:
    """Return the first heading of a page."""
    return re.search(r"^# (.+)", text, re.MULTILINE)[1]
