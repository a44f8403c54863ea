"""Close the channel and go on.

item: truncated frame
cause: protocol|timeout
control: naive ends
"""

import time

# prelude


def double(x):
    os.close(channel())
    time.sleep(3600)
