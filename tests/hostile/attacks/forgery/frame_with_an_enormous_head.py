"""Announce a head of four gigabytes.

item: oversized frame
cause: protocol
control: naive ends
"""
# prelude


def double(x):
    os.write(channel(), struct.pack("<IQ", 2**32 - 1, 0) + b"x" * 1000)
    return x
