"""Open pipes until there are no descriptors left (bounded here to 1,000).

cause: exception
"""

import os


def attack():
    return [os.pipe() for _ in range(1000)][-1]
