"""What every test runs under: one BLAS thread, no window, the same examples each time."""
import os

# Before NumPy is imported. The matrices of the tests are small, and two test workers with a pool of
# BLAS threads each on two cores only wait for one another.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
os.environ.setdefault("MPLBACKEND", "Agg")

from hypothesis import settings  # noqa: E402

# derandomize: a change is judged on the same examples as the one before it; deadline: machines differ in speed.
settings.register_profile("dm-nmf", derandomize=True, deadline=None)
settings.load_profile("dm-nmf")
