"""Answer with the number of another question.

item: out-of-order frame
cause: protocol
control: naive succeeds
"""
# prelude


def double(x):
    os.write(channel(), right_answer(x)(0))
    return x
