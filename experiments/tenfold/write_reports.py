"""Write the reports of an experiment."""

from __future__ import annotations

from pathlib import Path

from paretune.app.report import SummaryOptions, summarize_sources, write_report
from paretune.app.sources import Sources
from paretune.reports import headline
from paretune.study import match_study_names, open_storage, quiet_optuna_logging
from tenfold.archive import restore_studies
from tenfold.protocol import Scale


def write_reports(scale: Scale, data_dir: Path | None) -> None:
    """Write the report of the claim, the report of its fast and accurate corner, and one report for each peer."""
    quiet_optuna_logging()
    restore_studies(scale, data_dir)
    sources, random = Sources(str(scale.storage)), scale.sides_of("random")[0].name
    title = f"{scale.title}: Bayesian against random search"
    _write_report(sources, random, title, scale.reports)
    if any(scale.corner):
        at_least, at_most = scale.corner
        corner = Sources(str(scale.storage), at_least=at_least, at_most=at_most)
        _write_report(corner, random, f"{title}, in the corner of the fast and accurate", scale.reports / "corner")
    for peer in scale.peer_searchers:
        if match_study_names(f"{peer}-*", open_storage(str(scale.storage))) != [f"{peer}-*"]:
            folder = scale.reports / f"against-{peer}"
            _write_report(sources, f"{peer}-*", f"{scale.title}: against Optuna's {peer}", folder)


def _write_report(sources: Sources, baseline: str, title: str, folder: Path) -> None:
    summary = summarize_sources(sources, ["bayes-*"], [baseline], options=SummaryOptions(title=title, models=True))
    page = write_report(summary, folder, film=True)
    for text in (*summary.notices, headline(summary), f"Report: {page}"):
        print(text, flush=True)  # noqa: T201 (a command)
