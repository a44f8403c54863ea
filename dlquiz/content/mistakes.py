"""What a wrong solution of a course says about itself: the mistake in a sentence, the cases it loses, what is told."""

import ast
import re
from dataclasses import dataclass

_HEADER = re.compile(r"(loses|may_lose|says):[ \t]*(.*)")


@dataclass(frozen=True, slots=True)
class Mistake:
    """The docstring of a wrong solution. Names are those of test functions; ``line`` is where ``loses:`` stands.

    ``says`` is a phrase that a case it loses shows to the learner, and that no other mistake of the exercise is shown.
    """

    title: str
    loses: tuple[str, ...]
    may_lose: tuple[str, ...] = ()
    line: int = 1
    says: str = ""


def mistake_of(tree: ast.Module) -> Mistake | None:
    """Return what a parsed wrong solution says that it gets wrong; None without a title or without ``loses:``."""
    docstring = ast.get_docstring(tree)
    if not docstring or _HEADER.match(docstring):
        return None
    names: dict[str, tuple[str, ...]] = {}
    line, says = 1, ""
    lines = docstring.splitlines()
    for number, text in enumerate(lines):
        if (found := _HEADER.fullmatch(text)) and found[1] == "says":
            says = found[2].strip()
        elif found:
            listed = [found[2]]
            # A long list goes on in the next line after a comma.
            while listed[-1].rstrip().endswith(",") and number + len(listed) < len(lines):
                listed.append(lines[number + len(listed)])
            names[found[1]] = tuple(name for part in listed for name in re.split(r"[,\s]+", part) if name)
            line = number + 1 if found[1] == "loses" else line
    if not names.get("loses"):
        return None
    return Mistake(lines[0].strip(), names["loses"], names.get("may_lose", ()), line, says)
