/* Simulated data (Python)
   What     Simulated 4D-STEM data whose diffractions and maps are known, in DM's Python.
   Input    Nothing: a dialog asks for sizes and dose.
   Output   A 4D image; stacks of the true diffractions and maps.
   Source   -
   Needs    functions/python_command.s
   Twin     dm_python/simulate.py
   Tested   virtual_dm in CI; GMS: not yet
*/
RunPythonCommand("simulate")
