"""Read the environment and the memory of the processes above: the grader, and the command that started it.

item: memory of others
cause: forbidden|exception
control: bare succeeds
"""

import os


def first_success(*tries):
    """Return what the first try that gets through returns; raise the last refusal if none does."""
    refusal = None
    for one in tries:
        try:
            return one()
        except Exception as error:
            refusal = error
    raise refusal


def environment(pid):
    with open(f"/proc/{pid}/environ", "rb", 0) as file:
        return pid, file.read(1).decode() + "..."


def memory(pid):
    with open(f"/proc/{pid}/mem", "rb", 0) as file:
        return pid, file.fileno()


def parent(pid):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("PPid:"))


def attack():
    pids = [os.getppid()]
    while pids[-1] not in (0, 1, int("@GRADER@")):  # what is above has called us, and is not ours to close
        try:
            pids.append(parent(pids[-1]))
        except Exception:
            pids.append(int("@GRADER@"))
    # The server of the workers has an empty environment, and knows nothing of a submission; without one, the first is it.
    pids = [pid for pid in pids if pid > 1][1:] or pids
    return first_success(
        *(lambda pid=pid: environment(pid) for pid in pids),
        *(lambda pid=pid: memory(pid) for pid in pids),
    )
