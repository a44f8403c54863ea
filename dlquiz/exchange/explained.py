"""One explanation for what other formats keep apart: the source, and what is said to each answer of a true/false.

An import joins them, so that the learner reads everything; an export divides them again.
"""

import re
from typing import NamedTuple

_SOURCE = "Source: "
_SAID = re.compile(r"If you answered “(true|false)”: ", re.IGNORECASE)


def split_source(explain: str) -> tuple[str, str]:
    """Split what our exports join: the explanation and, as its last paragraph, ``Source: …``."""
    before, found, after = explain.rpartition(f"\n\n{_SOURCE}")
    if found and "\n\n" not in after:
        return before, after
    if explain.startswith(_SOURCE) and "\n\n" not in explain:
        return "", explain.removeprefix(_SOURCE)
    return explain, ""


def join_source(explain: str, source: str) -> str:
    """Write explanation and source as one text, for formats that have one place for both."""
    return "\n\n".join(part for part in (explain, f"{_SOURCE}{source}" if source else "") if part)


class SaidTo(NamedTuple):
    """An explanation, and what is said to who answers true or false."""

    explain: str
    if_true: str = ""
    if_false: str = ""


def said_to(answer: bool, text: str) -> str:
    """Return what is said to one answer as a part of the explanation, which is read after every answer."""
    return f"If you answered “{str(answer).lower()}”: {text}"


def split_said(explain: str) -> SaidTo:
    """Take what `said_to` has written off the end of an explanation."""
    cuts = [match for match in _SAID.finditer(explain) if match.start() == 0 or explain[: match.start()][-2:] == "\n\n"]
    said = {"true": "", "false": ""}
    end = len(explain)
    for cut in reversed(cuts):
        if said[cut[1].casefold()]:
            break
        said[cut[1].casefold()] = explain[cut.end() : end].strip()
        end = cut.start()
    return SaidTo(explain[:end].strip(), said["true"], said["false"])
