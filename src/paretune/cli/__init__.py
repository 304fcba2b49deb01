"""The command line: each command parses its words, calls `paretune.app`, and prints."""

from paretune.cli.entry_point import main

__all__ = ["main"]
