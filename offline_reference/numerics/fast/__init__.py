"""Quicker twins of the plain functions: same names, same answers, NumPy alone.

compressed_matrix   X ~ Q B, read a dozen times and then no more
nmf_steps           several sweeps for one product with X
factorize           the plain loop on compressed data, then a few iterations on X itself

The front functions in `methods` choose by size (``solver="auto"``); ``solver="exact"`` is the plain loop on X.
"""
