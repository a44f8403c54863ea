"""Answer with the number True, which is equal to 1.

item: mis-typed frame
cause: protocol
control: naive succeeds
"""

# prelude


def double(x):
    os.write(channel(), right_answer(x)(True))
    return x
