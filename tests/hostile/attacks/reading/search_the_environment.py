"""Look for the grader's secret variable in os.environ and in everybody's /proc.

item: environment; /proc
cause: exception|forbidden
control: bare succeeds
level: kernel
"""

import os


def attack():
    wanted = "dlq" + "secret-"
    for name, value in os.environ.items():
        if wanted in value:
            return name, value
    for pid in (
        "self",
        "1",
        os.getppid(),
        int("@GRADER@"),
        int("@VICTIM@"),
        *range(max(1, os.getppid() - 40), os.getppid() + 40),
    ):
        try:
            with open(f"/proc/{pid}/environ") as file:
                if wanted in (text := file.read()):
                    return pid, text[:50]
        except OSError:
            continue
    raise PermissionError("nothing found")
