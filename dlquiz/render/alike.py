"""Two programs side by side, with the parts that do the same, as a page in HTML (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from dlquiz.render.page_frame import html_page
from dlquiz.text import clean, one_line

LIMITS = (
    "Likeness is a figure about two files. It says nothing about people.",
    "It cannot know whether work in a group was allowed, whether both have a common source (a lecture, a book, a "
    "tutor, a program that writes code), or who was first.",
    "Read both files, and talk with their authors, before you draw a conclusion.",
)
"""What stands beside every figure."""
_MOST_LINES = 3000
_LONGEST = 400
_COLOURS = 6
_STYLE = """
body { font: 15px/1.4 system-ui, sans-serif; margin: 1.5em auto; max-width: 110em }
.limits { border-left: 4px solid #555; padding-left: 0.8em } .facts { margin: 0.2em 0 }
table { border-collapse: collapse; width: 100%; table-layout: fixed } td, th { vertical-align: top; text-align: left }
td { border: 1px solid #ccc; padding: 0.3em } .program span { display: block }
.program { font: 12px/1.35 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 }
.program b { display: inline-block; width: 6.5em; color: #555; font-weight: normal }
.p0 { background: #fde9a9 } .p1 { background: #cfe8ff } .p2 { background: #d5f0d0 } .p3 { background: #f6d6ea }
.p4 { background: #e2dcf7 } .p5 { background: #ffdcc4 }
@media print { .program span { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
"""


@dataclass(frozen=True, slots=True)
class ProgramSide:
    """One of two programs: whose it is, and its lines."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two programs, how alike they are, and the lines, first and last, that do the same in both."""

    likeness: float
    left: ProgramSide
    right: ProgramSide
    parts: Sequence[tuple[tuple[int, int], tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class AlikeSection:
    """What one exercise has: sentences about it, and pairs."""

    title: str
    facts: Sequence[str]
    pairs: Sequence[SideBySide]


def alike_html(sections: Sequence[AlikeSection]) -> str:
    """Return one page that needs nothing else: no script, no network."""
    parts = [
        '<div class="limits">',
        *(f"<p>{escape(sentence)}</p>" for sentence in LIMITS),
        "<p>Lines with the same number in brackets do the same in both files. Names, comments and the order of "
        "functions do not count.</p>", "</div>",
    ]  # fmt: skip
    for section in sections:
        parts.append(f"<section><h2>{escape(one_line(section.title, 200))}</h2>")
        parts += [f'<p class="facts">{escape(one_line(fact, 2000))}</p>' for fact in section.facts]
        for pair in section.pairs:
            parts += _pair(pair)
        parts.append("</section>")
    return html_page("Likeness of hand-ins", parts, style=_STYLE)


def _pair(pair: SideBySide) -> Iterator[str]:
    names = [escape(one_line(side.name, 300)) for side in (pair.left, pair.right)]
    yield f"<h3>Likeness {pair.likeness:.2f}: {names[0]} | {names[1]}</h3>"
    yield f"<table><tr><th>{names[0]}</th><th>{names[1]}</th></tr><tr>"
    for side, which in ((pair.left, 0), (pair.right, 1)):
        yield f'<td><div class="program">{_lines(side.text, [part[which] for part in pair.parts])}</div></td>'
    yield "</tr></table>"


def _lines(text: str, parts: Sequence[tuple[int, int]]) -> str:
    """Return the lines of a program; a line of several parts has the numbers of all, and the colour of the first."""
    where: dict[int, list[int]] = {}
    for part, (first, last) in enumerate(parts, start=1):
        for at in range(first, min(last, _MOST_LINES) + 1):
            where.setdefault(at, []).append(part)
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    shown = []
    for number, line in enumerate(lines[:_MOST_LINES], start=1):
        of = where.get(number, [])
        marked = f' class="p{of[0] % _COLOURS}"' if of else ""
        named = f" [{', '.join(map(str, of[:2]))}{', …' if len(of) > 2 else ''}]" if of else ""
        shown.append(f"<span{marked}><b>{number}{named}</b> {escape(clean(line, _LONGEST))}</span>")
    if len(lines) > _MOST_LINES:
        shown.append(f"<span>… {len(lines) - _MOST_LINES:,} more lines</span>")
    return "".join(shown)
