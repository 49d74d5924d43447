"""`python -m offline_reference VERB`: the same as `dm-nmf VERB`."""
import sys

from offline_reference.cli import main

if __name__ == "__main__":
    sys.exit(main())
