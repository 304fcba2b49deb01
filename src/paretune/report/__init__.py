"""The page that people open."""

from paretune.report.render import write
from paretune.report.summary import Summary, summarize

__all__ = ["Summary", "summarize", "write"]
