"""Send noise.

cause: protocol|timeout
"""
# prelude


def double(x):
    os.write(channel(), bytes(range(256)) * 20)
    return x
