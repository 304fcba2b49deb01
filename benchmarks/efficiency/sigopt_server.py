# /// script
# requires-python = ">=3.10,<3.13"
# dependencies = ["sigoptlite==0.1.2", "libsigopt==1.0.0"]
#
# [tool.uv]
# override-dependencies = ["numpy==1.26.4", "scipy==1.12.0", "qmcpy==1.2"]
# ///
"""SigOpt's optimizer behind a pipe: a line of JSON in, a line of JSON out.

First ``{"seed": ..., "experiment": ...}``; then ``{"ask": true}``, answered by a configuration, or ``{"tell": ...}``.
"""

from __future__ import annotations

import contextlib
import json
import random
import sys
from typing import Any

import numpy as np
from sigoptlite.driver import LocalDriver


def main() -> None:
    """Answer until the input ends; whatever the library prints goes to the errors."""
    answers = sys.stdout
    driver = LocalDriver()
    with contextlib.redirect_stdout(sys.stderr):
        for line in sys.stdin:
            answers.write(json.dumps(answer(driver, json.loads(line))) + "\n")
            answers.flush()


def answer(driver: LocalDriver, request: dict[str, Any]) -> Any:
    """What one line asks for."""
    if "ask" in request:
        suggestion = driver.request("POST", ["experiments", "-1", "suggestions"], {}, {})
        return dict(suggestion["assignments"])
    if "tell" in request:
        driver.request("POST", ["experiments", "-1", "observations"], request["tell"], {})
    else:
        np.random.seed(request["seed"])  # noqa: NPY002 (the library draws from the global state)
        random.seed(request["seed"])
        driver.request("POST", ["experiments"], request["experiment"], {})
    return None


if __name__ == "__main__":
    main()
