"""The same factorizations on data that stay where they are: files larger than memory.

pixels      4D data as an array that is read in parts, and their checks in one reading
matrix      X in blocks that are read ahead by a second thread
checkpoint  the state of a long run on disk

    from offline_reference.lazy import LazyPixels
    from offline_reference.numerics.methods import nmf_constrained

    pixels = LazyPixels(numpy.load("counts.npy", mmap_mode="r"), order="yxvu", memory=1e9)
    factors = nmf_constrained(pixels, 4, order="yxvu")
"""

from .pixels import LazyPixels  # noqa: F401 - the one name that a user needs
