"""Answer twice: first with a claim, then with another.

cause: none
"""
# prelude


def double(x):
    os.write(channel(), frame(["d", "id", number(), "value", True]))
    os.write(channel(), frame(["d", "id", number(), "value", "passed"]))
    return x
