r"""Texts on their way in and out: HTML becomes our Markdown, formulas change their marks.

Ours are ``$x^2$``. Moodle and Canvas show ``\(x^2\)``, which Markdown would eat: there it is ``\\(x^2\\)``.
"""

import re
from collections.abc import Callable
from html import escape, unescape
from html.parser import HTMLParser

from dlquiz.exchange.from_mathml import MathNode, Unknown, to_latex
from dlquiz.exchange.markup import has_tags, local, only_tags
from dlquiz.exchange.neutral import Note
from dlquiz.text import storable

_CODE = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]*`)", re.DOTALL)
FORMULA = re.compile(r"(?<![\\$\w])\$(?=[^\s$])([^$\n]+?)(?<=[^\s\\])\$(?![\d$])")
"""One of our formulas; what stands between the marks is the first group. Not for text in code marks."""

_LINE_MARK = re.compile(
    r"""^(?:
        (?P<number>\d{1,9})(?P<point>\.)(?=\s|$)     # 1. a list
        | (?P<mark>
            [>#]                                     # a quote, a heading
            | [+*-](?=\s|$)                          # a list
            | [*_-](?=(?:[ ]?[*_-]){2,}\s*$) | =+$   # a line
            | \[(?=[^\]]+\]\s*:)                     # the target of a link
        ))""",
    re.VERBOSE,
)
_ESCAPED_FORMULA = re.compile(r"\\\\\((.+?)\\\\\)|\\\\\[(.+?)\\\\\]", re.DOTALL)
_FOREIGN_FORMULA = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]|(?<!\$)\$\$(?!\$)(.+?)\$\$", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Apply ``change`` to what stands outside of code marks."""
    return "".join(part if i % 2 else change(part) for i, part in enumerate(_CODE.split(text)))


def to_moodle(markdown: str) -> str:
    r"""Write formulas for a text that Moodle reads as Markdown: ``\\(a\_1\\)``."""

    def formula(match: re.Match[str]) -> str:
        escaped = re.sub(r"([\\*_])", r"\\\1", match[1])
        return rf"\\({escaped}\\)"

    return outside_code(markdown, lambda part: _as_text(FORMULA.sub(formula, part)))


def to_moodle_line(markdown: str) -> str:
    """Write a text that stands in one line for us: a mark at its beginning is a sign, and no quote or list there."""
    return mark_is_sign(to_moodle(markdown)) if "\n" not in markdown.strip() else to_moodle(markdown)


def mark_is_sign(markdown: str) -> str:
    r"""Escape what would make a block of a line: ``> 0.5`` becomes ``\> 0.5``."""

    def escaped(match: re.Match[str]) -> str:
        return f"{match['number']}\\." if match["number"] else f"\\{match['mark']}"

    return _LINE_MARK.sub(escaped, markdown.lstrip())


def sign_at_start(markdown: str) -> str:
    """Undo `mark_is_sign`."""
    return re.sub(r"^(\d{0,9})\\(?=[>#+*=_\-.\[])", r"\1", markdown) if "\n" not in markdown else markdown


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
    return sign_at_start(storable(from_moodle(text)).strip()), tuple(notes)


def words_of(markdown: str) -> str:
    """Return a short Markdown text as it is read: without the marks of emphasis, code and links."""
    text = re.sub(r"\[([^\]\n]*)\]\([^)\s]*\)", r"\1", markdown)
    for mark in (r"\*\*", "__", r"\*", "_", "`+"):
        # An underscore inside a word is a letter.
        before = r"(?<!\w)" if mark == "_" else ""
        text = re.sub(rf"{before}{mark}(?=\S)([^*_`\n]*?\S){mark}(?!\w)", r"\1", text)
    return text


def picture_note(count: int) -> Note:
    """Say that pictures were left out."""
    what = "a picture" if count == 1 else f"{count} pictures"
    return Note(what, "pictures do not travel; the words that describe it stand in its place")


def from_html(html: str) -> tuple[str, tuple[Note, ...]]:
    """Return HTML as our Markdown, and what could not be kept. Scripts, styles and frames are left out."""
    html, strange = only_tags(_drawings_as_pictures(_with_tags(html)))
    reader = _Reader()
    reader.feed(html)
    reader.close()
    notes = reader.notes()
    if strange:
        listed = ", ".join(f"<{name}>" for name in strange[:5])
        notes.append(Note("tags", f"{listed}: no element of HTML has this name; what stands between its tags was kept"))
    return storable(reader.markdown()), tuple(notes)


def _with_tags(html: str) -> str:
    """Return a text in which formulas have the marks of tags: the editor WIRIS writes ``«mi»x«/mi»`` into Moodle."""
    marks = str.maketrans("«»¨", '<>"')
    return re.sub(
        r"«math\b.*?«/math»", lambda match: match[0].translate(marks).replace("§", "&"), html, flags=re.DOTALL
    )


def _drawings_as_pictures(html: str) -> str:
    """Return HTML in which every ``<svg>`` is a picture, with the words that it brings for who cannot see it."""
    parts, place = [], 0
    while (start := _DRAWING.search(html, place)) and (end := _DRAWN.search(html, start.end())):
        inside = html[start.start() : end.start()]
        words = next((found[1] for pattern in _DRAWING_WORDS if (found := pattern.search(inside))), "")
        words = words or " ".join(re.findall(r"<text\b[^<>]*>([^<>]*)", inside, re.IGNORECASE))
        parts += [html[place : start.start()], f'<img alt="{escape(unescape(words))}">']
        place = end.end()
    return "".join((*parts, html[place:]))


_DRAWING = re.compile(r"<svg(?=[\s/>])", re.IGNORECASE)
_DRAWN = re.compile(r"</svg\s*>", re.IGNORECASE)
_DRAWING_WORDS = (
    re.compile(r"\baria-label\s*=\s*\"([^\"<>]*)\"", re.IGNORECASE),
    re.compile(r"<title\b[^<>]*>([^<>]*)", re.IGNORECASE),
    re.compile(r"<desc\b[^<>]*>([^<>]*)", re.IGNORECASE),
)
_BLOCKS = frozenset(
    "address article aside blockquote center dd div dl dt figure figcaption footer form h1 h2 h3 h4 h5 h6 header hr "
    "main nav ol p pre section table ul".split()
)
_SILENT = frozenset("script style iframe object embed applet template head title svg audio video rp".split())
_EMPTY_ELEMENTS = frozenset({"none", "mprescripts"})
_HARMFUL = {
    "script": "a script",
    "applet": "a script",
    "iframe": "a frame",
    "object": "an object",
    "embed": "an object",
}
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "tt": "`", "kbd": "`", "samp": "`"}
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_DEEPEST_FORMULA = 60
_BEGIN, _END = "\ue010", "\ue011"  # around a formula, until it is known what stands beside it


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.lists: list[int | None] = []  # per open list: the last number, or None for bullets
        self.links: list[str] = []
        self.silent: list[str] = []
        self.preformatted = 0
        self.pictures = self.templates = 0
        self.harm: dict[str, None] = {}
        self.formula: list[MathNode] = []  # the elements of a formula that are open
        self.broken: dict[str, None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if not self.silent and (self.formula or local(tag) == "math"):
            self._open_formula(MathNode(local(tag), {local(name): value for name, value in given.items()}))
            return
        if tag in _HARMFUL:
            self.harm[_HARMFUL[tag]] = None
        if tag in ("audio", "video"):
            self.harm["a sound or film"] = None
        self.templates += tag == "template" and not self.silent
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
        elif local(tag) == "rt":
            self.out.append("(")
        elif tag == "a":
            self.links.append(given.get("href", "").strip())
            if self.links[-1] and not _safe_link(self.links[-1]):
                self.harm["a link that leads to no web page"] = None
            self.out.append("[" if _safe_link(self.links[-1]) else "")
        elif tag in _MARKS and not (self.preformatted and _MARKS[tag] == "`"):
            self.out.append(_MARKS[tag])

    def handle_endtag(self, tag: str) -> None:
        if self.formula:
            self._close_formula(local(tag))
            return
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
        elif local(tag) == "rt":
            self.out.append(")")
        elif tag == "a" and self.links:
            href = self.links.pop()
            self.out.append(f"]({href})" if _safe_link(href) else "")
        elif tag in _MARKS and not (self.preformatted and _MARKS[tag] == "`"):
            self._close_mark(_MARKS[tag])

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.formula:
            self.formula[-1].content.append(data)
            return
        self.out.append(data if self.preformatted else re.sub(r"[ \t\n\r\f\xa0]+", " ", data))

    def _open_formula(self, node: MathNode) -> None:
        if self.formula:
            self.formula[-1].content.append(node)
        if len(self.formula) < _DEEPEST_FORMULA:
            self.formula.append(node)
        if node.name in _EMPTY_ELEMENTS and len(self.formula) > 1:
            self.formula.pop()

    def _close_formula(self, name: str) -> None:
        open_names = [node.name for node in self.formula]
        if name not in open_names:
            return
        # What was not closed inside of it ends with it.
        place = len(open_names) - 1 - open_names[::-1].index(name)
        root = self.formula[0]
        del self.formula[place:]
        if not self.formula:
            self._write_formula(root)

    def _write_formula(self, root: MathNode) -> None:
        try:
            latex = to_latex(root)
        except Unknown as error:
            self.broken[str(error)] = None
            self.out.append(root.text)
            return
        apart = "\n\n" if root.attributes.get("display") == "block" else ""
        formula = _formula(latex)
        self.out.append(f"{apart}{_BEGIN}{formula}{_END}{apart}" if formula else "")

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
        text = re.sub(rf"(?<=[\w$\\]){_BEGIN}|{_END}(?=[\d$]|{_BEGIN})", " ", "".join(self.out))
        text = re.sub(f"[{_BEGIN}{_END}]", "", text)
        parts = re.split(r"(\n```\n.*?\n```\n)", text, flags=re.DOTALL)
        tidied = [part if i % 2 else _tidy_lines(our_formulas(part)) for i, part in enumerate(parts)]
        return re.sub(r"\n{3,}", "\n\n", "".join(tidied)).strip()

    def notes(self) -> list[Note]:
        found = [Note(what, "what could run or load something is never kept") for what in self.harm]
        if self.pictures:
            found.append(picture_note(self.pictures))
        if self.templates:
            found.append(Note("a template", "no browser shows what stands in <template>: it was left out"))
        if self.broken:
            why = (
                f"it holds {', '.join(self.broken)}, which cannot be written as LaTeX here: only its letters were kept"
            )
            found.append(Note("a formula", why))
        return found


def _tidy_lines(text: str) -> str:
    lines = [re.sub(r"(?<=\S) {2,}", " ", line).rstrip() for line in text.split("\n")]
    return "\n".join(line if re.match(r"\s*(?:-|\d+\.) ", line) else line.lstrip() for line in lines)


def _safe_link(href: str) -> bool:
    return re.match(r"https?://|mailto:", href, re.IGNORECASE) is not None and not re.search(r"[\s()<>]", href)
