"""Choose itself as the first victim when memory runs out, to be excused as a fault of the machine.

item: killing itself
cause: forbidden
control: bare succeeds
"""


def attack():
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")
    return "first to be killed"
