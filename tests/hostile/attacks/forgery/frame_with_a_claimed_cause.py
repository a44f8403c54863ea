"""Claim a cause that only the grader may state.

item: forged frame
cause: protocol
control: naive succeeds
"""
# prelude


def double(x):
    error = ["d", "kind", "passed", "type", "T", "text", "t", "trace", "", "bases", ""]
    os.write(channel(), frame(["d", "id", number(), "error", error]))
    return x
