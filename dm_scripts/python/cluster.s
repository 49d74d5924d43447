/* Clusters (Python)
   What     Clusters of component diffractions that are rotated copies of each other, in DM's Python.
   Input    Front image: the stack of diffractions of an analysis; its maps are found by name or asked for.
   Output   Dendrogram, similarities, integrated diffractions and maps of the clusters, rotation angles.
   Source   Kimoto et al. (2025)
   Needs    functions/python_command.s
   Twin     dm_python/cluster.py
   Tested   virtual_dm in CI; GMS: not yet
*/
RunPythonCommand("cluster")
