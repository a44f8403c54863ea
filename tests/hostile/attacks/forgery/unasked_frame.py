"""Answer the next question before it is asked.

item: unasked frame
cause: protocol
control: naive succeeds
"""
# prelude


def double(x):
    os.write(channel(), right_answer(x)(number() + 1))
    return x
