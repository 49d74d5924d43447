"""A seeded start that DM-script can repeat digit by digit.

DM's Random() has no seed. This is the Wichmann-Hill generator (Applied
Statistics 31 (1982) 188): three multiplicative sequences whose products stay
below 2**23, so they are exact in a double, in NumPy and in DM-script alike.
"""

import numpy as np

# (multiplier, modulus) of the three sequences
SEQUENCES = ((171, 30269), (172, 30307), (170, 30323))


def first_states(seed):
    """Turn a seed (integer >= 0) into the three starting states, none of them zero."""
    seed = int(seed)
    return tuple(1 + (seed * step + start) % (modulus - 1)
                 for (_, modulus), step, start in zip(SEQUENCES, (7, 101, 1009), (11, 22, 33)))


def _multiplicative_sequence(state, multiplier, modulus, count):
    """``count`` successive states after ``state``, each multiplier * last mod modulus."""
    states = np.array([state * multiplier % modulus], dtype=np.int64)
    while states.size < count:  # the next block is the last one, jumped ahead by its own length
        states = np.concatenate([states, states * pow(multiplier, states.size, modulus) % modulus])
    return states[:count]


def uniform_random(count, seed=0, skip=0):
    """Return ``count`` numbers in [0, 1), float64, the same for the same seed everywhere, after the first ``skip``."""
    total = np.zeros(count)
    for state, (multiplier, modulus) in zip(first_states(seed), SEQUENCES):
        state = state * pow(multiplier, int(skip), modulus) % modulus
        total += _multiplicative_sequence(state, multiplier, modulus, count) / modulus
    return total % 1.0


def random_factors(n_uv, n_xy, n_k, seed=0):
    """Random W (n_uv, n_k) and H (n_k, n_xy) in [0, 1): H is drawn first, row by row, then W."""
    numbers = uniform_random(n_k * n_xy + n_uv * n_k, seed)
    H = numbers[:n_k * n_xy].reshape(n_k, n_xy)
    W = numbers[n_k * n_xy:].reshape(n_uv, n_k)
    return W, H
