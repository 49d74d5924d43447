/* PCA and varimax (Python)
   What     PCA of a 4D image and its varimax rotation, in DM's Python.
   Input    Front image: 4D-STEM data, in either order of its axes.
   Output   Scree as a line plot; stacks of component diffractions and maps, rotated and not.
   Source   Kimoto et al. (2025), Supplement S5
   Needs    functions/python_command.s
   Twin     dm_python/pca_varimax.py
   Tested   virtual_dm in CI; GMS: not yet
*/
RunPythonCommand("pca_varimax")
