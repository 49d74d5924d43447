"""Behind the stand-in ``DigitalMicrograph`` module: its classes and functions, one file a family.

checks       argument types as strict as DM's generated Python layer; proxies of DM's things
inventory    every name the module is known to have, simulated or not
tags         Py_TagGroup
images       Py_Image, CreateImage and GetNumArray
windows      Py_ImageDocument, Py_Window, Py_ImageDisplay, Py_LinePlotImageDisplay, Py_Component, Py_ROI
events       Py_ScriptObject and its listeners, which a test can fire
functions    the module's own functions
dialogs      tkinter's file dialogs from prepared answers, for scripts that borrow them
run          runs a script as DM does: its namespace, argv, working directory, print and input

Classes here know nothing of a workspace; ``digitalmicrograph.make_module`` binds them to one.
"""
