"""Close descriptors 0, 1 and 2.

cause: none|crashed
"""

import os


def double(x):
    os.closerange(0, 3)
    return x
