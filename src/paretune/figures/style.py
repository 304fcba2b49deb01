"""The common style of all pictures: colours of light and dark pages, marks, and text of one size."""

from __future__ import annotations

WIDE, NARROW = 480, 340  # pixels: half of a page, and a phone
CHARACTER = 6.6  # estimated width of a character of the text, in pixels
FONT_SIZE = 12

# Light colours after Okabe and Ito (2008), "Color universal design"; text has a contrast of at least 4.5.
_LIGHT = (
    "--ink:#1f2328;--soft:#57606a;--grid:#e6e9ed;--axis:#8c959f;--paper:#fff;--ours:#d55e00;--mark:#0072b2;"
    "--other:#00795a;--fail:#6e7781;--shade:.16"
)
_DARK = (
    "--ink:#e8edf2;--soft:#a9b4bf;--grid:#2a323b;--axis:#6e7a86;--paper:#12171c;--ours:#ff9148;--mark:#6cb8f0;"
    "--other:#4fd0a8;--fail:#a3adb8;--shade:.24"
)

THEME = f"""
:root,svg.fig{{{_LIGHT}}}
@media screen and (prefers-color-scheme:dark){{:root,svg.fig{{{_DARK}}}}}
.fig{{font:{FONT_SIZE}px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}}
.fig{{fill:var(--ink);print-color-adjust:exact}}
.fig .paper{{fill:var(--paper)}}
.fig .s{{fill:var(--soft)}}.fig .b{{font-weight:600}}
.fig .grid{{stroke:var(--grid);fill:none}}.fig .axis{{stroke:var(--axis);fill:none}}
.fig .limit{{stroke:var(--ink);stroke-dasharray:1 3;stroke-linecap:round;fill:none}}
.fig .d{{fill:var(--mark);fill-opacity:.12;stroke:var(--mark);stroke-width:1.2}}
.fig .e{{fill:var(--ours);stroke:var(--ink);stroke-width:.8}}
.fig .k{{fill:none;stroke:var(--ink);stroke-width:1.5}}
.fig .o{{fill:none;stroke:var(--fail);stroke-width:1.3}}
.fig .x{{fill:none;stroke:var(--fail);stroke-width:1.7}}
.fig .p{{fill:var(--other);stroke:var(--paper);stroke-width:.8}}
.fig .dots{{fill:none;stroke:var(--mark);stroke-width:4;stroke-linecap:round;stroke-opacity:.55}}
.fig .odots{{fill:none;stroke:var(--fail);stroke-width:3;stroke-linecap:round;stroke-opacity:.55}}
.fig .l1,.fig .l2,.fig .l3,.fig .l4{{fill:none;stroke-width:2;stroke-linejoin:round}}
.fig .l1{{stroke:var(--ours)}}.fig .l2{{stroke:var(--other);stroke-dasharray:7 3}}
.fig .l3{{stroke:var(--mark);stroke-dasharray:2 2.5}}.fig .l4{{stroke:var(--fail);stroke-dasharray:9 3 2 3}}
.fig .t1,.fig .t2{{fill:none;stroke-width:1;stroke-opacity:.8}}
.fig .t1{{stroke:var(--ours)}}.fig .t2{{stroke:var(--other);stroke-dasharray:4 2}}
.fig .b1{{fill:var(--ours)}}.fig .b2{{fill:var(--other)}}.fig .b3{{fill:var(--mark)}}
.fig .b1,.fig .b2,.fig .b3{{fill-opacity:var(--shade)}}
.fig .edge{{fill:none;stroke:var(--mark);stroke-width:1;stroke-dasharray:2 2}}
.fig .bar{{fill:var(--mark);fill-opacity:.75}}.fig .bar.f{{fill:var(--fail)}}
.fig .whisker{{stroke:var(--ink);stroke-width:1;fill:none}}
.fig .c{{fill:none;stroke:var(--mark);stroke-width:1;stroke-opacity:.5}}
.fig .cs{{fill:none;stroke:var(--fail);stroke-width:1;stroke-opacity:.55}}
.fig .ce{{fill:none;stroke:var(--ours);stroke-width:1.6}}
.fig .pc{{fill:none;stroke:var(--mark);stroke-width:1.3;stroke-opacity:.7}}
.fig .pk{{fill:none;stroke:var(--ours);stroke-width:3.4}}
.fig .halo{{stroke:var(--paper);stroke-width:3;paint-order:stroke;stroke-linejoin:round}}
.fig .strip{{fill:var(--grid);fill-opacity:.55}}
"""
