"""The improvement of a preferred part of the front."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from paretune.engine.acquisition.feasibility_search import LimitModel
from paretune.engine.acquisition.front_model import FrontModel
from paretune.engine.history import History
from paretune.engine.models.surrogate import to_gains
from paretune.engine.models.targets import loss_targets
from paretune.engine.problem import Problem


def preferred_models(model: FrontModel | LimitModel, problem: Problem, history: History) -> list[FrontModel]:
    """Return the models with the aspiration as the reference point, so that only better trials count.

    The search resolves this part of the front first: it goes on to the rest where a trial is expected to add less than
    a thousandth of this part's hypervolume. While no trial has met the preference, it counts as a thousandth of the
    whole front's, so that a preference that nothing can meet does not stop the search.

    Args:
        model: models of the trials.
        problem: it has the aspiration.
        history: the trials.

    Returns:
        One model; none without an aspiration, or while there is no front.
    """
    if problem.aspiration is None or not isinstance(model, FrontModel):
        return []
    reference = problem.reference_point(history.trials)
    targets, _ = loss_targets(history.trials, reference)
    aspired = np.minimum(problem.aspiration, reference)
    scaled = [(loss - t.centre) / t.unit for loss, t in zip(aspired, targets, strict=True)]
    transformed = [float(scale.transform(loss)) for scale, loss in zip(model.transforms, scaled, strict=True)]
    return [replace(model, reference=to_gains(np.array(transformed), model.reference))]
