"""A study as HTML."""

import base64
import re

from paretune import Float, Minimize, Study
from paretune.figures import draw_front, front_view
from paretune.study.notebook import study_html
from studies import STORY


def test_picture_is_the_front_as_an_image():
    page = study_html("a <study>", STORY)
    assert "a &lt;study&gt;" in page
    picture = base64.b64decode(re.search(r"base64,([^\"]+)", page)[1])
    assert picture == draw_front(front_view(STORY)).file_bytes("the front of a <study>")
    assert page.count("<table") == 1


def test_study_shows_and_draws_its_trials(tmp_path):
    study = Study({"x": Float(0, 1)}, [Minimize("loss")], storage=tmp_path / "s.db", searcher="random")
    study.run(lambda params: {"loss": params["x"]}, n_trials=3)
    assert "3 trials: 3 complete" in study._repr_html_()
    assert study.plot.trials.numbers.tolist() == [0, 1, 2]


def test_study_without_trials_says_so():
    page = study_html("new", STORY[:0])
    assert "0 trials" in page
    assert "<table" not in page
