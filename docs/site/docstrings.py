"""An extension of Griffe, which reads the docstrings of the reference: examples as code, and names as links."""

from __future__ import annotations

import re
from typing import Any

import griffe
from pages import ROOT
from reference import PACKAGE, Reference, path_of

_CODE = re.compile(r"(?<![`\[])`(\w+)`(?!`)")
_EXAMPLE = re.compile(r"^( *)Example:$", re.MULTILINE)


class Docstrings(griffe.Extension):
    """Convert each docstring when its object has been read."""

    def __init__(self) -> None:
        reference = Reference((ROOT / "docs" / "api.md").read_text())
        rooms = [module for module in reference.sections if module != PACKAGE]
        homes = {name: module for module in rooms for name in reference.names(module)}
        self._paths = {name: path_of(home, name) for name, home in {**reference.homes, **homes}.items()}

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Convert the docstring of an object."""
        if obj.docstring:
            text = _EXAMPLE.sub(r"\1Examples:", obj.docstring.value)
            obj.docstring.value = _CODE.sub(lambda code: self._link(code, obj.name), text)

    def _link(self, code: re.Match[str], own: str) -> str:
        path = self._paths.get(code[1])
        return code[0] if path is None or code[1] == own else f"[`{code[1]}`][{path}]"
