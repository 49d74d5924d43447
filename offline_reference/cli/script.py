"""script: runs or checks DM-script files (.s) without DigitalMicrograph.

    dm-nmf script run peaks.s --image scan.dm4 --answer 4 --save out
    dm-nmf script check my_scripts/

`run` executes a script on image files; its Results text goes to stdout, what is on display at the end is written to
--save as .dm4 with calibrations and tags. `check` runs nothing: it reads each file and reports names and calls that DM
would refuse, and what DM is not known to accept. Libraries that a script's header names (`Needs  functions/unfold.s`,
from its own folder or one above) are loaded first; in DM they are installed beforehand. Exit code 0 is good, 1 means
that a script failed or has errors, 2 that nothing could be done.
"""
import sys
from pathlib import Path

from offline_reference.cli import virtual_images
from offline_reference.numerics.errors import RefusedError


def add_arguments(parser):
    actions = parser.add_subparsers(title="actions", metavar="run|check", dest="action", required=True)
    run_parser = actions.add_parser("run", help="run a .s file on image files")
    run_parser.add_argument("file", metavar="FILE.s", nargs="?", help="the script")
    virtual_images.add_run_arguments(run_parser)
    run_parser.add_argument("--library", action="append", default=[], metavar="FILE.s",
                            help="install this script as a library first (repeatable)")
    run_parser.add_argument("--time-limit", type=float, metavar="SECONDS", default=120.0,
                            help="stop a run that takes longer (default: 120)")
    run_parser.add_argument("--step-limit", type=float, metavar="N", default=5e7,
                            help="stop a run after so many turns of loops and calls (default: 5e7)")
    check_parser = actions.add_parser("check", help="check .s files without running them")
    check_parser.add_argument("paths", metavar="FILE.s|FOLDER", nargs="+", help="scripts, or folders of scripts")
    check_parser.add_argument("--syntax", action="store_true", help="only parse")
    check_parser.add_argument("--strict", action="store_true", help="warnings fail a file, too")
    check_parser.add_argument("--library", action="append", default=[], metavar="FILE.s",
                              help="functions and classes of this script are installed in DM (repeatable)")


def run(args):
    if args.action == "check":
        raise SystemExit(check_syntax(args) if args.syntax else check(args))
    raise SystemExit(run_script_file(args))


# -- run --------------------------------------------------------------------------------------------------------------


def run_script_file(args):
    """Run a script; the exit code."""
    if args.list_switches:
        virtual_images.list_switches()
        return 0
    if args.file is None:
        raise RefusedError("no script was given: dm-nmf script run FILE.s")
    from offline_reference.virtual_dm import run_script
    from offline_reference.virtual_dm.script.errors import ScriptError
    from offline_reference.virtual_dm.script.limits import Limits

    source = _source(args.file)
    workspace = virtual_images.new_workspace(args)
    limits = Limits(steps=args.step_limit, seconds=args.time_limit)
    try:
        for library in args.library:
            _install(library, workspace)
        run_script(source, workspace, limits=limits)
        failed = False
    except ScriptError as error:
        _end_line(workspace)
        print(error, file=sys.stderr)
        failed = True
    except KeyboardInterrupt:
        _end_line(workspace)
        print("dm-nmf: stopped by Ctrl+C.", file=sys.stderr)
        failed = True
    _end_line(workspace)
    is_sound = virtual_images.report(workspace)
    if args.save and not failed:
        virtual_images.save(workspace, args.save, args.overwrite)
    return int(failed or not is_sound)


def _install(path, workspace):
    from offline_reference.virtual_dm.script.interpreter import of_workspace
    from offline_reference.virtual_dm.workspace import MenuItem

    source = _source(path)
    of_workspace(workspace).add_needed_libraries(source)
    workspace.install(MenuItem("", "", source.name, source.text, file=source.name, is_library=True))


def _end_line(workspace):
    """Errors start on a line of their own."""
    if workspace.results and not workspace.results.endswith("\n"):
        workspace.write("\n", "results")


# -- check ------------------------------------------------------------------------------------------------------------


def check(args):
    """Report errors and warnings of each file; 1 if a file has errors, else 0."""
    from offline_reference.virtual_dm.script.check import ERROR, check_source

    libraries = [_source(path) for path in args.library]
    n_errors = n_warnings = n_failed = 0
    paths = scripts_in(args.paths)
    for path in paths:
        findings = check_source(_source(path), libraries)
        for finding in findings:
            print(finding)
        errors = sum(finding.severity == ERROR for finding in findings)
        n_errors, n_warnings = n_errors + errors, n_warnings + len(findings) - errors
        n_failed += bool(errors or (args.strict and findings))
    print(f"{len(paths) - n_failed} ok, {n_failed} failed ({n_errors} errors, {n_warnings} warnings)")
    return int(n_failed > 0)


def check_syntax(args):
    """Parse each file; 1 if one cannot be parsed, else 0."""
    from offline_reference.virtual_dm.script.errors import ScriptSyntaxError
    from offline_reference.virtual_dm.script.parser import parse

    n_ok = n_failed = 0
    for path in scripts_in(args.paths):
        try:
            parse(_source(path))
            print(f"{path} ok")
            n_ok += 1
        except ScriptSyntaxError as error:
            print(error)
            n_failed += 1
    print(f"{n_ok} ok, {n_failed} failed")
    return int(n_failed > 0)


def scripts_in(paths):
    """The files named, and every .s file below the folders named, each once."""
    found = []
    for path in map(Path, paths):
        if path.is_dir():
            below = sorted(p for p in path.rglob("*") if p.suffix.lower() == ".s" and p.is_file())
            if not below:
                raise RefusedError(f"the folder '{path}' holds no .s file.")
            found += below
        elif path.exists():
            found.append(path)
        else:
            raise RefusedError(f"there is no file '{path}': check the path.")
    return list(dict.fromkeys(found))


def _source(path):
    """A script file under the name by which the user called it."""
    from offline_reference.virtual_dm.script.errors import Source
    from offline_reference.virtual_dm.script.reading import read_source

    try:
        return Source(read_source(path).text, str(path), str(path))
    except OSError as error:
        raise RefusedError(f"the script '{path}' cannot be read: {error.strerror}.") from error
