r"""Texts on their way in and out: HTML becomes our Markdown, formulas change their marks.

Ours are ``$x^2$``. Moodle and Canvas show ``\(x^2\)``, which Markdown would eat: there it is ``\\(x^2\\)``.
"""

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser

from dlquiz.quiz.exchange.neutral import Note
from dlquiz.quiz.exchange.reading import tidy

_CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]*`)", re.DOTALL)
FORMULA = re.compile(r"(?<![\\$\w])\$(?=[^\s$])([^$\n]+?)(?<=[^\s\\])\$(?![\d$])")
"""One of our formulas; what stands between the marks is the first group. Not for text in code marks."""

_ESCAPED_FORMULA = re.compile(r"\\\\\((.+?)\\\\\)|\\\\\[(.+?)\\\\\]", re.DOTALL)
_FOREIGN_FORMULA = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]|(?<!\$)\$\$(?!\$)(.+?)\$\$", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")

_TAG = re.compile(
    r"</?(?:a|b|big|blockquote|br|center|code|div|em|font|h[1-6]|hr|i|iframe|img|kbd|li|ol|p|pre|script|small|span|"
    r"strong|style|sub|sup|table|tbody|td|th|thead|tr|tt|u|ul|object|embed|video|audio|svg|math)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Apply ``change`` to what stands outside of code marks."""
    return "".join(part if i % 2 else change(part) for i, part in enumerate(_CODE.split(text)))


def has_tags(text: str) -> bool:
    """Return whether a text is probably HTML."""
    return _TAG.search(text) is not None


def to_moodle(markdown: str) -> str:
    r"""Write formulas for a text that Moodle reads as Markdown: ``\\(a\_1\\)``."""

    def formula(match: re.Match[str]) -> str:
        escaped = re.sub(r"([\\*_])", r"\\\1", match[1])
        return rf"\\({escaped}\\)"

    return outside_code(markdown, lambda part: _as_text(FORMULA.sub(formula, part)))


def _as_text(markdown: str) -> str:
    """Keep ``<b>`` and ``&lt;`` the letters that they are for us: elsewhere, Markdown may hold HTML."""
    return re.sub(r"<(?=[a-zA-Z/!?])", "&lt;", re.sub(r"&(?=#?\w+;)", "&amp;", markdown))


def from_moodle(markdown: str) -> str:
    """Undo `to_moodle`; other ways to write a formula are understood too."""

    def formula(match: re.Match[str]) -> str:
        inside = match[1] if match[1] is not None else match[2]
        return _formula(re.sub(r"\\([\\*_])", r"\1", inside))

    return outside_code(markdown, lambda part: unescape(our_formulas(_ESCAPED_FORMULA.sub(formula, part))))


def our_formulas(text: str) -> str:
    r"""Write ``\(x\)``, ``\[x\]`` and ``$$x$$`` as ``$x$``."""
    return _FOREIGN_FORMULA.sub(lambda match: _formula(next(one for one in match.groups() if one is not None)), text)


def _formula(inside: str) -> str:
    inside = " ".join(inside.split())
    return f"${inside}$" if inside else ""


def from_markdown(text: str) -> tuple[str, tuple[Note, ...]]:
    """Clean foreign Markdown: pictures become their words, tags that HTML would run go."""
    notes: list[Note] = []
    if has_tags(_CODE.sub("", text)) and re.search(r"<\s*(script|iframe|style|object|embed)\b", text, re.IGNORECASE):
        return from_html(text)
    pictures = _IMAGE.findall(_CODE.sub("", text))
    if pictures:
        text = outside_code(text, lambda part: _IMAGE.sub(lambda match: match[1], part))
        notes.append(picture_note(len(pictures)))
    return tidy(from_moodle(text)).strip(), tuple(notes)


def picture_note(count: int) -> Note:
    """Say that pictures were left out."""
    what = "a picture" if count == 1 else f"{count} pictures"
    return Note(what, "pictures do not travel; the words that describe it stand in its place")


def from_html(html: str) -> tuple[str, tuple[Note, ...]]:
    """Return HTML as our Markdown, and what could not be kept. Scripts, styles and frames are left out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tidy(reader.markdown()), tuple(reader.notes())


_BLOCKS = frozenset(
    "address article aside blockquote center dd div dl dt figure figcaption footer form h1 h2 h3 h4 h5 h6 header hr "
    "main nav ol p pre section table ul".split()
)
_SILENT = frozenset("script style iframe object embed applet noscript template head title svg audio video".split())
_HARMFUL = {
    "script": "a script",
    "applet": "a script",
    "iframe": "a frame",
    "object": "an object",
    "embed": "an object",
}
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "tt": "`", "kbd": "`", "samp": "`"}
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.lists: list[int | None] = []  # per open list: the last number, or None for bullets
        self.links: list[str] = []
        self.silent: list[str] = []
        self.preformatted = 0
        self.pictures = 0
        self.harm: dict[str, None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _HARMFUL:
            self.harm[_HARMFUL[tag]] = None
        if tag in ("audio", "video"):
            self.harm["a sound or film"] = None
        if tag in _SILENT and tag not in _VOID:
            self.silent.append(tag)
        if self.silent:
            return
        if tag == "img":
            self._picture(given)
        elif tag == "br":
            self.out.append("\n")
        elif tag == "hr":
            self.out.append("\n\n---\n\n")  # a text may be nothing but a line
        elif tag == "pre":
            self.preformatted += 1
            self.out.append("\n\n```\n")
        elif tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else None)
            self.out.append("\n\n" if len(self.lists) == 1 else "")
        elif tag == "li":
            self._item()
        elif tag in _BLOCKS:
            self.out.append("\n\n")
        elif tag in ("tr",):
            self.out.append("\n")
        elif tag in ("td", "th"):
            self.out.append(" | " if self._in_line() else "")
        elif tag in ("sub", "sup"):
            self.out.append("_" if tag == "sub" else "^")
        elif tag == "a":
            self.links.append(given.get("href", "").strip())
            if self.links[-1] and not _safe_link(self.links[-1]):
                self.harm["a link that leads to no web page"] = None
            self.out.append("[" if _safe_link(self.links[-1]) else "")
        elif tag in _MARKS and not (self.preformatted and _MARKS[tag] == "`"):
            self.out.append(_MARKS[tag])

    def handle_endtag(self, tag: str) -> None:
        if self.silent:
            if tag in self.silent:
                del self.silent[self.silent.index(tag) :]
            return
        if tag == "pre" and self.preformatted:
            self.preformatted -= 1
            self.out.append("\n```\n\n")
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
            self.out.append("\n\n" if not self.lists else "")
        elif tag in _BLOCKS:
            self.out.append("\n\n")
        elif tag == "a" and self.links:
            href = self.links.pop()
            self.out.append(f"]({href})" if _safe_link(href) else "")
        elif tag in _MARKS and not (self.preformatted and _MARKS[tag] == "`"):
            self._close_mark(_MARKS[tag])

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        self.out.append(data if self.preformatted else re.sub(r"[ \t\n\r\f\xa0]+", " ", data))

    def _close_mark(self, mark: str) -> None:
        """Close emphasis; one around nothing but space, as editors leave it, goes."""
        if self.out and self.out[-1] == mark:
            self.out.pop()
        elif self.out and not self.out[-1].strip() and self.out[-2:-1] == [mark]:
            del self.out[-2]
        elif mark in self.out:
            self.out.append(mark)

    def _item(self) -> None:
        depth = max(len(self.lists) - 1, 0)
        number = self.lists[-1] if self.lists else None
        if number is not None:
            self.lists[-1] = number + 1
        self.out.append(f"\n{'  ' * depth}{'-' if number is None else f'{number + 1}.'} ")

    def _picture(self, given: dict[str, str]) -> None:
        formula = given.get("data-equation-content") or given.get("x-canvaslms-equation", "")
        if not formula and "equation" in given.get("class", ""):
            formula = given.get("alt", "").removeprefix("LaTeX: ")
        if formula:
            self.out.append(_formula(formula))
            return
        self.pictures += 1
        self.out.append(" ".join(given.get("alt", "").split()))

    def _in_line(self) -> bool:
        written = "".join(self.out[-3:])
        return bool(written.strip()) and not written.endswith("\n")

    def markdown(self) -> str:
        """Return what was read, with tidy lines."""
        text = "".join(self.out)
        parts = re.split(r"(\n```\n.*?\n```\n)", text, flags=re.DOTALL)
        tidied = [part if i % 2 else _tidy_lines(our_formulas(part)) for i, part in enumerate(parts)]
        return re.sub(r"\n{3,}", "\n\n", "".join(tidied)).strip()

    def notes(self) -> list[Note]:
        found = [Note(what, "what could run or load something is never kept") for what in self.harm]
        if self.pictures:
            found.append(picture_note(self.pictures))
        return found


def _tidy_lines(text: str) -> str:
    lines = [re.sub(r"(?<=\S) {2,}", " ", line).rstrip() for line in text.split("\n")]
    return "\n".join(line if re.match(r"\s*(?:-|\d+\.) ", line) else line.lstrip() for line in lines)


def _safe_link(href: str) -> bool:
    return re.match(r"https?://|mailto:", href, re.IGNORECASE) is not None and not re.search(r"[\s()<>]", href)
