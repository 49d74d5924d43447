"""NMF of 4D-STEM data: plain arrays in, plain arrays out.

Every module here also runs in the Python inside DigitalMicrograph, so it keeps
to Python 3.7 grammar and imports nothing but NumPy.

methods                 nmf_mu, nmf_als, nmf_hals, nmf_constrained, by these names
unfold                  4D pixels <-> matrix X, factors <-> images
factorize               repeats a step and the constraints it is handed
nmf_steps               one multiplicative (MU), least-squares (ALS) or HALS step
diffraction_constraint  fills the dark peaks of a diffraction        [.]W
polar                   a diffraction on (radius, angle) and back; its centre
polar_image             diffractions as R-Phi images, whole 4D data too, and back
map_constraint          limits a map to the probe's resolution       [.]H
cutoff                  where that limit is: from the probe, or from the data
data_matrix             X in blocks, so that counts keep their type
band_matrix             X low-passed along the scan, as few coefficients
random_start            the seeded generator that DM-script has too
example_data            small 4D data with a known truth that DM-script makes as well
masking                 a 2D mask on 4D data: zero, or a virtual detector
metrics                 mean squared error, PCA floor, matching, artefact measures
pca                     principal components, varimax
components              how many components the data hold
stability, residuals    whether starts agree, and where more than noise is left
similarity              how alike diffractions are, whatever their rotation
linkage, clusters       which components are one crystal, turned; one diffraction and map of each
dendrogram, lettering   that tree drawn into pixels, and what is written beside it
merging                 components that show the same discs become one
axis_order, units       which axes are the scan, and what their units say
memory                  what is free, and a refusal before more than that is used
checks, errors          what is refused, and how it is said
fast/                   quicker twins under the same names

    X   (n_uv, n_xy)   data, one diffraction a column     [counts]
    W   (n_uv, n_k)    diffractions, one a column         [-]
    H   (n_k,  n_xy)   maps, one a row                    [counts]
"""
