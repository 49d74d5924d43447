"""python: runs a Python script of DigitalMicrograph's without DigitalMicrograph.

    dm-nmf python run nmf.py --image scan.dm4 --answer 4 --save out

The script finds a DigitalMicrograph module, its images open, and its dialogs answered. print and Result() go to
stdout. Whatever is on display at the end is written to --save as .dm4 with calibrations and tags. This is ordinary
Python: run only what you would run anyway.
"""
import sys
import traceback

from offline_reference.cli import virtual_images
from offline_reference.numerics.errors import RefusedError
from offline_reference.virtual_dm.errors import StopRun


def add_arguments(parser):
    actions = parser.add_subparsers(title="actions", metavar="run", dest="action", required=True)
    run_parser = actions.add_parser("run", help="run a .py file on image files")
    run_parser.add_argument("file", metavar="FILE.py", nargs="?", help="the script")
    virtual_images.add_run_arguments(run_parser)
    run_parser.add_argument("--only-numpy", action="store_true",
                            help="hide every package but NumPy, as a GMS without further installations does")
    run_parser.add_argument("--time-limit", type=float, metavar="SECONDS", help="stop a run that takes longer")


def run(args):
    if args.list_switches:
        return virtual_images.list_switches()
    if args.file is None:
        raise RefusedError("no script was given: dm-nmf python run FILE.py")
    from offline_reference.virtual_dm.digitalmicrograph import NotRun, run_python

    workspace = virtual_images.new_workspace(args)
    try:
        done = run_python(args.file if args.file.endswith(".py") else _text(args.file), workspace,
                          packages=("numpy",) if args.only_numpy else None, seconds=args.time_limit)
        exit_code = done.exit_code
        _warn_of_leaks(done.leaks)
    except NotRun as error:
        raise RefusedError(str(error)) from error
    except Exception as error:  # noqa: BLE001  the script's own, whatever it is
        print(_script_traceback(error), end="", file=sys.stderr)
        exit_code = 1
    is_sound = virtual_images.report(workspace)
    if args.save and not exit_code:
        virtual_images.save(workspace, args.save, args.overwrite)
    raise SystemExit(exit_code or int(not is_sound))


def _text(path):
    """A script whose name does not end in .py, as text."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        raise RefusedError(f"the script '{path}' cannot be read: {error.strerror}.") from error


def _warn_of_leaks(names):
    if names:
        print(f"dm-nmf: {', '.join(names)} still hold images when the script ends; DM keeps their memory until it is "
              "closed: del them at the end.", file=sys.stderr)


def _script_traceback(error):
    """The traceback without our own frames."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if "virtual_dm" not in frame.filename and "/cli/" not in frame.filename]
    lines = traceback.format_list(inside) if inside else []
    if isinstance(error, StopRun):  # said once more, and better, among the complaints
        return "".join(lines)
    return "".join(["Traceback (most recent call last):\n", *lines, *traceback.format_exception_only(error)])
