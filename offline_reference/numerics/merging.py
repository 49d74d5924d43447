"""Components that show the same Bragg discs are one component found twice.

With more components than there are patterns, least squares may share one crystal
out between two components: same diffraction, and a map torn in two.
"""

import numpy as np

from .metrics import azimuthal_median, cosines
from .polar import radius_of_pixels

#: two diffractions whose discs are so alike (cosine, see `disc_similarity`) are taken for one
SAME_PATTERN = 0.9
#: part of the roundest component's map that a freed component starts with
SHARE = 0.3


def disc_similarity(diffractions, centre, central_radius):
    """Cosine of every pair of diffractions after subtraction of each one's azimuthal median.

    Parameters
    ----------
    diffractions : ndarray, shape (n_k, n_v, n_u)
    centre : (float, float)
        v, u. [pixel]
    central_radius : float
        Pixels inside, which all patterns share, do not count, nor those outside the inscribed circle.

    Returns
    -------
    similarity : ndarray, shape (n_k, n_k)
    strength : ndarray, shape (n_k,)
        How much of a diffraction is discs: norm of what is compared, over its sum.
    """
    radius = radius_of_pixels(diffractions.shape[1:], centre)
    used = (radius >= central_radius) & (radius <= min(diffractions.shape[1:]) / 2 - 1)
    discs = np.array([(one - azimuthal_median(one, centre))[used] for one in diffractions])
    return cosines(discs, discs), np.linalg.norm(discs, axis=1) / diffractions.sum(axis=(1, 2))


def merge_same_patterns(W, H, detector, centre, central_radius, threshold=SAME_PATTERN):
    """Merge components whose diffractions show the same discs; the freed ones restart round.

    A round start (the azimuthal median of all diffractions, without discs) can only share the
    amorphous part, so the crystal is not torn again.

    Parameters
    ----------
    W : ndarray, shape (n_uv, n_k)
        Diffractions of sum 1.
    H : ndarray, shape (n_k, n_xy)
    detector : (int, int)
        n_v, n_u.
    centre, central_radius : see `disc_similarity`

    Returns
    -------
    W, H : ndarray
        The same arrays if nothing was merged, else new ones.
    events : list of str
    """
    events, n_k = [], W.shape[1]
    for _ in range(n_k - 1):
        diffractions = W.T.reshape((n_k,) + tuple(detector))
        similarity, strength = disc_similarity(diffractions, centre, central_radius)
        np.fill_diagonal(similarity, 0)
        kept, freed = sorted(np.unravel_index(np.argmax(similarity), similarity.shape))
        if similarity[kept, freed] < threshold:
            break
        W, H = W.copy(), H.copy()
        shares = H[[kept, freed]].sum(axis=1)
        W[:, kept] = W[:, [kept, freed]] @ (shares / shares.sum())
        H[kept] += H[freed]
        strength[freed] = np.inf
        roundest = int(np.argmin(strength))
        mean = np.average(diffractions, axis=0, weights=H.sum(axis=1))
        W[:, freed] = azimuthal_median(mean, centre).ravel()
        W[:, freed] /= W[:, freed].sum()
        H[freed], H[roundest] = SHARE * H[roundest], (1 - SHARE) * H[roundest]
        events.append("two components showed the same Bragg discs (similarity {:.2f}): they were merged, and the freed "
                      "one was restarted without discs. Fewer components may suffice.".format(
                          similarity[kept, freed]))
    return W, H, events
