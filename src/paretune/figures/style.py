"""One look for all figures: readable in black and white, safe for colour-blind readers."""

from __future__ import annotations

import io

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from paretune.objectives import Objective

# Okabe and Ito (2008), "Color universal design".
BLUE, ORANGE, GREY, BLACK = "#0072B2", "#D55E00", "#8A8A8A", "#222222"


def figure(n_panels: int = 1, width: float = 7.0, height: float = 4.6) -> tuple[Figure, list[Axes]]:
    """A figure with panels side by side, at most two in a row."""
    columns = min(n_panels, 2)
    rows = -(-n_panels // columns)
    fig = Figure(
        figsize=(width if columns == 1 else 4.2 * columns, (height if columns == 1 else 3.6) * rows),
        layout="constrained",
    )
    axes = [fig.add_subplot(rows, columns, i + 1) for i in range(n_panels)]
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(visible=True, color="#E4E4E4", linewidth=0.6)
        ax.set_axisbelow(True)
    return fig, axes


def label(objective: Objective) -> str:
    """An axis label: name, unit and which way is better."""
    unit = f" [{objective.unit}]" if objective.unit else ""
    better = "higher" if objective.goal == "maximize" else "lower"
    return f"{objective.name}{unit} ({better} is better)".replace("$", r"\$")  # no mathematics


def image(fig: Figure, kind: str) -> bytes:
    """The figure as a ``png`` or ``svg`` file, the same bytes for the same figure."""
    buffer = io.BytesIO()
    metadata = {"Date": None} if kind == "svg" else {"Software": None}
    fig.savefig(buffer, format=kind, dpi=150, metadata=metadata)
    return buffer.getvalue()
