"""Open a folder by O_PATH, go there, and read by a relative path.

item: workspace
cause: forbidden
control: bare succeeds
level: kernel
"""

import os


def attack():
    fd = os.open("@SCRATCH@", os.O_PATH | os.O_DIRECTORY)
    try:
        os.fchdir(fd)
    except OSError:
        pass
    return os.read(os.open("secret.txt", os.O_RDONLY, dir_fd=fd), 200)
