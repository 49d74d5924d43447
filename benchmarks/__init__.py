"""Studies and timings behind the choices in the code; each script prints the table that a docstring quotes."""
