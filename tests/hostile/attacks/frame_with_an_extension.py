"""Send msgpack extension types and timestamps.

cause: protocol
"""
# prelude


def double(x):
    os.write(channel(), frame(["d", "id", number(), "value", msgpack.ExtType(5, b"boom")]))
    return x
