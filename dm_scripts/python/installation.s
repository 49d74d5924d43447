/* Installation (Python)
   What     Says which copy of the Python commands is used, which versions it found and what is missing.
   Input    Nothing.
   Output   One table in the Results window.
   Source   -
   Needs    functions/python_command.s
   Twin     dm_python/installation.py
   Tested   virtual_dm in CI; GMS: not yet
*/
RunPythonCommand("installation")
