"""Reports: the summary of runs and comparisons, and its files (HTML, Markdown, JSON, pictures).

`summarize` computes a `Summary`; `write_report` writes it. Tests: ``test_render.py`` also covers `pictures`,
`captions`, `alt_texts`, `parameters`, `tables`, `trials_table` and `summary`;
``test_json_report.py`` also covers `origin`.
"""

from paretune.reports.display_units import in_display_units
from paretune.reports.headline import headline
from paretune.reports.json_report import to_json
from paretune.reports.reference import choose_reference
from paretune.reports.render import write_report
from paretune.reports.runs import Run
from paretune.reports.summary import Summary, join_run_names, summarize
from paretune.reports.tables import comparison_table

__all__ = [
    "Run",
    "Summary",
    "choose_reference",
    "comparison_table",
    "headline",
    "in_display_units",
    "join_run_names",
    "summarize",
    "to_json",
    "write_report",
]
