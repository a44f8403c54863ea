"""Send msgpack extension types and timestamps.

item: mis-typed frame
cause: protocol
control: naive breaks
"""
# prelude


def double(x):
    os.write(channel(), frame(["d", "id", number(), "value", msgpack.ExtType(5, b"boom")]))
    return x
