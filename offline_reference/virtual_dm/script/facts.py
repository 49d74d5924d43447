"""What the language does here, on which evidence, and what of it is only a guess: for FIDELITY.md.

Evidence names a section of the reference that this work rests on, with its word for the confidence: DOCUMENTED (Gatan),
SEEN (public scripts), INFERRED, RECALLED. A guess with a switch says so; the switch has the alternatives.
"""
from typing import NamedTuple


class Fact(NamedTuple):
    """One rule of the language."""

    rule: str
    evidence: str
    guess: str = ""


FACTS = (
    Fact("Names are the same in any case; a newline or ; ends a statement; a backslash at the end of a line goes on",
         "SEEN, 1.1"),
    Fact("Line breaks inside brackets without a backslash are read; `script check` warns of them",
         "INFERRED, 1.1: 226 breaks with a backslash, none without", "DM may refuse them"),
    Fact("A comma ends an expression statement as ; does; `script check` warns of it", "SEEN 1 f", "DM may refuse it"),
    Fact("Alloc of a class that is defined further down, with a warning", "SEEN 5 f / 1 a", "DM may want it above"),
    Fact("A handle (ROI, object, tag group ...) as a condition says whether it is valid", "SEEN 2 f"),
    Fact("do .. while", "RECALLED, 1.2", "DM may not have it; `script check` warns"),
    Fact("Escapes in texts: \\n \\t \\r \\0 \\\" \\\\; others stay as they stand", "SEEN, 1.2",
         "\\r, \\0 and unknown ones"),
    Fact("Numbers are IEEE doubles; 1/5 is 0.2; 1/0 is infinite, 0/0 is NaN", "SEEN, 1.2, 1.3",
         "division by zero is no exception"),
    Fact("Precedence: ** before sign before * / % before + - before << >> before < > before == before & before | "
         "before && before || before ?: before assignment", "INFERRED, 1.6, with direct evidence for ** and &",
         "where C and DM might differ: << against +, ~"),
    Fact("% has the sign of the left side", "SEEN 5 f that it exists, 1.6", "sign for negative numbers"),
    Fact("& and | look at bits of numbers and join conditions of images", "SEEN, 1.6"),
    Fact("&& and || do not evaluate the right side where the left one decides", "INFERRED: as C", "may evaluate both"),
    Fact("A number beside a text becomes text; whole numbers below 1e6 in full, others with 6 digits",
         "INFERRED, 1.9", "digits: switch number_digits; form of exponents and of NaN"),
    Fact("Texts are compared with case", "SEEN, 1.6", "order of < and >"),
    Fact("= writes into the image a variable refers to and keeps its type; := binds; `image b = a` copies pixels alone",
         "DOCUMENTED, 2.3"),
    Fact("Sizes and numbers of dimensions must match for =", "DOCUMENTED, 2.3",
         "n against n x 1: switch one_dimension"),
    Fact("Real to integer truncates; what does not fit wraps", "INFERRED, 2.3", "truncation and wrapping"),
    Fact("A new image of an expression is float32, float64 if an operand has 8 bytes, complex if the values are",
         "INFERRED, 2.4", "switch expression_type"),
    Fact("Expressions compute in the precision of their operands, integers in double", "INFERRED, 2.4",
         "DM may compute every pixel in double"),
    Fact("A copy of an image keeps its type; an image literal is float32", "INFERRED, 2.3, 1.7", "both"),
    Fact("icol, irow, iplane count from 0 in the part that is computed; iwidth, iheight are its size",
         "DOCUMENTED, 3.3"),
    Fact("iradius and itheta are about (width/2, height/2); itheta is atan2(y, x), y downwards",
         "DOCUMENTED for the centre of even sizes, 3.3", "centre of odd sizes, sign and range of itheta"),
    Fact("img[x, y] is no number, only part of an expression", "INFERRED, 3.1", "`number v = img[x, y]` may compile"),
    Fact("img[x, y] looks up a place for every pixel; fractional indices are cut off; outside is 0, with a warning",
         "SEEN, 3.1, 3.4", "switches index_rounding and outside_value"),
    Fact("img[x, y] of a stack is its first plane", "INFERRED", "DM may refuse it"),
    Fact("img[t, l, b, r] and img[x0, y0, z0, x1, y1, z1] are views; rectangles keep further dimensions whole",
         "SEEN, 3.1"),
    Fact("p[icol, 0] += img adds every pixel of img to its place, in double precision", "SEEN 15 f, 3.4",
         "precision of the sum; pixels that fall outside are dropped with a warning"),
    Fact("img[] is the selected ROI's rectangle, or the whole image", "SEEN, 3.1", "whole image without a ROI"),
    Fact("img{n} and display{\"label\"} are curves of a line plot, as views", "SEEN, 3.1"),
    Fact("Functions are found by name, number and types of their arguments; the script's own win over DM's",
         "SEEN, 1.4", "which one wins where several need conversions"),
    Fact("A function must stand above its first call, or have a prototype there", "INFERRED, 1.4: 210 of 211 f"),
    Fact("A global variable that is declared below a function is known in it, with a warning", "SEEN 1 f",
         "DM may not know it"),
    Fact("A number is taken where a function wants a text", "INFERRED, 1.4: DM casts compatible types"),
    Fact("break in a catch block leaves only that block", "SEEN 6 a, 1.5"),
    Fact("A catch block that ends in another way has dealt with the exception", "unknown, 1.5",
         "switch catch_without_break"),
    Fact("Unknown functions, limits and dialogs without an answer stop the run and cannot be caught",
         "ours: DM refuses unknown functions before the script starts"),
    Fact("An undeclared name is the open image of that label", "SEEN, 2.5"),
    Fact("Members come to life before constructors, the base's constructor runs first, destructors in reverse",
         "INFERRED: as C++", "order"),
    Fact("An object or image dies when no variable refers to it", "SEEN, 1.8, 2.5"),
    Fact("Threads run to their end where they are started", "ours", "DM runs them beside the script"),
    Fact("Functions and classes of libraries are known to every later script, their variables only to them",
         "DOCUMENTED, 13", "visibility of library variables"),
)
