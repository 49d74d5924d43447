/* Self-test (Python)
   What     Checks the Python commands on simulated data, and the facts about DM they rely on.
   Input    Nothing.
   Output   One table of PASS and FAIL in the Results window.
   Source   -
   Needs    functions/python_command.s
   Twin     dm_python/self_test.py
   Tested   virtual_dm in CI; GMS: not yet
*/
RunPythonCommand("self_test")
