"""Record suggestions, searches, reports, an export, exit codes and messages anew, or compare them.

python tests/behaviour/record.py                   # write recorded.json and messages.json
python tests/behaviour/record.py --check           # compare with a tolerance, as the test does
python tests/behaviour/record.py --check-exact     # compare bit for bit; on the machine that recorded
python tests/behaviour/record.py --check-robust    # whether rounding errors change a suggestion
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1]))

from behaviour import scenarios
from behaviour.comparison import TOLERANCE, differences
from behaviour.histories import HISTORIES

RELATIVE, NEAR = 1e-10, 1e-6  # the error of the losses, and how much a suggestion may move


def record() -> None:
    """Write both files."""
    scenarios.VALUES.write_text(scenarios.text(scenarios.values()))
    scenarios.MESSAGES.write_text(json.dumps(scenarios.messages(), indent=1, ensure_ascii=False) + "\n")


def changes(tolerance: float) -> Iterator[str]:
    """Yield the differences from what is recorded."""
    yield from differences(json.loads(scenarios.VALUES.read_text()), scenarios.values(), tolerance)
    yield from differences(json.loads(scenarios.MESSAGES.read_text()), scenarios.plain(scenarios.messages()), tolerance)


def fragile() -> Iterator[str]:
    """Yield the suggestions that change with the last digits of the losses."""
    for name, make in HISTORIES.items():
        history = make()
        before = history.suggestions()
        for seed in range(2):
            yield from differences(before, history.perturbed(RELATIVE, seed).suggestions(), NEAR, name)


def main(words: list[str]) -> int:
    """Record, or print the differences; the exit code is 1 where there are any."""
    checks = {"--check": lambda: changes(TOLERANCE), "--check-exact": lambda: changes(0.0), "--check-robust": fragile}
    if not words:
        record()
        return 0
    if len(words) > 1 or words[0] not in checks:
        print(f"usage: record.py [{' | '.join(checks)}]", file=sys.stderr)  # noqa: T201 (a command)
        return 2
    found = list(checks[words[0]]())
    print("\n".join(found) or "no differences")  # noqa: T201
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
