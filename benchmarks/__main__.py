"""python -m benchmarks: says which studies there are; with --check, runs their quick checks."""

import argparse

from . import constrained_choices


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--check", action="store_true", help="run the quick checks, and fail if one fails")
    if parser.parse_args().check:
        constrained_choices.check()
        return
    print("python -m benchmarks.constrained_choices   the choices behind nmf_constrained, on simulated data")
    print("python -m benchmarks.virtual_dm_speed      DM-script in virtual_dm against NumPy")


if __name__ == "__main__":
    main()
