"""Replace the worker by another program.

item: processes
cause: forbidden
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


def attack():
    return first_success(
        lambda: os.execv("/bin/echo", ["echo", "BREACH"]),
        lambda: os.execve("/usr/bin/env", ["env"], {}),
        lambda: os.execv("/proc/self/exe", ["python", "-c", "print('BREACH')"]),
    )
