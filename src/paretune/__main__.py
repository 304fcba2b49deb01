"""The command line as ``python -m paretune``."""

from paretune.cli import main

main()
