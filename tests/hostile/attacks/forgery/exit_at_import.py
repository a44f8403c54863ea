"""End the process while loading.

item: exit
cause: crashed
control: script succeeds
earns: 0
"""

import os

os._exit(0)
