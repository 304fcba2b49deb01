"""Fallback fonts for names in any script."""

import re

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib.font_manager import fontManager

from paretune.figures import animate_front, draw_front, front_view, image_bytes
from studies import minimize, trials_of

NAMED = trials_of([(1.0, 2.0), (2.0, 1.0)], minimize("遅延", "size"))


@pytest.fixture
def font(tmp_path, monkeypatch):
    """Install a font that has one Japanese letter, drawn as a square."""
    pen = TTGlyphPen(None)
    for act, place in [(pen.moveTo, (0, 0)), *((pen.lineTo, place) for place in [(0, 900), (900, 900), (900, 0)])]:
        act(place)
    pen.closePath()
    square = pen.glyph()
    made = FontBuilder(1000)
    made.setupGlyphOrder([".notdef", "slow"])
    made.setupCharacterMap({ord("遅"): "slow"})
    made.setupGlyf({".notdef": square, "slow": square})
    made.setupHorizontalMetrics(dict.fromkeys((".notdef", "slow"), (1000, 0)))
    made.setupHorizontalHeader(ascent=900, descent=-100)
    made.setupNameTable({"familyName": "Noto Sans CJK JP", "styleName": "Regular", "psName": "NotoSansCJKjp"})
    made.setupOS2()
    made.setupPost()
    made.save(tmp_path / "font.ttf")
    monkeypatch.setattr(fontManager, "ttflist", list(fontManager.ttflist))
    fontManager.addfont(tmp_path / "font.ttf")


@pytest.mark.usefixtures("font")
def test_letter_is_drawn_by_the_font_that_has_it():
    drawn = image_bytes(draw_front(front_view(NAMED)), "svg").decode()
    assert set(re.findall(r'<path id="(\w+)-[0-9a-f]+"', drawn)) == {"DejaVuSans", "NotoSansCJKjp"}


def test_letter_without_font_is_drawn_without_a_warning():
    rare_letter = trials_of([(1.0, 2.0), (2.0, 1.0)], minimize("\U00014400", "size"))  # a hieroglyph
    assert image_bytes(draw_front(front_view(rare_letter)), "png").startswith(b"\x89PNG")
    assert animate_front(rare_letter, frames=2).startswith(b"GIF8")
