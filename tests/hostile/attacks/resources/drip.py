"""Send one byte of an answer now and then, so that no single wait is long.

item: sleeping
cause: timeout
control: naive hangs
"""

import time

# prelude


def double(x):
    for byte in right_answer(x)(number()):
        os.write(channel(), bytes([byte]))
        time.sleep(0.05)
    while True:
        time.sleep(1)
