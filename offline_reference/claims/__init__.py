"""What the paper claims, measured again on simulated data of many seeds.

Kimoto et al. (2025) show each claim on one simulated or experimental dataset. Here each is a number on data whose
truth is known, and a sentence that says whether it holds, where and how often.

fig1_dark_peaks             Fig. 1, Fig. S1: PCA is negative, primitive NMF and scikit-learn have dark peaks
s4_converged_errors         Fig. S2: the error of ALS is nearer to that of PCA than to that of MU
s5_principal_components     Fig. S3: PCA is negative, and varimax does not cure it
s5_scree_of_glass           Fig. S4: no elbow where there are many weak patterns
s6_thirty_components        Fig. S5: n_k = 30, primitive against constrained
clustered_precipitates      turned precipitates in an amorphous matrix are clustered

Each has `measure(seed, size)`, the numbers of one dataset, and `claim(measured)`, what the numbers of all say.
SIZES are the sizes "full" and "quick" (of `dm-nmf reproduce --quick`).

claim       Claim, and words for numbers over seeds
listing_s3  scikit-learn's NMF with the settings of Listing S3
measures    how negative, and how dark
"""
import importlib

NAMES = ("fig1_dark_peaks", "s4_converged_errors", "s5_principal_components", "s5_scree_of_glass",
         "s6_thirty_components", "clustered_precipitates")


def studies():
    """The modules in the order of the page."""
    return [importlib.import_module("{}.{}".format(__name__, name)) for name in NAMES]
