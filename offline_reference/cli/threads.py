"""One BLAS thread for a factorization, unless the user's environment says how many.

Its products are of a large matrix with a few columns, which a second thread hardly speeds up. Where other programs
keep the cores busy, threads that wait for one another make it slower by far: fifteen times on two busy cores.
"""
import os
from contextlib import nullcontext

VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def one_thread():
    """A `with` block in which BLAS uses one thread; nothing changes if a variable above is set."""
    if any(os.environ.get(variable) for variable in VARIABLES):
        return nullcontext()
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:  # it is a comfort, not a need
        return nullcontext()
    return threadpool_limits(1, user_api="blas")
