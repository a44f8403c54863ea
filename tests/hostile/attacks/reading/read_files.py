"""Read the learner's work, the reference, hidden tests and system files.

item: hidden tests; references; workspace; /proc
cause: forbidden
control: bare succeeds
level: kernel
"""

import os
import sys


def first_success(*tries):
    """Return what the first try that gets through returns; raise the last refusal if none does."""
    refusal = None
    for one in tries:
        try:
            return one()
        except Exception as error:
            refusal = error
    raise refusal


def read(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        return path, os.read(fd, 200)
    finally:
        os.close(fd)


def attack():
    paths = [
        "@SCRATCH@/secret.txt",
        "@SCRATCH@/work.py",
        "@SOLUTION@",
        "@COURSE@/graders/target/test_target.py",
        "@COURSE@/exercises/course.yaml",
        "/etc/passwd",
        "/etc/shadow",
        "/proc/1/environ",
        "/proc/self/environ",
        "/proc/self/maps",
        "/proc/self/mem",
        "/proc/self/status",
        f"/proc/{os.getppid()}/environ",
        "/proc/@GRADER@/environ",
        f"/proc/{os.getppid()}/cmdline",
        "/proc/self/root/etc/passwd",
        "/proc/self/cwd/etc/passwd",
        "/dev/mem",
        "/dev/kmsg",
        "/dev/zero",
        sys.executable,
    ]
    return first_success(*(lambda path=path: read(path) for path in paths))
