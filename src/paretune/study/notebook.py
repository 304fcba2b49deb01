"""A study as HTML, for notebooks."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from paretune import pareto
from paretune.figures import draw_front, front_view
from paretune.trials import Trials
from paretune.trials.html_table import count_text, html_table


def study_html(name: str, trials: Trials) -> str:
    """Return the name of a study, the picture of its front, and its efficient trials as HTML.

    The picture is an image of its own, so that its colours do not change those of the notebook.
    """
    drawing = draw_front(front_view(trials))
    picture = b64encode(drawing.file_bytes(f"the front of {name}")).decode()
    image = f'<img alt="the front" width="{drawing.width}" src="data:image/svg+xml;base64,{picture}">'
    efficient = pareto.efficient_trials(trials)
    table = f"<p>Efficient trials:</p>{html_table(efficient)}" if len(efficient) else ""
    return f"<h4>{escape(name)}</h4><p>{escape(count_text(trials))}</p>{image}{table}"
