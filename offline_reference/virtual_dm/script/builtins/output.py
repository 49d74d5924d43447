"""Output windows, status bar, progress windows, beeps."""

from offline_reference.virtual_dm.errors import LimitReached
from offline_reference.virtual_dm.registry import dm_function
from offline_reference.virtual_dm.script.builtins.recorded import does_nothing

MOST_TEXT = 2**26  # characters of the Results window


@dm_function("void Result(string text)", "SEEN 110 f, SDK")
def result(call, text):
    """Append to the Results window; a number becomes text first."""
    _write(call, text, "results")


@dm_function("void Notes(string text)", "RECALLED")
def notes(call, text):
    _write(call, text, "notes")


@dm_function("void Debug(string text)", "SDK")
@dm_function("void OutputDebugString(string text)", "SDK", "the same as Debug")
def debug(call, text):
    _write(call, text, "debug")


def _write(call, text, window):
    workspace = call.workspace
    if workspace.text_length(window) + len(text) > MOST_TEXT:
        workspace.stop(LimitReached(f"More than {MOST_TEXT} characters were written to the {window} window."))
    workspace.write(text, window)


@dm_function("void ClearResults()", "SEEN 1 f")
def clear_results(call):
    call.workspace.clear_results()


does_nothing("void OpenResultsWindow()", "SEEN 1 f, SDK")
does_nothing("void OpenDebugWindow()", "RECALLED")


# -- progress ---------------------------------------------------------------------------------------------------------


@dm_function("void OpenAndSetProgressWindow(string line1, string line2, string line3)", "SEEN 12 f, SDK")
def open_and_set_progress_window(call, line1, line2, line3):
    call.workspace.set_progress(line1, line2, line3)


@dm_function("void CloseProgressWindow()", "SEEN 2 f, SDK")
@dm_function("void CloseTimeBar()", "SDK")
def close_progress_window(call):
    call.workspace.close_progress()


@dm_function("void OpenTimeBar(string prompt, number total)", "SDK")
def open_time_bar(call, prompt, total):
    call.workspace.set_progress(prompt, "0 %")


@dm_function("void UpdateTimeBarPercentage(number percentage)", "SDK")
def update_time_bar(call, percentage):
    prompt = (call.workspace.progress_window or ("",))[0]
    call.workspace.set_progress(prompt, f"{percentage:g} %")


@dm_function("void UpdateStatusBar(number index, string text)", "SDK")
def update_status_bar(call, index, text):
    call.workspace.status.append(text)


@dm_function("void Beep()", "SEEN 8 f, SDK")
def beep(call):
    call.workspace.status.append("beep")


does_nothing("void MaintainStatus()")
does_nothing("void SetStatusBarVisibility(number visibility)")
