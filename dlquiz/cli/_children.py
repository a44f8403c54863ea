"""What every program that we start at the person's terminal needs."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class CtrlC:
    """Whether Ctrl-C was pressed: a child that had nearly ended does not say so."""

    pressed: bool = False


@contextmanager
def leave_ctrl_c_to_the_child() -> Iterator[CtrlC]:
    """Ignore Ctrl-C here: at the terminal it reaches the child as well, and there it means something."""
    noted = CtrlC()

    def note(*_: object) -> None:
        noted.pressed = True

    # A Python handler, unlike SIG_IGN, is not inherited by the child.
    before = signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)
