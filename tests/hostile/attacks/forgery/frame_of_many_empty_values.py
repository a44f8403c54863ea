"""Send a megabyte of empty lists.

item: oversized frame
cause: protocol
control: naive ends|hangs
"""
# prelude


def double(x):
    head = b"\xdd" + struct.pack(">I", 900_000) + b"\x90" * 900_000
    one = os.write
    data = struct.pack("<IQ", len(head), 0) + head
    while data:
        data = data[one(channel(), data) :]
    return x
