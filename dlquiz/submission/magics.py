"""Turn a notebook cell into Python: comment out what only IPython understands, line by line.

Only the beginning of a statement can be a magic. ``% b`` on a line of its own inside
brackets is arithmetic, and a ``!`` inside a text is a letter; so brackets, texts and
continued lines are followed. Nothing is parsed or compiled: the cell is a stranger's.
"""

import re

# Their body is ordinary Python that runs in the notebook's own namespace. The body of the
# others is another language (%%bash), or leaves no names behind (%%timeit).
_PYTHON_BODY = re.compile(r"%%(time|capture|prun)\b")
_MAGIC = re.compile(r"[%!?]|.*[^\s?]\?{1,2}\s*$|[\w., ]+=\s*(%\w|!)")
_TOKEN = re.compile(r"""#|'''|\"\"\"|['"]|[(\[{]|[)\]}]""")


def without_magics(cell: str) -> str:
    """Return the cell with its magics as comments; every line keeps its number."""
    lines = cell.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        if not _PYTHON_BODY.match(lines[first]):
            return "\n".join(f"# {line}" if line.strip() else line for line in lines)
        lines[first] = f"# {lines[first]}"
    state = _State()
    continued = False
    for number, line in enumerate(lines):
        if continued or (state.neutral and _is_magic(line)):
            lines[number] = _commented(line, whole=continued)
            continued = line.rstrip().endswith("\\")
        else:
            state.pass_over(line)
    return "\n".join(lines)


def _is_magic(line: str) -> bool:
    text = line.strip()
    return bool(_MAGIC.match(text)) and not text.startswith("#") and not _asks_in_a_comment(text)


def _asks_in_a_comment(text: str) -> bool:
    # "x = 1  # why?" ends with a question mark, too.
    return "#" in text and not text.startswith(("%", "!", "?"))


def _commented(line: str, *, whole: bool) -> str:
    body = line.lstrip()
    indent = line[: len(line) - len(body)]
    # A block may hold nothing else, and a block of comments is a syntax error.
    return f"{indent}pass  # {body}" if indent and not whole else f"{indent}# {body}"


class _State:
    """Where the next line begins: inside brackets, inside a text, after a backslash, or at a statement."""

    def __init__(self) -> None:
        self.depth = 0
        self.quote = ""
        self.continued = False

    @property
    def neutral(self) -> bool:
        return not (self.depth or self.quote or self.continued)

    def pass_over(self, line: str) -> None:
        position = 0
        self.continued = False
        while position < len(line):
            if self.quote:
                position = self._end_of_text(line, position)
                continue
            token = _TOKEN.search(line, position)
            if token is None or token[0] == "#":
                self.continued = token is None and line.endswith("\\")
                return
            position = token.end()
            if token[0] in "([{":
                self.depth += 1
            elif token[0] in ")]}":
                self.depth = max(0, self.depth - 1)
            else:
                self.quote = token[0]
        if len(self.quote) == 1 and not line.endswith("\\"):
            self.quote = ""  # a text that was not closed ends with its line: a syntax error for Python to tell

    def _end_of_text(self, line: str, position: int) -> int:
        while position < len(line):
            if line[position] == "\\":
                position += 2
            elif line.startswith(self.quote, position):
                position += len(self.quote)
                self.quote = ""
                return position
            else:
                position += 1
        return position
