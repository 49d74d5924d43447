"""tkinter's file dialogs and message boxes from prepared answers.

DM has no file dialog in Python, so scripts borrow tkinter's, which would wait for a user who is not there. While a
script runs these stand-ins take tkinter's place: dialogs take the next prepared answer, windows are hidden anyway.
A script that builds a window of its own (buttons, sliders) stops with an error.
"""
import types

from offline_reference.virtual_dm.errors import NotSimulated

TKINTER_NAMES = ("tkinter", "tkinter.filedialog", "tkinter.messagebox", "tkinter.simpledialog")
FILE_SEPARATOR = ";"


def tkinter_modules(workspace):
    """name -> stand-in module."""
    tkinter, files, messages, simple = (types.ModuleType(name) for name in TKINTER_NAMES)
    tkinter.filedialog, tkinter.messagebox, tkinter.simpledialog = files, messages, simple
    tkinter.__path__ = []
    tkinter.Tk = lambda *args, **options: HiddenWindow()
    tkinter.TclError = type("TclError", (Exception,), {})
    tkinter.__getattr__ = lambda name: _unknown(workspace, f"tkinter.{name}")

    def one_path(kind):
        return lambda *args, **options: workspace.ask_text(kind, options.get("title", "a file")) or ""

    def several_paths(*args, **options):
        answer = workspace.ask_text("askopenfilenames", options.get("title", "files"))
        return tuple(path.strip() for path in (answer or "").split(FILE_SEPARATOR) if path.strip())

    def tell(kind):
        return lambda title="", message="", **options: workspace.tell(f"{title}: {message}", kind)

    def choose(kind):
        return lambda title="", message="", **options: workspace.ask_choice(kind, f"{title}: {message}")

    for kind in ("askopenfilename", "asksaveasfilename", "askdirectory"):
        setattr(files, kind, one_path(kind))
    files.askopenfilenames = several_paths
    for kind in ("showinfo", "showwarning", "showerror"):
        setattr(messages, kind, tell(kind))
    for kind in ("askyesno", "askokcancel", "askretrycancel"):
        setattr(messages, kind, choose(kind))
    simple.askstring = lambda title, prompt, **options: workspace.ask_text("askstring", prompt)
    simple.askfloat = lambda title, prompt, **options: workspace.ask_number("askfloat", prompt, None)
    simple.askinteger = lambda title, prompt, **options: workspace.ask("askinteger", prompt, None, int)
    return dict(zip(TKINTER_NAMES, (tkinter, files, messages, simple), strict=True))


class HiddenWindow:
    """The root window that a file dialog needs and that scripts withdraw at once."""

    class tk:
        @staticmethod
        def splitlist(paths):
            return tuple(paths)

    def withdraw(self, *args):
        pass

    destroy = update = attributes = lift = focus_force = withdraw


def _unknown(workspace, name):
    if name.rpartition(".")[2].startswith("__"):
        raise AttributeError(name)
    workspace.stop(NotSimulated(f"{name} is not simulated here: only tkinter's file dialogs and messages are."))
