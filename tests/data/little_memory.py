"""Reading hostile files in a process of its own that may hardly use any memory."""

import os
import resource
from pathlib import Path

from dlquiz.errors import DataError


def refused_within(more_bytes, read, text):
    """Whether ``read()`` raises a DataError that says ``text``, with so much memory more than is used now."""
    child = os.fork()
    if child == 0:
        try:
            used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (used + more_bytes,) * 2)
            try:
                read()
            except DataError as error:
                os._exit(0 if text in error.message else 1)
        finally:
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
