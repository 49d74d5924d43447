/* NMF by scikit-learn (Python)
   What     NMF of a 4D image by scikit-learn, in DM's Python.
   Input    Front image: 4D-STEM data, in either order of its axes.
   Output   Stacks of diffractions and maps.
   Source   Kimoto et al. (2025), Supplement S2
   Needs    functions/python_command.s
   Twin     dm_python/nmf_sklearn.py
   Tested   virtual_dm in CI; GMS: not yet
*/
RunPythonCommand("nmf_sklearn")
