"""Say when a text comes back from HTML in another spelling than the author's."""

from collections.abc import Iterator

from dlquiz.exchange.conversion_report import Ledger
from dlquiz.exchange.formats.qti.feedback import said
from dlquiz.exchange.neutral import ChooseMany, ChooseOne, FillIn, Foreign, MatchUp, PutInOrder, SortInto
from dlquiz.exchange.page.text import to_html, to_inline_html
from dlquiz.exchange.texts import from_html


def note_layout(question: Foreign, ledger: Ledger) -> None:
    """Note if HTML cannot give the question's Markdown back: it looks the same there, and reads back differently."""
    inline, blocks = [*_options(question), *(text for text in said(question.body) if text)], list(_blocks(question))
    same = all(from_html(to_html(text))[0] == text for text in blocks)
    if not same or not all(from_html(to_inline_html(text))[0] == text for text in inline):
        why = "its Markdown became HTML, and reads back in another spelling"
        ledger.changed(question.origin, "layout", why, loss=False)


def _options(question: Foreign) -> list[str]:
    match question.body:
        case ChooseOne(options=options) | ChooseMany(options=options):
            return [one.text for one in options]
        case MatchUp(pairs=pairs, extra=extra):
            return [*(text for pair in pairs for text in pair), *(one.text for one in extra)]
        case PutInOrder(items=items):
            return list(items)
        case SortInto(groups=groups):
            return [text for group, items in groups for text in (group, *items)]
        case _:
            return []


def _blocks(question: Foreign) -> Iterator[str]:
    body = question.body
    yield from (text for text in (question.stem, question.explain, question.source) if text)
    if isinstance(body, FillIn):
        yield "".join(part if isinstance(part, str) else "blank" for part in body.parts)
