"""Places of a lesson that a Markdown renderer shows otherwise than they are written."""

import re
from collections.abc import Iterator

_FENCE = re.compile(r"\s*(```+|~~~+)")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_FORMULA = re.compile(r"\$\$.*?\$\$|(?<![\\$\w])\$[^\s$`](?:[^$`]*[^\s$`\\])?\$(?![\d$])", re.DOTALL)
_ITALICS = re.compile(r"(?<![\w)\]*\\])(\*{1,3})(?=[^\s*])(?:[^*\n]|\n(?!\s*\n))*?(?<=[^\s*])\1")
_TIMES = re.compile(r"[\w)\]]\*\*?(?:[\w(\[]|-?\.?\d)")
_TAG = re.compile(r"</?[A-Za-z][\w-]*(?:\s[^<>]*)?/?>")
_HEADING = re.compile(r"#{1,6}[^#\s]")
_ROW = re.compile(r"\s*\|.*\|\s*$")


def not_as_written(markdown: str) -> Iterator[tuple[int, str, str]]:
    """Yield the line, what a reader does not see as it was written, and what to write."""
    prose, unclosed = _without_code(markdown)
    if unclosed:
        yield unclosed, "this code block is not closed", "close it with the same signs"
    if len(re.findall(r"(?<!\\)\$\$", prose)) % 2:
        yield (
            prose[: prose.rindex("$$")].count("\n") + 1,
            "a formula begins or ends here without its other `$$`",
            "write `$$` before and after a formula",
        )
    text = _ITALICS.sub(lambda found: _blank(found[0]), _FORMULA.sub(lambda found: _blank(found[0]), prose))
    columns = 0
    for number, line in enumerate(text.split("\n"), 1):
        if found := _TIMES.search(line):
            yield (
                number,
                f"the star in `{found[0]}` is read as the mark of italics",
                "put it into backticks, or write ·",
            )
        if found := _TAG.search(line):
            yield number, f"{found[0]} is read as HTML, and is not shown", "put it into backticks"
        if _HEADING.match(line):
            yield number, "a heading needs a blank behind its #", "write `## Heading`"
        cells = line.replace(r"\|", "").count("|") if _ROW.match(line) else 0
        if columns and cells and cells != columns:
            yield number, f"a row of {cells - 1} cells in a table of {columns - 1}", r"write \| for a bar inside a cell"
        columns = (columns or cells) if cells else 0


def _without_code(markdown: str) -> tuple[str, int]:
    """Return a text whose code is blank, line by line as long as before, and where a block begins that never ends."""
    lines, fence, begun = [], "", 0
    for number, line in enumerate(markdown.split("\n"), 1):
        found = _FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence) and not line.strip(" `~"):
                fence, begun = "", 0
            lines.append("")
        elif found:
            fence, begun = found[1], number
            lines.append("")
        else:
            lines.append(line)
    # Bars in code divide cells all the same, so they stay.
    return _CODE.sub(lambda found: _blank(found[0]), "\n".join(lines)), begun


def _blank(text: str) -> str:
    return re.sub(r"\\\||[^\n|]", " ", text)
