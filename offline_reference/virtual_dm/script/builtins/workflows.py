"""Techniques, workflow tasks and gadget panels of GMS 3's user interface: recorded, nothing appears."""

from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.recorded import does_nothing

RECORDED = "recorded in the status list; nothing appears"


def _register(signature):
    name = signature.split("(")[0].split()[1]

    def run(call, *arguments):
        call.workspace.status.append(f"{name} {' '.join(str(a) for a in arguments if isinstance(a, str | float))}")
        return len(call.workspace.status)

    dm_function(signature, "SEEN 1 f", RECORDED)(run)


for _signature in (
    "number RegisterWorkflowTask(object task, string title)",
    "number RegisterTechniqueGroup(string title)",
    "void AddWorkflowTask(any technique, number task, any essential, any displayed)",
    "void AddTechniqueToGroup(any technique, number group)",
    "void RemoveTechniqueGroup(number group)",
    "void OpenGadgetPanel(string title)",
    "void CloseGadgetPanel(string title)",
):
    _register(_signature)

does_nothing("number GetWorkflowTaskID(string title)", "SEEN 1 f", "0: no task is known")
