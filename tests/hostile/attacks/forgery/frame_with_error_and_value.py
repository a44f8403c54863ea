"""Answer with an error and a value at once.

item: forged frame
cause: protocol
control: naive succeeds
"""
# prelude


def double(x):
    error = ["d", "kind", "exception", "type", "T", "text", "t", "trace", "", "bases", ""]
    os.write(channel(), frame(["d", "id", number(), "error", error, "value", "passed"]))
    return x
