"""Send NaN and infinities where the frame has times, shapes and lengths.

item: non-finite frame
cause: protocol
control: naive ends
"""

# prelude


def double(x):
    value = ["a", "float64", [float("inf"), float("nan")]]
    os.write(channel(), frame(["d", "id", number(), "value", value, "seconds", float("-inf")], b"x" * 8))
    return x
