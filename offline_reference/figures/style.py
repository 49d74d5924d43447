"""Colours and letters.

Colours are perceptually uniform and safe for colour-blind readers.
"""

DIFFRACTION_COLOURS = "inferno"
MAP_COLOURS = "viridis"
SIGNED_COLOURS = "RdBu_r"  # what may be negative: blue below zero, red above
LINE, MARK = "#0072B2", "#D55E00"  # blue and vermilion of Okabe and Ito

#: blue, vermilion, green, purple, orange, sky blue of Okabe and Ito, then wine and olive of Tol
CLUSTER_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255", "#999933")
ORIENTATION_COLOURS = "hsv"  # the only choice that stays bright all around, so that counts can darken it

#: what a reader's own matplotlib settings may not change: usetex, for one, would need LaTeX and choke on a title
STYLE = {"text.usetex": False, "font.family": "DejaVu Sans", "font.size": 9, "axes.unicode_minus": True}
