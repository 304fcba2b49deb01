"""The pages of the API reference: one for each section of docs/api.md, with the docstring of each name."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
FOLDER = "reference"
PACKAGE = "paretune"  # most of its names are those of a room, on whose page they are
_SECTION = re.compile(r"^## (?P<module>[\w.]+)\n(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"^- `(?P<name>\w+)`: (?P<summary>.*)", re.MULTILINE)


@dataclass(frozen=True)
class Reference:
    """The pages of the reference.

    Args:
        api: the text of docs/api.md.
    """

    api: str

    @property
    def sections(self) -> dict[str, str]:
        """The text of each section, by its module."""
        return {section["module"]: section["body"] for section in _SECTION.finditer(self.api)}

    @property
    def homes(self) -> dict[str, str]:
        """The module of each name of the package, on whose page it is described."""
        rooms = {item: module for module in self.sections if module != PACKAGE for item in self.names(module)}
        return {name: rooms.get(name, PACKAGE) for name in self.names(PACKAGE)}

    def names(self, module: str) -> list[str]:
        """Return the public names of a module."""
        return [item["name"] for item in _NAME.finditer(self.sections[module])]

    def pages(self) -> dict[str, str]:
        """Return the pages by their paths on the site."""
        return {_page_of(module): self._page(module, body) for module, body in self.sections.items()}

    def linked_api(self) -> str:
        """Return docs/api.md, where each module and name is a link to its place in the reference."""

        def link_section(section: re.Match[str]) -> str:
            module = section["module"]
            homes = self.homes if module == PACKAGE else dict.fromkeys(self.names(module), module)
            title = f"## [{module}]({_page_of(module)}) {{#{module.replace('.', '')}}}\n"
            return title + _NAME.sub(lambda item: self._link(item, homes), section["body"])

        return _SECTION.sub(link_section, self.api)

    def _link(self, item: re.Match[str], homes: Mapping[str, str]) -> str:
        """Return an item with a link; a name that is a room leads to the page of the room."""
        room, module = f"{PACKAGE}.{item['name']}", homes[item["name"]]
        place = f"{_page_of(module)}#{path_of(module, item['name'])}"
        target = _page_of(room) if room in self.sections else place
        return f"- [`{item['name']}`]({target}): {item['summary']}"

    def _page(self, module: str, body: str) -> str:
        """Return a page: the introduction of the section, then each name that is described there."""
        elsewhere = {
            name for name, home in self.homes.items() if home != PACKAGE or f"{PACKAGE}.{name}" in self.sections
        }
        items = [item for item in _NAME.finditer(body) if module != PACKAGE or item["name"] not in elsewhere]
        introduction = "\n".join(
            line for line in body.splitlines() if not _NAME.match(line) and not line.startswith("**Next:**")
        ).strip()
        entries = "\n\n".join(_entry(module, item) for item in items)
        return f"# {module}\n\n{introduction}\n\n{entries}\n\n**Next:** [all public names](../api.md).\n"


def _page_of(module: str) -> str:
    """Return the path of a module's page on the site."""
    return f"{FOLDER}/{module}.md"


def path_of(module: str, name: str) -> str:
    """Return the path of a name: that in its file where Griffe would take a file of the same name for it."""
    folder = SOURCE.joinpath(*module.split("."))
    if not (folder / f"{name}.py").exists():
        return f"{module}.{name}"
    imports = [
        each for each in ast.parse((folder / "__init__.py").read_text()).body if isinstance(each, ast.ImportFrom)
    ]
    [home] = [each.module for each in imports if name in {alias.name for alias in each.names}]
    return f"{home}.{name}"


def _entry(module: str, item: re.Match[str]) -> str:
    """Return the entry of a name: its docstring, or the summary of a constant, which has none."""
    name, path = item["name"], path_of(module, item["name"])
    return f"## {name} {{#{path}}}\n\n{item['summary']}" if name.isupper() else f"::: {path}"
