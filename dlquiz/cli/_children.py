"""What every program that we start at the person's terminal needs."""

import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO


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


def start(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None, stdout: TextIO | None = None
) -> "subprocess.Popen[bytes]":
    """Start a Python program of ours; Ctrl-C waits until it lifts the block.

    A Python that is interrupted while it still starts prints a traceback of its own. ``dlquiz`` lifts the block first
    of all, ``_run_examples`` when it is ready to say where it was.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return subprocess.Popen(command, cwd=cwd, env=env, stdout=stdout)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
