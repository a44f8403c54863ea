"""How this program is typed where the reader is: whatever command we name can be pasted, and works."""

import re
import shutil
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from dlquiz.text import shell_word


@cache
def program() -> str:
    """Return what starts this program in the reader's shell: its whole path where its environment is not activated."""
    own = Path(sys.executable).with_name("dlquiz")
    found = shutil.which("dlquiz")
    if found is not None and (not own.exists() or Path(found).resolve() == own.resolve()):
        return "dlquiz"
    return shell_word(str(own)) if own.exists() else f"{shell_word(sys.executable)} -m dlquiz"


def pasteable(text: str, commands: Iterable[str], course: str | None = None) -> str:
    """Let each of our ``commands`` in a text start this very program, with the ``course`` that was named for it.

    One that begins with an option of the whole program says its course itself.
    """
    start = program()
    named = f"{start} --course {shell_word(course)}" if course else start
    if named == "dlquiz":
        return text
    ours = re.compile(rf"(?<![\w./-])dlquiz(?= (?:(--course|--trust-course|--plain)|{'|'.join(commands)})\b)")
    return ours.sub(lambda found: start if found[1] else named, text)
