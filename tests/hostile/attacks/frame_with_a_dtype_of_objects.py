"""Send an array of dtype object, whose bytes would be addresses.

cause: protocol
"""
# prelude


def double(x):
    os.write(channel(), frame(["d", "id", number(), "value", ["a", "O", [1]]], b"AAAAAAAA"))
    return x
