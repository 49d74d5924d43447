"""The module's own functions, as methods of a Door: ``make_module`` hands them out bound to one workspace."""
import os
import sys

import numpy as np

from offline_reference.virtual_dm import displays
from offline_reference.virtual_dm.errors import DMError, StopRun
from offline_reference.virtual_dm.images import Image
from offline_reference.virtual_dm.python.checks import DISPLAY, IMAGE, Door, checked
from offline_reference.virtual_dm.python.images import image_of_array
from offline_reference.virtual_dm.tags import TagGroup

OUTPUTS = ("results", "notes", "debug")


class Functions(Door):
    """What ``DigitalMicrograph.name(...)`` calls, by the same names."""

    # -- images -------------------------------------------------------------------------------------------------------

    def CreateImage(self, array):
        """A new image of an array that owns its C-ordered data; not shown."""
        try:
            return self.proxy("Py_Image", image_of_array(array, self.workspace))
        except DMError:
            if self.workspace.switches.create_image_failure == "None":
                return None
            raise

    def GetFrontImage(self):
        return self.proxy("Py_Image", self.workspace.front_image())

    def FindFrontImage(self):
        image = self.workspace.find_front_image()
        if image is None and self.workspace.switches.find_front_image_empty == "invalid":
            return self.proxy("Py_Image", _invalid_image())
        return self.proxy("Py_Image", image)

    @checked
    def FindImageByID(self, id: int):
        return self.proxy("Py_Image", self.workspace.image_by_id(id))

    @checked
    def FindImageByName(self, name: str):
        return self.proxy("Py_Image", self.workspace.image_by_name(name))

    @checked
    def FindImageByLabel(self, label: str):
        return self.proxy("Py_Image", self.workspace.image_by_label(label))

    @checked
    def OpenImage(self, fileName: str):
        return self.proxy("Py_Image", self.workspace.open_image(fileName))

    @checked
    def DeleteImage(self, im: IMAGE):
        self.workspace.delete(im)

    @checked
    def CloseImage(self, im: IMAGE):
        """DM may ask whether to save; here it is told, and nothing is saved."""
        self.workspace.tell(f"Save changes to {im.name!r}?", "CloseImage")
        self.workspace.delete(im)

    # -- documents and windows ----------------------------------------------------------------------------------------

    def _documents(self, workspace_ids):
        if len(workspace_ids) > 1:
            raise TypeError("at most one workspace id")
        documents = self.workspace.documents
        return [document for document in documents if not workspace_ids or document.workspace_id == workspace_ids[0]]

    def CountImageDocuments(self, *wsID):
        return len(self._documents(wsID))

    def CountImageDocumentsOfAllWorkspaces(self):
        return len(self.workspace.documents)

    @checked
    def GetImageDocument(self, position: int, *wsID):
        documents = self._documents(wsID)
        return self.proxy("Py_ImageDocument", documents[position] if 0 <= position < len(documents) else None)

    @checked
    def GetImageDocumentOfAllWorkspaces(self, position: int):
        documents = self.workspace.documents
        return self.proxy("Py_ImageDocument", documents[position] if 0 <= position < len(documents) else None)

    @checked
    def GetImageDocumentByID(self, id: int):
        return self.proxy("Py_ImageDocument", self.workspace.by_id(id, displays.ImageDocument))

    def GetFrontImageDocument(self):
        if not self.workspace.documents:
            raise DMError("There is no front image document: no image is open.")
        return self.proxy("Py_ImageDocument", self.workspace.documents[0])

    @checked
    def NewImageDocument(self, title: str):
        return self.proxy("Py_ImageDocument", displays.ImageDocument(title))

    @checked
    def NewImageDocumentFromFile(self, path_name: str):
        return self.proxy("Py_ImageDocument", self.workspace.document_for(self.workspace.open_image(path_name)))

    @checked
    def GetDocumentWindow(self, index: int):
        """Number 0 is the window that the script runs from; image windows follow, front first."""
        windows = [self._script_window(), *(document.window for document in self.workspace.documents)]
        return self.proxy("Py_Window", windows[index] if 0 <= index < len(windows) else None)

    @checked
    def GetDocumentWindowByTitle(self, name: str):
        windows = [document.window for document in self.workspace.documents] + self.workspace.windows
        return self.proxy("Py_Window", next((window for window in windows if window.title == name), None))

    @checked
    def WorkspaceCountWindows(self, wsID: int):
        return len(self._documents((wsID,)))

    @checked
    def WorkspaceGetWindow(self, wsID: int, pos: int):
        windows = [document.window for document in self._documents((wsID,))]
        return self.proxy("Py_Window", windows[pos] if 0 <= pos < len(windows) else None)

    def _script_window(self):
        if not hasattr(self, "script_window"):
            self.script_window = displays.DocumentWindow("Python script")
            self.script_window.is_shown = True
        return self.script_window

    @checked
    def GetLinePlotImageDisplay(self, imgDisp: DISPLAY):
        return self.proxy("Py_LinePlotImageDisplay", imgDisp)

    # -- ROIs and annotations -----------------------------------------------------------------------------------------

    def NewROI(self):
        return self.proxy("Py_ROI", displays.ROI())

    @checked
    def GetROIFromID(self, id: int):
        return self.proxy("Py_ROI", self.workspace.by_id(id, displays.ROI))

    def _annotation(self, type_code, *rect):
        return self.proxy("Py_Component", displays.Component(type_code, rect))

    @checked
    def NewComponent(self, type: int, f1: float, f2: float, f3: float, f4: float):
        return self._annotation(type, f1, f2, f3, f4)

    @checked
    def NewLineAnnotation(self, top: float, left: float, bottom: float, right: float):
        return self._annotation(displays.LINE, top, left, bottom, right)

    @checked
    def NewArrowAnnotation(self, top: float, left: float, bottom: float, right: float):
        return self._annotation(displays.ARROW, top, left, bottom, right)

    @checked
    def NewDoubleArrowAnnotation(self, top: float, left: float, bottom: float, right: float):
        return self._annotation(displays.DOUBLE_ARROW, top, left, bottom, right)

    @checked
    def NewBoxAnnotation(self, top: float, left: float, bottom: float, right: float):
        return self._annotation(displays.BOX, top, left, bottom, right)

    @checked
    def NewOvalAnnotation(self, top: float, left: float, bottom: float, right: float):
        return self._annotation(displays.OVAL, top, left, bottom, right)

    def NewGroupAnnotation(self):
        return self._annotation(displays.GROUP, 0, 0, 0, 0)

    @checked
    def NewTextAnnotation(self, left: float, top: float, text: str, size: int):
        component = displays.Component(displays.TEXT, (top, left, top, left))
        component.text, component.font_size = text, size
        return self.proxy("Py_Component", component)

    # -- tags ---------------------------------------------------------------------------------------------------------

    def GetPersistentTagGroup(self):
        return self.proxy("Py_TagGroup", self.workspace.persistent_tags)

    def NewTagGroup(self):
        return self.proxy("Py_TagGroup", TagGroup())

    def NewTagList(self):
        return self.proxy("Py_TagGroup", TagGroup(is_list=True))

    # -- dialogs and output -------------------------------------------------------------------------------------------

    @checked
    def OkDialog(self, prompt: str):
        self.workspace.tell(prompt)

    @checked
    def OkCancelDialog(self, prompt: str):
        return int(self.workspace.ask_choice("OkCancelDialog", prompt))

    @checked
    def GetNumber(self, prompt: str, initalValue: float):
        """(True, number), or (False, the initial value) after Cancel."""
        number = self.workspace.ask_number("GetNumber", prompt, initalValue)
        return (False, initalValue) if number is None else (True, number)

    @checked
    def Result(self, argument_1: str):
        self.workspace.write(argument_1)

    Output = Result

    @checked
    def SetOutputTo(self, type: int):
        if not 0 <= type < len(OUTPUTS):
            raise DMError(f"Output goes to 0 (Results), 1 (Notes) or 2 (Debug), not {type}.")
        self.workspace.output_to = OUTPUTS[type]

    def ClearResults(self):
        self.workspace.clear_results()

    # -- running ------------------------------------------------------------------------------------------------------

    @checked
    def Sleep(self, seconds: float):
        self.workspace.sleep(seconds)

    def DoEvents(self):
        pass

    def IsScriptOnMainThread(self):
        return self.workspace.switches.thread == "main"

    @checked
    def ExecuteScriptString(self, text: str):
        """Run DM-script in a scope of its own; its error is a RuntimeError of the form "Error in line N", message."""
        from offline_reference.virtual_dm import run_script  # the other door, over the same workspace

        try:
            run_script(text, self.workspace)
        except Exception as error:
            seen = self._as_python_sees(error)
            raise seen from (None if seen in (error, error.__cause__) else error)

    def _as_python_sees(self, error):
        """What stops a run here stays that (a dialog without an answer); the rest DM makes a RuntimeError."""
        if isinstance(error.__cause__, StopRun):
            return error.__cause__
        line = getattr(error, "line", None)
        if line is None:
            return error
        if type(error).__name__ == "ScriptStopped":  # an unknown function, a limit: says nothing about DM
            self.workspace.complaints.append(error)
        return RuntimeError(f"Error in line {line}\n{getattr(error, 'message', error)}")

    def GetPATH(self):
        return os.environ.get("PATH", "")

    def GetPYTHONPATH(self):
        return os.environ.get("PYTHONPATH", "")

    def GetPYTHONHOME(self):
        return sys.exec_prefix


def _invalid_image():
    image = Image(np.zeros(1, np.float32))
    image.is_deleted = True
    return image
