"""Announce a body of sixteen exabytes.

cause: protocol
"""
# prelude


def double(x):
    os.write(channel(), struct.pack("<IQ", 10, 2**64 - 1) + b"x" * 1000)
    return x
