"""Memory and time that a run will take, from the sizes of its arrays."""
from offline_reference.numerics.errors import RefusedError


def bytes_needed(dataset, n_components, method):
    return 0
