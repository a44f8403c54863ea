"""A long text on a short screen: shown by the pager that the person has, a screen at a time."""

import os
import shlex
import shutil
import subprocess
from typing import Final

from dlquiz.cli._children import leave_ctrl_c_to_the_child

_LESS: Final = r"FRXPs(space bar\: next screen,  q\: close)$"
"""Settings of less for whoever has none. F: less than a screen needs no key; R: colours; X: the text stays on the
screen afterwards; and instead of its prompt, a bare colon, it says which keys a beginner needs."""


def pager() -> list[str]:
    """Return the command of ``PAGER``, or ``less``; empty where there is none, or none is wanted."""
    wanted = os.environ.get("PAGER")
    if wanted is not None:
        return [] if wanted.strip() in ("", "cat") else shlex.split(wanted)
    return next(([name] for name in ("less", "more") if shutil.which(name)), [])


def show_paged(text: str) -> bool:
    """Show a text in the pager and wait until it is closed; False if there is no pager."""
    command = pager()
    if not command:
        return False
    settings = {"LESS": _LESS, "LESSCHARSET": "utf-8", **os.environ}
    with leave_ctrl_c_to_the_child():
        try:
            child = subprocess.Popen(command, stdin=subprocess.PIPE, env=settings)
        except OSError:
            return False
        try:
            child.communicate(text.encode(errors="replace"))
        except BrokenPipeError:
            child.wait()  # closed before the end: the person has read enough
    return True
