"""Send noise.

item: mis-typed frame
cause: protocol|timeout
control: naive ends
"""
# prelude


def double(x):
    os.write(channel(), bytes(range(256)) * 20)
    return x
