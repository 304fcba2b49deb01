"""The default folders of reports and trackers, and a check that a report can be written."""

from __future__ import annotations

from pathlib import Path

from paretune.app.known_names import check_output_folder
from paretune.reports.report_folder import check_no_foreign_file
from paretune.study.file_name import file_name
from paretune.study.writable import check_writable


def report_folder(study: str) -> Path:
    """Return the default folder of a study's report, in the current folder.

    Example:
        >>> report_folder("mine").name, report_folder("../a b").name
        ('mine-report', '_a_b-75e96e29-report')
    """
    return Path(f"{file_name(study)}-report")


def comparison_folder(candidate: str, baseline: str) -> Path:
    """Return the default folder of a comparison's report.

    Example:
        >>> comparison_folder("bayes-0, bayes-1", "random-0").name
        'bayes-0_bayes-1-against-random-0-report'
    """
    return report_folder(f"{candidate}-against-{baseline}".replace(", ", "_").replace(" ", "_"))


def tracker_folder(tracker: str, study: str, report: Path) -> Path:
    """Return the folder of a study's files for a tracker: the neighbour of its report.

    Example:
        >>> tracker_folder("tensorboard", "mine", Path("all/report")).as_posix()
        'all/mine-tensorboard'
    """
    return report.parent / f"{file_name(study)}-{tracker}"


def check_report_folder(folder: Path, remedy: str = "choose another --out") -> None:
    """Check that a report can be written to a folder, without overwriting other files than those of a report.

    Args:
        folder: the folder.
        remedy: what to do if no file can be created there.

    Raises:
        InvalidInputError: it cannot be written, or a file would be overwritten that no report wrote.
    """
    check_output_folder(folder)
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    check_writable(nearest, f"the report cannot be written to {folder}", remedy)
    check_no_foreign_file(folder)
