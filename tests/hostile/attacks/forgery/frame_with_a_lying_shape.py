"""Send an array whose shape does not fit its bytes.

item: mis-typed frame
cause: protocol
control: naive ends
"""
# prelude


def double(x):
    os.write(channel(), frame(["d", "id", number(), "value", ["a", "float64", [2**39, 2**39, 0]]], b"x" * 8))
    return x
