"""The command line, one file a verb: `dm-nmf VERB` (= `python -m offline_reference VERB`).

demo        simulates, writes a .dm4, reads it back, factorizes, scores against the truth
simulate    writes a 4D dataset whose components are known
info        what is in a file, and what factorize would do with it
factorize   splits a file into diffractions and maps
components  how many components the data hold
pca         principal components, plain and varimax-rotated
cluster     components that are one crystal, turned
compare     results folders side by side
reproduce   the paper's claims, measured again

A verb has `add_arguments(parser)` and `run(args)`. What several verbs share:

reading     a file, and what the user says about it
counts      what the counts allow: refused, remarked on, or left out
cutoff      the map constraint's cut-off, from what the user or the microscope says
estimate    memory and time of a run, and whether there is room for it
threads     how many BLAS may use
place       whether the results may be written, asked before the work
table       rows of numbers as aligned text
progress    iteration, MSE and time left
results     the results folder, also where packages for its pictures are missing
interrupt   Ctrl+C once keeps the best so far, twice aborts
sklearn_nmf scikit-learn's NMF behind the signature of numerics.methods

A verb's module is light: heavy libraries are imported in `run`, so that --help is quick.
"""
import argparse
import errno
import importlib
import importlib.util
import os
import sys
import textwrap

from offline_reference import __version__
from offline_reference.numerics.errors import RefusedError

VERBS = ("demo", "simulate", "info", "factorize", "components", "pca", "cluster", "compare", "reproduce", "script",
         "python")
REFUSED = 2
ABORTED = 130  # what a shell reports of a program that Ctrl+C ended

PIP_NAMES = {"matplotlib": "matplotlib", "jinja2": "jinja2", "scipy": "scipy", "sklearn": "scikit-learn",
             "rsciio": "rosettasciio", "h5py": "h5py", "dask": "dask", "lark": "lark"}
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NO_PERMISSION = (errno.EACCES, errno.EPERM, errno.EROFS)


def main(argv=None):
    """Run one verb and return its exit code: 0 done, 2 refused, 130 aborted by Ctrl+C.

    A refusal is one line on stderr. Any other exception is a bug and keeps its traceback.
    """
    _print_what_a_terminal_can()
    try:
        args = _parser().parse_args(argv)
        args.command_line = ["dm-nmf", *(sys.argv[1:] if argv is None else argv)]
        code = args.run(args)
        sys.stdout.flush()
        return code or 0
    except SystemExit as leaving:  # argparse: --help, or an argument it does not know
        return leaving.code or 0
    except RefusedError as refusal:
        return _refuse(refusal)
    except ModuleNotFoundError as error:
        return _refuse_or_raise_missing(error)
    except MemoryError as error:
        return _refuse("there is not enough memory ({}): crop or bin the data, or close other programs.".format(error))
    except OSError as error:
        return _refuse_or_raise(error)
    except KeyboardInterrupt:
        print("dm-nmf: aborted by Ctrl+C; nothing was written.", file=sys.stderr)
        return ABORTED


def _print_what_a_terminal_can():
    """A file name or a unit (Å) that a terminal's encoding lacks must not end a run."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line, as every other refusal."""

    def error(self, message):
        self.exit(REFUSED, "{}: {}. See: {} --help\n".format(self.prog, message, self.prog))


def _parser():
    parser = _Parser(
        prog="dm-nmf",
        description="Nonnegative matrix factorization of 4D-STEM data with physical constraints: "
        "which diffractions are in the data, and where.",
        epilog="Start with `dm-nmf demo`, then `dm-nmf info FILE` and `dm-nmf factorize FILE`. "
        "Each verb explains itself: `dm-nmf VERB --help`.",
    )
    parser.add_argument("--version", action="version", version="dm-nmf " + __version__)
    verbs = parser.add_subparsers(title="verbs", metavar="VERB [options]", dest="verb", required=True)
    for name in filter(_exists, VERBS):
        _add_verb(verbs, name)
    return parser


def _exists(verb):
    """`script` and `python` belong to virtual_dm and are offered where that is installed."""
    return importlib.util.find_spec("{}.{}".format(__name__, verb)) is not None


def _add_verb(verbs, name):
    """The first line of a verb's docstring, after its name, is its help; the rest introduces and gives examples."""
    module = importlib.import_module("{}.{}".format(__name__, name))
    first, _, rest = module.__doc__.strip().partition("\n")
    summary = first.split(": ", 1)[-1]
    parser = verbs.add_parser(
        name,
        help=summary.rstrip("."),
        description=summary[:1].upper() + summary[1:],
        epilog=textwrap.dedent(rest).strip("\n") or None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(parser)
    parser.set_defaults(run=module.run)


def _refuse(sentence):
    print("dm-nmf: " + " ".join(str(sentence).split()), file=sys.stderr)
    return REFUSED


def _refuse_or_raise_missing(error):
    """A package of others that is not installed is no bug of ours."""
    package = (error.name or "").split(".")[0]
    if package not in PIP_NAMES:
        raise error
    return _refuse("this needs the package {0}, which is not installed: pip install {0}".format(PIP_NAMES[package]))


def _refuse_or_raise(error):
    """A full disk, a closed door or a reader that left are no bugs of ours; every other OSError may be one."""
    if isinstance(error, BrokenPipeError):  # `dm-nmf info FILE | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    where = " {}".format(error.filename) if error.filename else ""
    if error.errno in NO_ROOM:
        return _refuse("the disk is full, writing{} failed: free some space or choose another folder with -o. "
                       "Nothing was left behind.".format(where))
    if error.errno in NO_PERMISSION:
        return _refuse("no permission to read or write{}: choose another place.".format(where))
    raise error
