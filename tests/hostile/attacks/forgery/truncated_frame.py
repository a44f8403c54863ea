"""Send half an answer and keep quiet.

item: truncated frame
cause: timeout
control: naive hangs
"""
# prelude

import time


def double(x):
    os.write(channel(), right_answer(x)(number())[:-5])
    time.sleep(3600)
