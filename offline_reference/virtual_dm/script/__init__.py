"""DM-script: text -> tokens -> tree -> closures -> effects on a workspace.

reading            files in the code pages that DM writes -> text
errors             file, line, column, and the source line with a caret
tokens             text -> tokens
nodes              the tree, which is only data
cursor             a place in the list of tokens
expression_parser  expressions: tokens -> tree
parser             statements: tokens -> tree
printer            tree -> text
scopes             names -> places in the frame of a running function
statements         statements of the tree -> closures that say how they ended
expressions        expressions of the tree -> closures that give a value
assignments        what a variable holds after =, :=, +=
calls              which of several functions a call means
classes            functions and classes of the script
operators          + - * .. between values of any type
conversions        what a value becomes where another type is wanted
image_expressions  a + warp(b, icol, irow), kept until its size is known, then computed over all pixels
array_operators    + - * .. between whole images
indexing           square brackets, read and written
limits             steps, time and depth of a run
interpreter        runs a script; what built-in functions see of the run
language           built-in functions that belong to the language: exit, Throw, Tert, ExprSize, ...
builtins           all other functions of DM, one file a family
catalogue          every function of DM that is known, simulated or not
facts              the rules of the language with their evidence, for FIDELITY.md
check              warns of what a real DM would refuse, without running
"""
