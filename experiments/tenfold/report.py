"""What came out? The report of what there is, made by ``paretune report`` and ``paretune compare`` alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from paretune.study import matching, open_storage
from tenfold.kept import keep, paretune, restore
from tenfold.protocol import Limits, Scale


def again(scale: Scale, data_dir: Path | None) -> None:
    """Train the efficient configurations of both sides of the claim again, on fresh seeds."""
    restore(scale, data_dir)
    where = () if data_dir is None else ("--data-dir", data_dir)
    fresh = [word for name, value in scale.fresh.items() for word in ("--set", f"{name}={value}")]
    for side in (*scale.of("bayes"), *scale.of("random")):
        paretune("refit", side.name, "--top", scale.again, *fresh, "--storage", scale.storage, "--no-report", *where)
        keep(scale, [f"{side.name}-refit"])


def report(scale: Scale, data_dir: Path | None) -> None:
    """Both sides of the claim; the corner of the fast and accurate alone; and each peer."""
    restore(scale, data_dir)
    random = scale.of("random")[0].name
    against = ("report", "bayes-*", "--baseline", random, "--storage", scale.storage)
    title = f"{scale.title}: Bayesian against random search"
    paretune(*against, "--title", title, "--out", scale.reports)
    if any(scale.corner):
        corner = ("--title", f"{title}, in the corner of the fast and accurate", "--out", scale.reports / "corner")
        paretune(*against, *limit_words(scale.corner), *corner)
    for peer in scale.peers:
        if matching(f"{peer}-*", open_storage(str(scale.storage))) != [f"{peer}-*"]:
            out = ("--title", f"{scale.title}: against Optuna's {peer}", "--out", scale.reports / f"against-{peer}")
            paretune("compare", "bayes-*", f"{peer}-*", "--storage", scale.storage, *out)


def limit_words(limits: Limits) -> list[str]:
    """Limits as the command line takes them.

    Example:
        >>> limit_words(({"accuracy": 0.3}, {}))
        ['--at-least', 'accuracy=0.3']
    """

    def words(option: str, told: Mapping[str, float]) -> list[str]:
        return [option, ",".join(f"{name}={value}" for name, value in told.items())] if told else []

    at_least, at_most = limits
    return words("--at-least", at_least) + words("--at-most", at_most)
