"""The files of a report: one HTML page, the same as Markdown and JSON, and the pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from paretune.argument_checks import FLAG, check_arguments
from paretune.errors import InvalidInputError
from paretune.figures import THEME
from paretune.number_format import format_number
from paretune.reports.confirmed import confirmed_table, headline_with_means
from paretune.reports.display_units import in_display_units
from paretune.reports.json_report import to_json
from paretune.reports.markdown import escape_markdown
from paretune.reports.origin import origin_rows
from paretune.reports.parameters import left_out_sentence
from paretune.reports.pictures import OnStep, Picture, missing_pictures_sentence, pictures, search_film
from paretune.reports.recommended import recommended_table
from paretune.reports.report_folder import FILM_FILE, NUMBERS_FILE, TRIALS_FILE, check_no_foreign_file, replace_files
from paretune.reports.shared_weights import shared_weights_table
from paretune.reports.summary import Summary
from paretune.reports.tables import (
    comparison_table,
    configurations,
    efficient_table,
    optimism_sentence,
    refit_counts_sentence,
    refit_options,
    refit_table,
    trials_table,
)
from paretune.reports.trials_table import failure_rows, trial_rows, trials_csv
from paretune.reports.turned_tables import turned_tables


def write_report(summary: Summary, out: Path, on_step: OnStep = lambda _: None, *, film: bool = False) -> Path:
    """Write ``report.html``, ``report.md``, ``report.json`` and the pictures as SVG.

    Files of an earlier report in the folder are overwritten, or removed if the new report does not have them.

    Args:
        summary: the result of `summarize`.
        out: the folder; created if it is missing.
        on_step: called with a text before each step, since all steps together take seconds.
        film: whether to write ``film.svg``, the search as a film.

    Returns:
        The path of ``report.html``.

    Raises:
        InvalidInputError: the folder cannot be written, or a file would be overwritten that no report wrote.
    """
    check_arguments(summary=(summary, Summary), out=(out, Path), film=(film, FLAG))
    check_no_foreign_file(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        replace_files(out, report_files(summary, on_step, film=film))
    except OSError as error:
        raise InvalidInputError(
            f"the report cannot be written to {out}: {error.strerror}; choose another --out"
        ) from error
    return out / "report.html"


def report_files(summary: Summary, on_step: OnStep, *, film: bool = False) -> dict[str, bytes]:
    """The contents of the files of a report, by file name."""
    shown = in_display_units(summary)
    drawn = pictures(shown, on_step)
    others = {f"{picture.name}.svg": picture.file_bytes for picture in drawn}
    if film:
        on_step("Drawing the film of the search (some seconds)")
        content = search_film(shown)
        others |= {} if content is None else {FILM_FILE: content}
    on_step("Writing the report")
    trials = trials_csv(summary)
    others |= {} if trials is None else {TRIALS_FILE: trials.encode(errors="replace")}
    texts = report_texts(summary, drawn, tuple(others))
    return {name: text.encode(errors="replace") for name, text in texts.items()} | others


def report_texts(summary: Summary, drawn: Sequence[Picture], others: Sequence[str] = ()) -> dict[str, str]:
    """The texts of the page, the Markdown file and the JSON file, by file name.

    Args:
        summary: the result of `summarize`.
        drawn: the pictures.
        others: names of the other files of the report.
    """
    values = _values(in_display_units(summary), drawn, others)
    written = {name: _templates().get_template(f"{name}.j2").render(values) for name in ("report.html", "report.md")}
    return {**written, NUMBERS_FILE: to_json(summary, [*written, NUMBERS_FILE, *others])}


def _values(summary: Summary, drawn: Sequence[Picture], others: Sequence[str]) -> dict[str, Any]:
    """What the templates show, in the units of the page."""
    rows, all_rows = efficient_table(summary), trial_rows(summary)
    shown = summary.efficient[: len(rows)]
    return {
        "summary": summary,
        "theme": Markup(THEME),  # noqa: S704 (our own)
        "headline": headline_with_means(summary),
        "confirmed": confirmed_table(summary),
        "recommended": recommended_table(summary),
        "shared_weights": shared_weights_table(summary),
        "hypervolume": format_number(summary.hypervolume),
        "efficient": rows,
        "configurations": configurations(shown, has_runs=len(summary.candidate) > 1),
        "turned": turned_tables(rows),
        "knee": next((row for row, found in zip(rows, shown, strict=True) if found.key == summary.knee), None),
        "optimism": optimism_sentence(summary),
        "refits": refit_table(summary),
        "refit_options": refit_options(summary),
        "refit_counts": refit_counts_sentence(summary),
        "trials": trials_table(summary),
        "all_trials": all_rows,
        "turned_trials": turned_tables([row.cells for row in all_rows]),
        "n_trials": len(summary.trials),
        "failures": failure_rows(summary),
        "left_out": left_out_sentence(summary, TRIALS_FILE),
        "trials_file": TRIALS_FILE if TRIALS_FILE in others else "",
        "comparison": comparison_table(summary),
        "origin": [origin_rows(run) for run in (*summary.candidate, *summary.baseline)],
        "pictures": drawn,
        "missing_pictures": missing_pictures_sentence(summary),
        "film": FILM_FILE if FILM_FILE in others else "",
    }


def _drawing(picture: Picture) -> Markup:
    """Both drawings of a picture as parts of the page, which shows the one that fits."""
    wide = picture.wide.inline(picture.alt, "wide-page" + (" large" if picture.wide.width > 900 else ""))
    narrow = picture.narrow.inline(picture.alt, "narrow-page" + (" large" if picture.wide.width > 900 else ""))
    return Markup(wide + narrow)  # noqa: S704 (the drawings escape the texts of users)


def _breakable(text: str) -> Markup:
    """A column name that can be broken after an underscore."""
    return escape(text).replace("_", Markup("_<wbr>"))


def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("paretune.reports"),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"breakable": _breakable, "plain": escape_markdown, "drawing": _drawing}
    return environment
