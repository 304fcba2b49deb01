# /// script
# requires-python = ">=3.10,<3.13"
# dependencies = ["sigoptlite==0.1.2", "libsigopt==1.0.0"]
#
# [tool.uv]
# override-dependencies = ["numpy==1.26.4", "scipy==1.12.0", "qmcpy==1.2"]
# ///
"""A server for SigOpt's optimizer: it reads requests from standard input and answers each with one line of JSON.

The first request is ``{"seed": ..., "experiment": ...}``. The others are ``{"ask": true}``, with a configuration as the
answer, or ``{"tell": ...}``.
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
    """Answer requests until the input ends. Output of the library goes to standard error."""
    answers = sys.stdout
    driver = LocalDriver()
    with contextlib.redirect_stdout(sys.stderr):
        for line in sys.stdin:
            answers.write(json.dumps(answer(driver, json.loads(line))) + "\n")
            answers.flush()


def answer(driver: LocalDriver, request: dict[str, Any]) -> Any:
    """Return the answer to one request."""
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
