"""The program on a real terminal of a given size."""

import codecs
import fcntl
import os
import pty
import re
import select
import struct
import termios
import time

from .warm import Process

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]")


def plain(screen: str) -> str:
    """What was printed without colours and other orders to the terminal, in lines."""
    return ESCAPE.sub("", screen).replace("\r\n", "\n").replace("\r", "\n")


def on_screen(person, *arguments, columns=80, rows=24, keys=(), timeout_s=60, **more):
    """Run the program on a terminal, press ``keys`` (each after its text has appeared); exit code and what came."""
    descriptor, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    environment = {**person.environment(), "TERM": "xterm", **more}
    for name in ("COLUMNS", "LINES"):
        environment.pop(name, None)
    process = Process(
        arguments, environment=environment, folder=person.here, streams=(theirs, theirs, theirs), controlling=True
    )
    os.close(theirs)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    seen, waiting, end = "", list(keys), time.monotonic() + timeout_s
    while time.monotonic() < end:
        if waiting and waiting[0][0] in plain(seen):
            os.write(descriptor, waiting.pop(0)[1].encode())
        if not select.select([descriptor], [], [], 0.1)[0]:
            continue
        try:
            part = os.read(descriptor, 65_536)
        except OSError:
            break
        if not part:
            break
        seen += decoder.decode(part)
    code = process.wait()
    os.close(descriptor)
    return code, seen
