"""The page that people open."""

from paretune.report.headline import headline
from paretune.report.numbers import to_json
from paretune.report.reference import choose_reference
from paretune.report.render import write
from paretune.report.runs import Run
from paretune.report.summary import Summary, name_of, summarize
from paretune.report.tables import comparison_table

__all__ = [
    "Run",
    "Summary",
    "choose_reference",
    "comparison_table",
    "headline",
    "name_of",
    "summarize",
    "to_json",
    "write",
]
