"""Announce a head of four gigabytes.

cause: protocol
"""
# prelude


def double(x):
    os.write(channel(), struct.pack("<IQ", 2**32 - 1, 0) + b"x" * 1000)
    return x
