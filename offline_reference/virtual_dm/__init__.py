"""DigitalMicrograph without DigitalMicrograph: one workspace, two doors.

errors             what DM would throw, and what stops a run here and nowhere else
switches           every behaviour of DM that is contested, by name
tags               tag groups and tag lists
images             an image: pixels, name, calibration, tags; DM's order of axes
displays           displays, ROIs, annotations, documents and windows as recorded state
workspace          open images, the front one, Results text, prepared answers, menu
digitalmicrograph  Python's door: a stand-in module of that name over a workspace
script             DM-script's door, over the same workspace

Nothing here imports more than NumPy, and nothing imports ``numerics``: scripts
that run here are checked against ``numerics``, and borrowed code would agree
with itself.
"""
