"""Create a file, folder, pipe or node in every place that is usually writable.

item: files; /dev/shm
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


def make(path):
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path


def attack():
    places = ("@SCRATCH@", "/tmp", "/var/tmp", "/dev/shm", "/run", os.path.expanduser("~"), ".")
    return first_success(
        *(lambda place=place: make(f"{place}/dlquiz-attack") for place in places),
        lambda: os.mkdir("@SCRATCH@/made") or "mkdir",
        lambda: os.mkfifo("@SCRATCH@/fifo") or "mkfifo",
        lambda: os.open("@SCRATCH@", os.O_TMPFILE | os.O_RDWR),
    )
