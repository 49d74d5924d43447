"""scikit-learn's NMF (coordinate descent), with the signature of `numerics.methods`.

scikit-learn counts samples in rows, so its data are our X transposed, its W is our H
transposed and its H our W transposed. That is translated here and nowhere else.

Ten iterations are asked for at a time, each time from where the last ended, which gives the same
numbers as one long run and lets progress be shown and Ctrl+C be heard in between.
"""
import warnings

import numpy as np

from offline_reference.numerics.errors import RefusedError
from offline_reference.numerics.methods import finished, refuse_unusable
from offline_reference.numerics.unfold import unfold

ITERATIONS_AT_A_TIME = 10
