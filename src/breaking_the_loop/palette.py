"""The colours of the course's quantities, each with the second sign that tells its lines apart."""

from looplab.figure.style import colour

OBSESSION = colour("obsession", "#c2410c", "#ff9a5c", width=2.5)
COMPULSION = colour("compulsion", "#7c3aad", "#c99cf0", width=2.5, dashes=(6, 3), marker="s")
RELIEF = colour("relief", "#0f766e", "#4fd1c1", width=2.5, dashes=(2, 2), marker="^")
KETAMINE = colour("ketamine", "#a3197d", "#f08ad0", width=3, marker="D")
EXPOSURE = colour("exposure", "#8a5a00", "#e3b04b", width=2.5, dashes=(11, 3), marker="v")
TABLETS = colour("tablets", "#2b57a5", "#8fb4f7", width=2.5, dashes=(10, 3, 2, 3), marker="P")
