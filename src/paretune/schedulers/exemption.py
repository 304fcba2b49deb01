"""The share of trials that no rule stops, so that a rule can be found out to be wrong."""

from __future__ import annotations

import hashlib
from typing import Any

from paretune.errors import InvalidInputError

DEFAULT_SHARE = 0.05
_N_VALUES = 2**64


def is_exempt(number: int, share: float) -> bool:
    """Check whether a trial always goes on, chosen by a hash of its number: the same in every process.

    Example:
        >>> sum(is_exempt(number, 0.05) for number in range(1000))
        55
    """
    digest = hashlib.sha256(str(int(number)).encode()).digest()
    return int.from_bytes(digest[:8]) / _N_VALUES < share


def check_share(share: Any) -> None:
    """Raise an `InvalidInputError` unless a share is a number from 0 to 1."""
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share <= 1:
        raise InvalidInputError(f"exempt must be a share from 0 to 1, but is {share!r}")
