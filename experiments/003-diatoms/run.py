"""Run or continue this experiment: see README.md, or ``python experiments/003-diatoms/run.py --help``."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from tenfold.command_line import main  # noqa: E402 (importable after the line above)

if __name__ == "__main__":
    main(HERE)
