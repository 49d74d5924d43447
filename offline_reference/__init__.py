"""dm-nmf: NMF of 4D-STEM data with physical constraints (Kimoto et al., 2025).

Only the version is here, because the Python inside DigitalMicrograph imports this
file too. Start reading at `offline_reference.numerics`.
"""
__version__ = "0.1.0"
