"""The files of a report: one HTML page, the same as Markdown and JSON, and the pictures."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from paretune.errors import InvalidInputError
from paretune.reports.headline import headline
from paretune.reports.json_report import to_json
from paretune.reports.markdown import escape_markdown
from paretune.reports.origin import origin_rows
from paretune.reports.pictures import OnStep, Picture, missing_pictures_sentence, pictures, search_animation
from paretune.reports.report_folder import NUMBERS_FILE, check_no_foreign_file, replace_files
from paretune.reports.summary import Summary
from paretune.reports.tables import (
    comparison_table,
    efficient_table,
    optimism_sentence,
    refit_counts_sentence,
    refit_options,
    refit_table,
    trials_table,
)


def write_report(summary: Summary, out: Path, on_step: OnStep = lambda _: None) -> Path:
    """Write ``report.html``, ``report.md``, ``report.json``, the pictures as PNG and the search as ``search.gif``.

    Files of an earlier report in the folder are overwritten, or removed if the new report does not have them.

    Args:
        summary: the result of `summarize`.
        out: the folder; created if it is missing.
        on_step: called with a text before each step, since all steps together take many seconds.

    Returns:
        The path of ``report.html``.

    Raises:
        InvalidInputError: the folder cannot be written, or a file would be overwritten that no report wrote.
    """
    check_no_foreign_file(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        replace_files(out, report_files(summary, on_step))
    except OSError as error:
        raise InvalidInputError(
            f"the report cannot be written to {out}: {error.strerror}; choose another --out"
        ) from error
    return out / "report.html"


def report_files(summary: Summary, on_step: OnStep) -> dict[str, bytes]:
    """The contents of the files of a report, by file name."""
    drawn = pictures(summary, on_step)
    on_step("Animating the search")
    animation = search_animation(summary)
    on_step("Writing the report")
    images = {f"{picture.name}.png": picture.png for picture in drawn}
    if animation is not None:
        images["search.gif"] = animation
    texts = report_texts(summary, drawn, has_animation=animation is not None)
    return {name: text.encode(errors="replace") for name, text in texts.items()} | images


def report_texts(summary: Summary, drawn: Sequence[Picture], *, has_animation: bool) -> dict[str, str]:
    """The texts of the page, the Markdown file and the JSON file, by file name."""
    rows = efficient_table(summary)
    values = {
        "summary": summary,
        "headline": headline(summary),
        "hypervolume": f"{summary.hypervolume:.4g}",
        "efficient": rows,
        "knee": next(
            (row for row, found in zip(rows, summary.efficient, strict=True) if found.key == summary.knee), None
        ),
        "optimism": optimism_sentence(summary),
        "refits": refit_table(summary),
        "refit_options": refit_options(summary),
        "refit_counts": refit_counts_sentence(summary),
        "trials": trials_table(summary),
        "comparison": None if summary.comparison is None else comparison_table(summary.comparison),
        "origin": [origin_rows(run) for run in (*summary.candidate, *summary.baseline)],
        "pictures": drawn,
        "missing_pictures": missing_pictures_sentence(summary),
        "has_animation": has_animation,
    }
    written = {name: _templates().get_template(f"{name}.j2").render(values) for name in ("report.html", "report.md")}
    animation = ["search.gif"] if has_animation else []
    names = [*written, NUMBERS_FILE, *(f"{picture.name}.png" for picture in drawn), *animation]
    return {**written, NUMBERS_FILE: to_json(summary, names)}


def _inline(svg: bytes) -> Markup:
    """The picture as a part of the page, so that a script can find its marks."""
    return Markup(svg[svg.index(b"<svg") :].decode())  # noqa: S704 (Matplotlib escapes the texts of users)


def _breakable(text: str) -> Markup:
    """A column name that can be broken after an underscore."""
    return escape(text).replace("_", Markup("_<wbr>"))


def _embedded(svg: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()


def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("paretune.reports"),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"breakable": _breakable, "plain": escape_markdown, "inline": _inline, "embedded": _embedded}
    return environment
