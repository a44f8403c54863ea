"""Cut a file for text2qti into blocks: a mark at the beginning of a line, and the lines that belong to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dlquiz.exchange.reading import refuse

_WITH_TEXT = {
    "question": r"\d+\.",
    "right": r"\*[a-zA-Z]\)",
    "wrong": r"[a-zA-Z]\)",
    "ticked": r"\[\*\]",
    "unticked": r"\[ ?\]",
    "typed": r"\*",
    "feedback": r"\.\.\.",
    "if right": r"\+",
    "if wrong": r"-",
    "solution": r"!",
    "number": r"=",
    "title": r"[Tt]itle:",
    "points": r"[Pp]oints:",
    "text title": r"[Tt]ext [Tt]itle:",
    "text": r"[Tt]ext:",
    "quiz title": r"[Qq]uiz [Tt]itle:",
    "quiz description": r"[Qq]uiz [Dd]escription:",
    "pick": r"[Pp]ick:",
    "solutions pick": r"[Ss]olutions pick:",
    "group points": r"[Pp]oints per question:",
    "setting": r"(?:[Ss]huffle answers|[Ss]how correct answers|[Oo]ne question at a time|[Cc]an't go back"
    r"|[Ff]eedback is solution|[Ss]olutions sample groups|[Ss]olutions randomize groups):",
}
_ALONE = {
    "essay": r"___+",
    "upload": r"\^\^\^+",
    "group": "GROUP",
    "end of group": "END_GROUP",
}
_ONE_LINE = frozenset({"points", "pick", "solutions pick", "group points", "number", "typed", "setting"})
_START = re.compile(
    "|".join(
        [rf"(?P<k{i}>{pattern}[ \t]+(?=\S))" for i, pattern in enumerate(_WITH_TEXT.values())]
        + [rf"(?P<a{i}>{pattern}\s*)$" for i, pattern in enumerate(_ALONE.values())]
    )
)
_BARE = re.compile("|".join(f"(?:{pattern})" for pattern in _WITH_TEXT.values()))
_RUN = re.compile(r"`{3,}\s*\S")


@dataclass(frozen=True, slots=True)
class Block:
    """What a mark says (``kind``), its text, its line, and the mark as it stands there."""

    kind: str
    text: str
    line: int
    mark: str


def blocks(text: str, file: str) -> Iterator[Block]:
    """Yield the blocks of a file; ContentError for a line that belongs to none, and for code to be run."""
    lines = text.split("\n")
    place = 0
    while place < len(lines):
        line = lines[place]
        if not line.strip() or line.startswith("%"):
            place += 1
            continue
        if line.startswith("COMMENT"):
            place = _after_comment(lines, place, file)
            continue
        if _RUN.match(line):
            message = "this block of code asks to be run; nothing in a file is ever run here"
            refuse(
                file, message, "run text2qti yourself, and import the package that it writes", line=place + 1, text=text
            )
        found = _START.match(line)
        if found is None:
            _explain(line, file, place + 1, text)
        assert found is not None
        assert found.lastgroup is not None
        names = list(_WITH_TEXT) if found.lastgroup[0] == "k" else list(_ALONE)
        kind = names[int(found.lastgroup[1:])]
        start = place
        place += 1
        parts = [line[found.end() :].strip()]
        if kind in _WITH_TEXT and kind not in _ONE_LINE:
            place = _more(lines, place, parts, found, kind)
        yield Block(kind, "\n".join(parts).strip("\n"), start + 1, found.group().strip())


def _more(lines: list[str], place: int, parts: list[str], found: re.Match[str], kind: str) -> int:
    """Add the lines that are indented below a mark; return where the next block begins."""
    in_words = found.group().rstrip().endswith(":")  # after "Title:" any indentation will do
    margin = None if in_words else len(found.group().expandtabs(4))
    end = place
    while end < len(lines):
        line = lines[end].expandtabs(4).rstrip()
        if not line:
            if "title" in kind:
                break
            parts.append("")
        else:
            indent = len(line) - len(line.lstrip(" "))
            if margin is None and indent >= 2:
                margin = indent
            if margin is None or indent < margin:
                break
            parts.append(line[margin:])
        end += 1
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return end


def _after_comment(lines: list[str], place: int, file: str) -> int:
    end = next((i for i in range(place + 1, len(lines)) if lines[i].startswith("END_COMMENT")), None)
    if end is None:
        refuse(file, "this COMMENT has no END_COMMENT", line=place + 1)
    return end + 1


def _explain(line: str, file: str, number: int, text: str) -> None:
    found = _BARE.match(line)
    if found and not line[found.end() :].strip():
        refuse(file, f"nothing stands after '{found.group()}'", line=number, text=text)
    if found:
        refuse(file, f"a space is missing after '{found.group()}'", line=number, text=text)
    message = "this line begins with no mark of text2qti, and belongs to nothing above"
    refuse(file, message, "indent it as far as the text above it, if it goes on there", line=number, text=text)
