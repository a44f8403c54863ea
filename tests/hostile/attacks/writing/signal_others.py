"""Signal the grader, the server, a process of the test, its own group, and everybody.

item: processes
cause: forbidden|exception
control: bare succeeds
"""

import os
import signal


def first_success(*tries):
    """Return what the first try that gets through returns; raise the last refusal if none does."""
    refusal = None
    for one in tries:
        try:
            return one()
        except Exception as error:
            refusal = error
    raise refusal


def attack():
    return first_success(
        lambda: os.kill(int("@VICTIM@"), signal.SIGTERM) or "victim",
        lambda: os.kill(int("@VICTIM@"), 0) or "victim, 0",
        lambda: os.kill(os.getppid(), 0) or "server",
        lambda: os.kill(-1, 0) or "all",
        lambda: os.kill(0, 0) or "group",
        lambda: os.killpg(os.getpgrp(), 0) or "killpg",
        lambda: os.pidfd_open(int("@VICTIM@")),
    )
