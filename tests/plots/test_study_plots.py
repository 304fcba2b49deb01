"""The pictures of one study."""

from paretune.plots import StudyPlots
from studies import STORY


def test_each_picture_is_that_of_its_trials():
    plots = StudyPlots(STORY)
    (front,) = plots.front()
    assert front.get_legend() is not None
    assert plots.growth().get_ylabel() == "hypervolume"
    assert len(plots.importance()) == 3
