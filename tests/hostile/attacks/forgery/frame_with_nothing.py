"""Answer with neither an error nor a value.

item: forged frame
cause: protocol
control: naive succeeds
"""
# prelude


def double(x):
    os.write(channel(), frame(["d", "id", number(), "outcome", "passed", "points", 100]))
    return x
