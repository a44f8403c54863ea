"""Sleep while loading.

item: sleep at import
cause: timeout
control: pytest hangs
earns: 0
"""

import time

time.sleep(3600)
