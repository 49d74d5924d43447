"""python -m benchmarks: the table of speeds; --list names the studies; --check runs their quick checks."""

import argparse

from . import constrained_choices, dm_script_steps, speed


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--check", action="store_true", help="run the quick checks, and fail if one fails")
    parser.add_argument("--list", action="store_true", help="say which studies there are, and stop")
    args, of_speed = parser.parse_known_args()
    if args.check:
        constrained_choices.check()
        speed.check()
        dm_script_steps.check()
        return
    if not args.list:
        speed.main(of_speed)
        return
    print("python -m benchmarks                       speed against scikit-learn, HyperSpy and the processor's own")
    print("python -m benchmarks.constrained_choices   the choices behind nmf_constrained, on simulated data")
    print("python -m benchmarks.dm_script_steps       an iteration of DM-script's NMF in virtual_dm against numerics")
    print("python -m benchmarks.virtual_dm_speed      DM-script in virtual_dm against NumPy")


if __name__ == "__main__":
    main()
