"""A report as files: one page that opens anywhere, the same in Markdown and in JSON, and the pictures."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from paretune.errors import InvalidInputError
from paretune.report.headline import headline
from paretune.report.numbers import to_json
from paretune.report.origin import origin_rows
from paretune.report.pictures import Picture, Tell, awaited, film, pictures
from paretune.report.summary import Summary
from paretune.report.tables import (
    comparison_table,
    efficient_table,
    luck,
    refit_options,
    refit_table,
    stands,
    trials_table,
)

_MARKS = re.compile(r"[\\|$*`]|(?<![^\W_])_|_(?![^\W_])")  # an underscore inside a word marks nothing


def write(summary: Summary, out: Path, tell: Tell = lambda _: None) -> Path:
    """Write ``report.html``, ``report.md``, ``report.json``, the pictures as PNG and the search as ``search.gif``.

    Args:
        summary: what there is to say, as `summarize` gives it.
        out: the folder; made if it is missing.
        tell: called with each part before it is made, since all take many seconds.

    Returns:
        The path of ``report.html``.

    Raises:
        InvalidInputError: the folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files(summary, tell).items():
            (out / name).write_bytes(content)
    except OSError as error:
        raise InvalidInputError(
            f"the report cannot be written to {out}: {error.strerror}; choose another --out"
        ) from error
    return out / "report.html"


def files(summary: Summary, tell: Tell) -> dict[str, bytes]:
    """The files of a report, by name."""
    drawn = pictures(summary, tell)
    tell("Filming the search")
    animation = film(summary)
    tell("Writing the report")
    content = {name: text.encode() for name, text in pages(summary, drawn, has_film=animation is not None).items()}
    content |= {f"{picture.name}.png": picture.png for picture in drawn}
    return content if animation is None else content | {"search.gif": animation}


def pages(summary: Summary, drawn: Sequence[Picture], *, has_film: bool) -> dict[str, str]:
    """What there is to read: the texts of the page, the Markdown and the JSON, by name of the file."""
    rows = efficient_table(summary)
    told = {
        "summary": summary,
        "headline": headline(summary),
        "hypervolume": f"{summary.hypervolume:.4g}",
        "efficient": rows,
        "knee": next(
            (row for row, found in zip(rows, summary.efficient, strict=True) if found.key == summary.knee), None
        ),
        "luck": luck(summary),
        "refits": refit_table(summary),
        "refit_options": refit_options(summary),
        "stands": stands(summary),
        "trials": trials_table(summary),
        "comparison": None if summary.comparison is None else comparison_table(summary.comparison),
        "origin": [origin_rows(run) for run in (*summary.candidate, *summary.baseline)],
        "pictures": drawn,
        "awaited": awaited(summary),
        "has_film": has_film,
    }
    written = {name: _templates().get_template(f"{name}.j2").render(told) for name in ("report.html", "report.md")}
    return {**written, "report.json": to_json(summary)}


def _inline(svg: bytes) -> Markup:
    """The picture as a part of the page, whose marks a script can find."""
    return Markup(svg[svg.index(b"<svg") :].decode())  # noqa: S704 (Matplotlib escapes what users wrote)


def _breakable(text: str) -> Markup:
    """A column's name that may be broken after an underscore."""
    return escape(text).replace("_", Markup("_<wbr>"))


def _embedded(svg: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()


def _plain(text: Any) -> str:
    r"""Text of a user on one line of Markdown, in a table or outside of one, in which nothing is marked up.

    Example:
        >>> _plain("$time_{ms}$|<b>"), _plain("training_time * 2, __all__")
        ('\\$time\\_{ms}\\$\\|&lt;b>', 'training_time \\* 2, \\_\\_all\\_\\_')
    """
    return re.sub(_MARKS, r"\\\g<0>", " ".join(str(text).splitlines())).replace("<", "&lt;")


def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("paretune.report"),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"breakable": _breakable, "plain": _plain, "inline": _inline, "embedded": _embedded}
    return environment
