"""Return an array of zeros that costs nothing here and much over there.

item: huge values
cause: protocol|memory
control: naive ends
"""

import struct

# prelude


def double(x):
    size = 1 << 28
    head = msgpack.packb(["d", "id", number(), "value", ["a", "uint8", [size]]])
    os.write(channel(), struct.pack("<IQ", len(head), size) + head)
    block = bytes(1 << 20)
    for _ in range(256):
        os.write(channel(), block)
    return x
