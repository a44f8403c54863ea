"""What a submission could read of the programs that grade it, where no Landlock keeps it from ``/proc``."""

import sys

_PR_SET_DUMPABLE = 4


def hide_process(isolation: str | None) -> None:
    """Close the memory and the environment of this process to others of the same user, if workers could open them.

    Landlock does that for every file; so this is for level ``process`` only. From then on no debugger of the same
    user can attach, and ``/dev/stdout`` cannot be opened by its name. The program that has started us stays readable.
    """
    if sys.platform != "linux":
        return
    from dlquiz.sandbox import landlock
    from dlquiz.sandbox.libc import LibC

    libc = LibC()
    if isolation == "process" or landlock.missing(libc) is not None:
        libc.prctl(_PR_SET_DUMPABLE, 0)
