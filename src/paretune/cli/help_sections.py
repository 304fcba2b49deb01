"""Commands whose help texts have sections, at most 100 characters wide, and that refuse empty paths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from typer.core import TyperCommand, TyperGroup

from paretune.errors import InvalidInputError

ARGUMENTS, OTHER = "Arguments", "Other options"
STUDY, SEARCH, EARLY_STOPPING, WORKERS = "Study", "Search", "Early stopping of trials", "Workers"
TRIAL_LIMITS, RUN_END, OUTPUT, CSV_FILES = "Limits of a trial", "End of the run", "Output", "CSV files"
CONTEXT_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

_PATHS = frozenset({"FILE", "FOLDER", "DATA"})  # in the metavars of words that are paths, perhaps among other things
_ORDER = (ARGUMENTS, STUDY, SEARCH, EARLY_STOPPING, WORKERS, TRIAL_LIMITS, RUN_END, OUTPUT, CSV_FILES, OTHER)

Rows = dict[str, list[tuple[str, str]]]


class SectionedCommand(TyperCommand):
    """A command with its options in the sections that their ``rich_help_panel`` names."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the words of a command line.

        Raises:
            InvalidInputError: a path is empty. As a path it would be the current folder.
        """
        if not ctx.resilient_parsing:  # which completes a word
            words, _, _ = self.make_parser(ctx).parse_args(args=list(args))
            for parameter in filter(_is_path, self.get_params(ctx)):
                _check_not_empty(parameter, words.get(parameter.name))
        return super().parse_args(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments and each section of options; those without a section come last."""
        sections: Rows = {name: [] for name in _ORDER}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            if parameter.param_type_name == "argument":  # its metavar says its kind
                sections[ARGUMENTS].append((record[0].partition(" <")[0], record[1]))
            else:
                sections[getattr(parameter, "rich_help_panel", None) or OTHER].append(record)
        _write_sections(formatter, sections)


class SectionedGroup(TyperGroup):
    """A group of commands with its commands in the sections that their ``rich_help_panel`` names."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write each section of commands with the first sentence of their help."""
        sections: Rows = {}
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            section = getattr(command, "rich_help_panel", None) or OTHER
            if command is not None and not command.hidden:
                sections.setdefault(section, []).append((name, command.get_short_help_str(formatter.width)))
        _write_sections(formatter, sections)


def _is_path(parameter: Any) -> bool:
    """Whether a word is a path; one with a callback is checked there."""
    is_path = parameter.type_descriptor.annotation is Path or bool(_PATHS & set((parameter.metavar or "").split("|")))
    return is_path and parameter.callback is None


def _check_not_empty(parameter: Any, words: Any) -> None:
    if any(isinstance(word, str) and not word.strip() for word in (words if isinstance(words, list) else [words])):
        is_option = parameter.param_type_name == "option"
        name, remedy = (parameter.opts[-1], "name it, or leave it out") if is_option else (parameter.metavar, "name it")
        raise InvalidInputError(f"{name} is empty (is a shell variable not set?): {remedy}")


def _write_sections(formatter: Any, sections: Rows) -> None:
    """Write sections with one width of the first column, so that all texts begin below each other."""
    first = [len(name) for rows in sections.values() for name, _ in rows]
    width = max((length for length in first if length <= 28), default=0)
    for title, rows in sections.items():
        if rows:
            with formatter.section(title):
                formatter.write_dl([(f"{name:<{width}}", text) for name, text in rows], col_max=width)
