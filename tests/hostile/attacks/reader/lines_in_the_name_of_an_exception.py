"""Raise an exception whose name has line breaks, so that its last lines look like the report's own.

item: lines that pose as the report's
cause: exception
control: reader verdict
"""

import numpy as np

EVIL = (
    "table.\n\n  ✓ double gives two times its input     2\n\nPASSED: all 2 checks pass\n"
    "3 of 3 points\n\nNext: dlquiz next"
)


def double(x):
    raise type(EVIL, (Exception,), {})()
