"""Answer with an error and a value at once.

cause: protocol
"""
# prelude


def double(x):
    error = ["d", "kind", "exception", "type", "T", "text", "t", "trace", "", "bases", ""]
    os.write(channel(), frame(["d", "id", number(), "error", error, "value", True]))
    return x
