"""Send the answers of two questions in exchanged order.

item: out-of-order frame
cause: protocol
control: naive breaks
"""

# prelude


def double(x):
    here = number()
    os.write(channel(), frame(["d", "id", here + 1, "value", 0.25]))
    os.write(channel(), frame(["d", "id", here, "value", 0.5]))
    return x
