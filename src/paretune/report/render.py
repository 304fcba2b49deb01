"""A report as files: one page that opens anywhere, the same in Markdown, and the pictures."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from paretune.errors import InvalidInputError
from paretune.figures import draw_front, draw_growth, front_view, growth_view, image
from paretune.report.summary import Summary, summarize
from paretune.trials import Trials


def write(trials: Trials, origin: Mapping[str, Any], out: Path) -> Path:
    """Write ``report.html``, ``report.md``, ``front.png`` and ``progress.png`` into a folder.

    Args:
        trials: what was tried.
        origin: where it came from, as `paretune.study.Study.origin`.
        out: the folder; made if it is missing.

    Returns:
        The path of ``report.html``.

    Raises:
        InvalidInputError: the folder cannot be written.
    """
    summary = summarize(trials, origin)
    figures = {"front": draw_front(front_view(trials)), "progress": draw_growth(growth_view(trials))}
    pictures = {name: _embedded(image(fig, "svg")) for name, fig in figures.items()}
    table = efficient_table(summary)
    files = {f"{name}.png": image(fig, "png") for name, fig in figures.items()}
    for name in ("report.html", "report.md"):
        template = _templates().get_template(f"{name}.j2")
        files[name] = template.render(summary=summary, table=table, pictures=pictures).encode()
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).write_bytes(content)
    except OSError as error:
        raise InvalidInputError(
            f"the report cannot be written to {out}: {error.strerror}; choose another --out"
        ) from error
    return out / "report.html"


def efficient_table(summary: Summary) -> list[dict[str, str]]:
    """The efficient trials as rows of text: number, objectives with their standard errors, parameters."""
    trials, rows = summary.efficient, []
    for i in range(len(trials)):
        row = {"trial": f"{trials.numbers[i]}"}
        for j, objective in enumerate(trials.objectives):
            unit = f" [{objective.unit}]" if objective.unit else ""
            row[f"{objective.name}{unit}"] = _measured(trials.values[i, j], trials.losses_se[i, j])
        row |= {name: _text(trials.params[i].get(name, "-")) for name in trials.space}
        rows.append(row)
    return rows


def _measured(value: float, error: float) -> str:
    return f"{value:.4g}" if math.isnan(error) else f"{value:.4g} ± {error:.2g}"


def _text(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _embedded(svg: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()


def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("paretune.report"),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["cell"] = lambda text: str(text).replace("|", "\\|").replace("\n", " ")
    environment.filters["g"] = lambda number: f"{number:.4g}"
    return environment
