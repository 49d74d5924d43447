"""Colours and letters.

Colours are perceptually uniform and safe for colour-blind readers.
"""

DIFFRACTION_COLOURS = "inferno"
MAP_COLOURS = "viridis"
SIGNED_COLOURS = "RdBu_r"  # what may be negative: blue below zero, red above
LINE, MARK = "#0072B2", "#D55E00"  # blue and vermilion of Okabe and Ito

#: what a reader's own matplotlib settings may not change: usetex, for one, would need LaTeX and choke on a title
STYLE = {"text.usetex": False, "font.family": "DejaVu Sans", "font.size": 9, "axes.unicode_minus": True}
