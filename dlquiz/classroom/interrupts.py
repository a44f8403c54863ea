"""Ctrl-C that waits for the end of a short piece of work."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Do the block to its end; a Ctrl-C that came meanwhile is heard then.

    What is interrupted while it talks to a database keeps it open, with its transaction, for as long as somebody looks
    at the traceback: the very program that was interrupted could then write nothing more.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    heard: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda number, frame: heard.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if heard:
            before(*heard[0])
