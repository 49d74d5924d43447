"""Python inside DigitalMicrograph: fetch pixels, call `offline_reference.numerics`, show windows.

Each command has main(...), which takes its settings as keywords and returns plain arrays and the DM images, and
from_menu(), which asks for the settings in a dialog:

nmf_constrained   the paper's method
nmf_primitive     MU, ALS or HALS without constraints
nmf_sklearn       scikit-learn's NMF, as in Listing S3; the one command that needs more than NumPy
components        mean squared error against the number of components
pca_varimax       principal components, plain and rotated
cluster           components that are one crystal, turned: dendrogram, integrated diffractions and maps
simulate          data whose diffractions and maps are known
installation      which copy and which versions are in use, and what is missing
self_test         tries all commands, and what they rely on of DM

What they share:

bridge            the one file that names DigitalMicrograph: images in, windows out, dialogs, progress, errors
showing           questions about the input, windows and lines of every NMF command
dialog, pictures  the DM-script of a dialog; contrast, and a film roll as one picture
cropping, good_pixels, probe, needs    regions and binning; masks; cut-off of the probe; memory
text              names and units as DM takes them

Like numerics it keeps to Python 3.7 grammar and needs no package but NumPy.
"""
