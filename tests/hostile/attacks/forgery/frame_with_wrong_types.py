"""Send a frame whose every field has another type than agreed.

item: mis-typed frame
cause: protocol
control: naive ends
"""

# prelude


def double(x):
    os.write(channel(), frame(["d", "id", str(number()), "value", ["a", 8, "float64"], "error", [True]]))
    return x
