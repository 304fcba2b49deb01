"""Charts as SVG: drawn here, coloured by the style sheet, so that they follow light and dark."""
