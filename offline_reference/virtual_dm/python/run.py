"""Runs a Python script as DM does, with the stand-in module in place only while it runs.

The script finds ``DM`` in its namespace and ``__name__ == "__main__"``, no ``__file__``, an empty ``sys.argv`` and a
working directory that is not its own; print goes to the Results window and input() takes prepared answers. Matplotlib
draws without a screen. Python itself is not confined: only what a script does through DigitalMicrograph is kept
inside the workspace's folder, so run what you would run.
"""
import builtins
import contextlib
import importlib.util
import io
import linecache
import os
import signal
import sys
import tempfile
import threading
import tokenize
import types
from dataclasses import dataclass, field
from pathlib import Path

from offline_reference.virtual_dm.errors import LimitReached, VirtualDMError
from offline_reference.virtual_dm.python import dialogs
from offline_reference.virtual_dm.python.checks import Proxy

MODULE = "DigitalMicrograph"
OURS = ("offline_reference", "dm_python")


class NotRun(VirtualDMError):
    """A script was not started at all."""


@dataclass
class PythonRun:
    """What a script leaves behind.

    Attributes
    ----------
    exit_code : int
        0, or what the script gave to exit().
    namespace : dict
        The script's globals, which DM keeps as well.
    leaks : list of str
        Globals that still hold an image: DM keeps each one's memory until they are deleted.
    """

    exit_code: int = 0
    namespace: dict = field(default_factory=dict)
    leaks: list = field(default_factory=list)


def run(script, module, workspace, packages=None, seconds=None):
    """Run a script's text or file; see ``digitalmicrograph.run_python``."""
    text, name = _source(script)
    namespace = {"__name__": "__main__", "__doc__": None, "__builtins__": builtins, "DM": module}
    result = PythonRun(namespace=namespace)
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)  # so that tracebacks show the lines
    code = compile(text, name, "exec", dont_inherit=True)
    with as_in_dm(module, workspace, packages), _limited_to(seconds, workspace):
        try:
            exec(code, namespace)
        except SystemExit as leaving:
            result.exit_code = _exit_code(leaving, workspace)
    result.leaks = [name for name, value in namespace.items() if _is_image(value)]
    return result


def refuse_real_module(module_is_ours):
    """Raise NotRun where DM's own module is at hand: the stand-in never takes its place."""
    present = sys.modules.get(MODULE)
    is_real = present is not None and not module_is_ours(present)
    if is_real or (present is None and _can_import(MODULE)):
        raise NotRun(
            "This Python has a DigitalMicrograph module of its own, so this is DM's Python: run the script there "
            "directly. The stand-in only works where there is none."
        )


@contextlib.contextmanager
def as_in_dm(module, workspace, packages=None):
    """DM's surroundings, and back to ours whatever happens."""
    with contextlib.ExitStack() as surroundings:
        enter = surroundings.enter_context
        enter(_modules(module, workspace, packages))
        enter(_argv(absent=workspace.switches.sys_argv == "absent"))
        enter(_elsewhere())
        enter(_echo_to_our_stdout(workspace))
        output = _Output(workspace)
        enter(contextlib.redirect_stdout(output))
        enter(contextlib.redirect_stderr(output))
        enter(_builtins(workspace))
        yield


@contextlib.contextmanager
def _echo_to_our_stdout(workspace):
    """An echo that prints must reach our stdout, not the script's, which is the Results window itself."""
    echo, stdout = workspace.echo, sys.stdout

    def echo_outside(text):
        with contextlib.redirect_stdout(stdout):
            echo(text)

    workspace.echo = None if echo is None else echo_outside
    try:
        yield
    finally:
        workspace.echo = echo


@contextlib.contextmanager
def _modules(module, workspace, packages):
    """The module in sys.modules, dialogs of tkinter from prepared answers, and only certain packages if told so."""
    before, path = dict(sys.modules), list(sys.path)
    gate = None if packages is None else _Gate(packages)
    if gate is not None:
        for name in [name for name in sys.modules if gate.is_closed_to(name)]:
            del sys.modules[name]
        sys.meta_path.insert(0, gate)
    sys.modules[MODULE] = module
    sys.modules.update(dialogs.tkinter_modules(workspace))
    try:
        yield
    finally:
        sys.path[:] = path
        if gate is not None:
            sys.meta_path.remove(gate)
        _forget_users_of(module, before)
        for name in (MODULE, *dialogs.TKINTER_NAMES):
            sys.modules.pop(name, None)
        for name, old in before.items():
            if name.partition(".")[0] in OURS:
                sys.modules[name] = old  # also where the script imported it anew
            sys.modules.setdefault(name, old)


def _forget_users_of(module, before):
    """Modules that the script imported must not meet the next stand-in: those that hold it, or hold one that does.

    ``import a`` and ``from a import f`` both count as holding a.
    """
    forgotten, new = {MODULE}, [name for name in sys.modules if sys.modules[name] is not before.get(name)]
    while True:
        users = [name for name in new if name not in forgotten and _uses(sys.modules[name], module, forgotten)]
        if not users:
            break
        forgotten.update(users)
    for name in forgotten - {MODULE}:
        del sys.modules[name]


def _uses(user, module, forgotten):
    values = list(vars(user).values()) if user is not None else []
    if any(value is module for value in values):
        return True
    return any(_home(value) in forgotten for value in values)


def _home(value):
    """Name of the module that a value is, or that its class or function comes from."""
    if isinstance(value, types.ModuleType):
        return value.__name__
    home = getattr(value if isinstance(value, (type, types.FunctionType)) else type(value), "__module__", None)
    return home if isinstance(home, str) else None


class _Gate:
    """Import hook that hides all packages except the standard library, ours and those allowed."""

    def __init__(self, packages):
        self.open_to = {*packages, *OURS, *sys.stdlib_module_names, MODULE, "__main__", "__mp_main__"}

    def is_closed_to(self, name):
        return name.partition(".")[0] not in self.open_to and not name.startswith("_")

    def find_spec(self, name, path=None, target=None):
        if self.is_closed_to(name):
            raise ModuleNotFoundError(f"No module named {name!r}: this run hides it, as a bare GMS would", name=name)
        return None


@contextlib.contextmanager
def _argv(absent):
    before = sys.argv
    if absent:
        del sys.argv
    else:
        sys.argv = []
    try:
        yield
    finally:
        sys.argv = before


@contextlib.contextmanager
def _elsewhere():
    """An empty working directory, as useless to a script as C:\\Windows\\system32."""
    before, backend = os.getcwd(), os.environ.get("MPLBACKEND")
    os.environ["MPLBACKEND"] = "Agg"
    with tempfile.TemporaryDirectory(prefix="system32-") as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
            if backend is None:
                os.environ.pop("MPLBACKEND", None)
            else:
                os.environ["MPLBACKEND"] = backend


@contextlib.contextmanager
def _builtins(workspace):
    """input() from prepared answers; exit() and quit() without closing standard input, as Python's own do."""

    def ask(prompt=""):
        answer = workspace.ask("input", prompt, "", str)
        return "" if answer is None else answer

    def leave(code=None):
        raise SystemExit(code)

    stand_ins = {"input": ask, "exit": leave, "quit": leave}
    before = {name: getattr(builtins, name, None) for name in stand_ins}
    vars(builtins).update(stand_ins)
    try:
        yield
    finally:
        vars(builtins).update({name: old for name, old in before.items() if old is not None})


@contextlib.contextmanager
def _limited_to(seconds, workspace):
    """Interrupt a run that takes too long; only where signals work, on the main thread of a POSIX system."""
    can = seconds and hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not can:
        yield
        return

    def stop(signum, frame):
        workspace.stop(LimitReached(f"The script ran for more than {seconds:g} s and was stopped."))

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class _Output(io.TextIOBase):
    """What print writes to: the Results window."""

    encoding = "utf-8"

    def __init__(self, workspace):
        super().__init__()
        self.workspace = workspace

    def write(self, text):
        self.workspace.write(text)
        return len(text)

    def writable(self):
        return True


def _source(script):
    """(text, name for tracebacks) of a Path, of a str that names a .py file, or of the text itself."""
    is_path = isinstance(script, Path) or ("\n" not in script and script.strip().endswith(".py"))
    if not is_path:
        return script, "<python script>"
    path = Path(script)
    if not path.is_file():
        raise NotRun(f"There is no script {str(script)!r}: give the path of a .py file.")
    try:
        with tokenize.open(path) as file:
            return file.read(), str(path)
    except (SyntaxError, UnicodeDecodeError):  # an ANSI file without a coding line, as editors on Windows write
        return path.read_bytes().decode("cp1252", "replace").replace("\r\n", "\n"), str(path)


def _exit_code(leaving, workspace):
    if leaving.code is None or isinstance(leaving.code, int):
        return int(leaving.code or 0)
    workspace.write(f"{leaving.code}\n")  # exit("text") prints the text and means 1
    return 1


def _is_image(value):
    return isinstance(value, Proxy) and type(value).__name__ == "Py_Image"


def _can_import(name):
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
