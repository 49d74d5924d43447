"""Rows of words and numbers as lines of aligned text."""


def lines(header, rows):
    """One line for the header and one a row; the first column to the left, all others to the right."""
    cells = [[str(one) for one in row] for row in (header, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells)]
    return ["  ".join(cell.ljust(width) if not place else cell.rjust(width)
                      for place, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in cells]
