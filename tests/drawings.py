"""Read drawings: the texts and marks of an SVG."""

import re
from xml.etree import ElementTree as ET


def parse(drawing):
    """The elements of a drawing, which must be well-formed."""
    root = ET.fromstring(drawing.file_bytes("a picture").decode())  # noqa: S314 (our own)
    return [element for element in root.iter() if not element.tag.endswith("style")]


def texts(drawing):
    """The texts of a drawing, in order."""
    return [element.text for element in parse(drawing) if element.tag.endswith("}text")]


def elements(drawing, css_class):
    """The elements of a class."""
    return [element for element in parse(drawing) if css_class in element.get("class", "").split()]


def trials(drawing, css_class):
    """The numbers of the trials with a mark of a class, sorted, each once."""
    found = [element.get("data-trial") for element in elements(drawing, css_class)]
    return sorted({int(number) for number in found if number is not None})


def places(drawing, css_class):
    """The places of circles of a class, by the number of their trial."""
    found = [e for e in elements(drawing, css_class) if e.get("data-trial") is not None]
    return {int(e.get("data-trial")): (float(e.get("cx")), float(e.get("cy"))) for e in found}


def corners(element):
    """The points of a path of straight lines."""
    return [tuple(map(float, point)) for point in re.findall(r"(-?[\d.]+) (-?[\d.]+)", element.get("d"))]
