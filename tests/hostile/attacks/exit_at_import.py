"""End the process while loading.

cause: crashed
earns: 0
"""

import os

os._exit(0)
