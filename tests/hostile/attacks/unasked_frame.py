"""Answer the next question before it is asked.

cause: protocol
"""
# prelude


def double(x):
    os.write(channel(), right_answer(x)(number() + 1))
    return x
