"""Reports: the summary of runs and comparisons, and its files (HTML, Markdown, JSON, pictures).

`summarize` computes a `Summary`; `write_report` writes it. Tests: ``test_render.py`` also covers `pictures`, `tables`
and `summary`; ``test_json_report.py`` also covers `origin`.
"""

from paretune.report.headline import headline
from paretune.report.json_report import to_json
from paretune.report.reference import choose_reference
from paretune.report.render import write_report
from paretune.report.runs import Run
from paretune.report.summary import Summary, join_run_names, summarize
from paretune.report.tables import comparison_table

__all__ = [
    "Run",
    "Summary",
    "choose_reference",
    "comparison_table",
    "headline",
    "join_run_names",
    "summarize",
    "to_json",
    "write_report",
]
