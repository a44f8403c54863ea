"""What the parts of the store have in common that are about one table each."""

from collections.abc import Callable
from typing import Any


class LogTable:
    """Reads and writes one table of a store of progress.

    Parameters
    ----------
    read, write : callable
        Run one statement of SQL with its values, in a transaction of its own.
    """

    def __init__(self, read: Callable[..., list[Any]], write: Callable[[str, tuple[object, ...]], None]) -> None:
        self._read, self._write = read, write
