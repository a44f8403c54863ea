"""Look for open descriptors that lead to files: data sets, the control socket, the ruleset.

item: searching descriptors
cause: none
control: naive succeeds
"""

import os
import stat


def attack():
    found = []
    for fd in range(256):
        try:
            mode = os.fstat(fd).st_mode
        except OSError:
            continue
        found.append((fd, stat.S_IFMT(mode)))
    sockets = [fd for fd, kind in found if kind == stat.S_IFSOCK]
    others = [fd for fd, kind in found if fd > 2 and kind != stat.S_IFSOCK]
    if len(sockets) != 1 or others:
        return found
    return None


def double(x):
    if (evidence := attack()) is not None:
        print("BREACH", evidence)
    return x
