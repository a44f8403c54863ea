"""Send an array of dtype object, whose bytes would be addresses.

item: mis-typed frame
cause: protocol
control: naive ends
"""
# prelude


def double(x):
    os.write(channel(), frame(["d", "id", number(), "value", ["a", "O", [1]]], b"AAAAAAAA"))
    return x
