"""Close the channel and go on.

cause: protocol|timeout
"""

import time

# prelude


def double(x):
    os.close(channel())
    time.sleep(3600)
