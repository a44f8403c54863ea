"""Send a head that is nested a hundred thousand deep.

item: nested frame
cause: protocol
control: naive ends
"""
# prelude


def double(x):
    head = b"\x91" * 100_000 + b"\xc0"
    os.write(channel(), struct.pack("<IQ", len(head), 0) + head)
    return x
