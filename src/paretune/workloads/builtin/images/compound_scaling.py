"""Compound scaling: one number makes a net deeper, wider and its images larger (Tan and Le, 2019, arXiv 1905.11946)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from paretune.errors import InvalidInputError

SEARCHED = "searched"
PUBLISHED = "1.2,1.1,1.15"
_TOLERANCE = 0.1  # of alpha beta^2 gamma^2, which is 1.92 in the publication


@dataclass(frozen=True)
class Coefficients:
    """How depth, width and resolution grow with phi: as ``alpha^phi``, ``beta^phi`` and ``gamma^phi``.

    The multiply-adds grow by about ``alpha beta^2 gamma^2`` for each phi, which is about 2.
    """

    alpha: float
    beta: float
    gamma: float

    @classmethod
    def from_shares(cls, depth_share: float, width_share: float) -> Coefficients:
        """The coefficients that spend these shares of a doubling of the multiply-adds on depth and width.

        The rest is for the resolution, so that alpha beta^2 gamma^2 is 2 exactly.

        Args:
            depth_share: from 0 to 1.
            width_share: from 0 to 1; both together are at most 1.

        Example:
            >>> Coefficients.from_shares(1.0, 0.0)
            Coefficients(alpha=2.0, beta=1.0, gamma=1.0)
        """
        left = max(0.0, 1 - depth_share - width_share)
        return cls(2**depth_share, 2 ** (width_share / 2), 2 ** (left / 2))

    def multipliers(self, phi: float) -> dict[str, float]:
        """``depth``, ``width`` and ``resolution`` of a net.

        Example:
            >>> Coefficients(1.2, 1.1, 1.15).multipliers(0)
            {'depth': 1.0, 'width': 1.0, 'resolution': 1.0}
        """
        return {"depth": self.alpha**phi, "width": self.beta**phi, "resolution": self.gamma**phi}


def parse_coefficients(text: str) -> Coefficients | None:
    """Read alpha, beta and gamma with commas between them; None if they are to be searched.

    Raises:
        InvalidInputError: the text has another form, a number is below 1, or alpha beta^2 gamma^2 is far from 2.

    Example:
        >>> parse_coefficients("1.2,1.1,1.15")
        Coefficients(alpha=1.2, beta=1.1, gamma=1.15)
    """
    if text.strip() == SEARCHED:
        return None
    try:
        alpha, beta, gamma = (float(part) for part in text.split(","))
    except ValueError:
        raise InvalidInputError(
            f"coefficients takes alpha,beta,gamma such as {PUBLISHED}, or {SEARCHED}, but got {text!r}"
        ) from None
    factor = alpha * beta**2 * gamma**2
    if not (min(alpha, beta, gamma) >= 1 and math.isfinite(factor) and abs(factor / 2 - 1) <= _TOLERANCE):
        raise InvalidInputError(
            f"coefficients={text}: alpha, beta and gamma must be 1 or more, and alpha beta^2 gamma^2 about 2, but this "
            f"is {factor:.3g}"
        )
    return Coefficients(alpha, beta, gamma)


def find_multipliers(params: Mapping[str, Any], coefficients: Coefficients | None) -> dict[str, float]:
    """``depth``, ``width`` and ``resolution`` of a configuration, whichever way it has them.

    Args:
        params: a configuration: the multipliers, or ``phi``, maybe with ``depth_share`` and ``width_share``.
        coefficients: for a configuration with ``phi`` only.
    """
    if "phi" not in params:
        return {name: float(params[name]) for name in ("depth", "width", "resolution") if name in params}
    if "depth_share" in params:
        coefficients = Coefficients.from_shares(params["depth_share"], params["width_share"])
    return (coefficients or Coefficients(1.2, 1.1, 1.15)).multipliers(params["phi"])
