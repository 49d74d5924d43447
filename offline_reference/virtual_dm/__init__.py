"""DigitalMicrograph without DigitalMicrograph: one workspace, two doors.

errors             what DM would throw, and what stops a run here and nowhere else
switches           every behaviour of DM that is contested, by name
tags               tag groups and tag lists
tag_files          tags and images as .gtg, .dm3 and .dm4 files
images             an image: pixels, name, calibration, tags; DM's order of axes
displays           displays, ROIs, annotations, documents and windows as recorded state
workspace          open images, the front one, Results text, prepared answers, menu
values             what a DM-script variable may hold besides these
registry           the list of DM functions that are simulated, with the evidence for each
guesses            what both doors do without knowing that DM does it
digitalmicrograph  Python's door: a stand-in module of that name over a workspace
python             its classes and functions, and how a script is run
script             DM-script's door, over the same workspace
fidelity           writes FIDELITY.md: what is simulated, what is guessed, what is not there

    from offline_reference.virtual_dm import run_script
    from offline_reference.virtual_dm.workspace import Workspace

    workspace = Workspace()
    run_script('Result("1 + 1 = " + (1 + 1))', workspace)
    workspace.results                                      # "1 + 1 = 2"

Nothing here imports more than NumPy, and nothing imports ``numerics``: scripts
that run here are checked against ``numerics``, and borrowed code would agree
with itself.
"""


def run_script(script, workspace, name="script", limits=None):
    """Run a DM-script on a workspace.

    Parameters
    ----------
    script : str or pathlib.Path
        The script's text, or the path of its file: a Path, or a str of one line that ends in ".s". Libraries that a
        file names in its header (`Needs  functions/unfold.s`) are loaded first, see `script.needs`.
    workspace : workspace.Workspace
        Images, answers and keys that the script finds; what it leaves is found there afterwards. Libraries installed
        by one script are there for the next one.
    name : str
        Name of the text in errors.
    limits : script.limits.Limits, optional
        Steps, seconds, depth of calls; kept for later scripts of the workspace.

    Returns
    -------
    float
        What the script gave to ``exit``, else 0.

    Raises
    ------
    script.errors.ScriptError
        With the line, the column and a caret, whatever went wrong.
    """
    from offline_reference.virtual_dm.script import interpreter  # the workspace calls this function to run menu items

    source, runs = interpreter.source_of(script, name), interpreter.of_workspace(workspace, limits)
    runs.add_needed_libraries(source)
    return runs.run(source)
