/* NMF, constrained (Python)
   What     The paper's constrained NMF of a 4D image, in DM's Python.
   Input    Front image: 4D-STEM data, in either order of its axes.
   Output   Stacks of diffractions and maps.
   Source   Kimoto et al. (2025), Methods, and Supplement S3
   Needs    functions/python_command.s
   Twin     dm_python/nmf_constrained.py
   Tested   virtual_dm in CI; GMS: not yet
*/
RunPythonCommand("nmf_constrained")
