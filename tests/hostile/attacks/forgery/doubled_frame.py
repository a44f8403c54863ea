"""Answer twice, so that every later answer belongs to the question before.

item: doubled frame
cause: none
control: naive breaks
"""
# prelude


def double(x):
    os.write(channel(), frame(["d", "id", number(), "value", True]))
    os.write(channel(), frame(["d", "id", number(), "value", 0.0]))
    return x
