"""Announce a body of sixteen exabytes.

item: oversized frame
cause: protocol
control: naive ends
"""
# prelude


def double(x):
    os.write(channel(), struct.pack("<IQ", 10, 2**64 - 1) + b"x" * 1000)
    return x
