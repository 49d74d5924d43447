"""Python inside DigitalMicrograph: fetch pixels, call `offline_reference.numerics`, show windows.

Like numerics it keeps to Python 3.7 grammar and needs no package but NumPy.
"""
