/* Number of components (Python)
   What     Mean squared error of PCA, ALS and MU against the number of components, in DM's Python.
   Input    Front image: 4D-STEM data, in either order of its axes.
   Output   A line plot; a suggested number in the Results window.
   Source   Kimoto et al. (2025), Supplement S4
   Needs    functions/python_command.s
   Twin     dm_python/components.py
   Tested   virtual_dm in CI; GMS: not yet
*/
RunPythonCommand("components")
