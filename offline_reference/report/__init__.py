"""Results folder and HTML report: what a run leaves behind.

results_folder     write_results: the folder of `dm-nmf factorize`; read_results reads it back
pca_folder         write_pca: PCA and varimax
components_folder  write_components: what speaks for one number of components or another
clusters_folder    write_clusters: dendrogram, integrated diffractions, maps, orientations
comparison_folder  write_comparison: several results folders side by side
claims_folder      write_claims: the paper's claims, measured again
evidence           dark peaks without and with the constraint, and residuals
record             result.json: what was done, as plain values
html               a record and its arrays -> one page that needs nothing else
panels             an image of that page: PNG in the page itself, scale bar, colour bar, description
page.js            contrast, limits and read-out of the images, in the page itself
words              the paragraph that says in plain English what was done
*.html.j2, *.css   the page (jinja2)

A folder appears whole or not at all. The page loads nothing: no script, no font, no picture from anywhere, so it opens
from a USB stick and still opens in ten years; and where scripts are not allowed its pictures are there all the same.
"""
from .claims_folder import write_claims
from .clusters_folder import write_clusters
from .comparison_folder import write_comparison
from .components_folder import write_components
from .pca_folder import write_pca
from .results_folder import Results, read_results, write_results

__all__ = [
    "Results",
    "read_results",
    "write_claims",
    "write_clusters",
    "write_comparison",
    "write_components",
    "write_pca",
    "write_results",
]
