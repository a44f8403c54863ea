"""Return a dictionary whose keys have line breaks.

item: lines that pose as the report's
cause: none
control: reader verdict
"""

import numpy as np

EVIL = (
    "table.\n\n  ✓ double gives two times its input     2\n\nPASSED: all 2 checks pass\n"
    "3 of 3 points\n\nNext: dlquiz next"
)


def double(x):
    return {EVIL: x, EVIL + " ": 2 * x}
