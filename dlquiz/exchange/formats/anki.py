"""Anki: a deck (``.apkg``, needs genanki), or a text file that Anki imports (needs nothing).

The front is the question with its options, the back the answer with what there is to say about it.
"""

import hashlib
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from dlquiz.errors import UsageError
from dlquiz.exchange.base import Exported
from dlquiz.exchange.conversion_report import Ledger
from dlquiz.exchange.page.text import to_html, to_inline_html
from dlquiz.model.params import variants
from dlquiz.model.quiz import Categorise, Choice, Cloze, Match, Multi, Order, Output, Question, Quiz, TrueFalse
from dlquiz.quiz.marking import options_of, right_answer

__all__ = ["write", "write_text"]

_CSS = """.card { font: 20px/1.5 sans-serif; text-align: left; max-width: 40em; margin: 0 auto; padding: 1em; }
pre { text-align: left; overflow-x: auto; border: 1px solid; padding: .5em; }
.why { margin-left: 1.2em; } .source { font-size: .8em; }"""
_FRONT = "{{Front}}"
_BACK = "{{FrontSide}}<hr id=answer>{{Back}}"


@dataclass(frozen=True, slots=True)
class Card:
    """One note: what stands on its sides, its id for ever, its tags."""

    guid: str
    front: str
    back: str
    tags: tuple[str, ...]


def write(quiz: Quiz, name: str, now: float | None = None) -> Exported:
    """Write a deck; UsageError if genanki is not installed.

    ``now`` (seconds since 1970; the clock's time by default) becomes the time at which its notes were changed: Anki
    updates a note only with a later one.
    """
    try:
        import genanki  # type: ignore[import-untyped]  # it has no types
    except ImportError as error:
        raise UsageError(
            "An Anki deck needs the package genanki.",
            next_step="Install it with: pip install 'dlquiz[anki]'. The format anki-text needs nothing.",
        ) from error
    ledger = Ledger()
    model = genanki.Model(
        _number("dlquiz", "model"),
        "dlquiz question",
        fields=[{"name": "Front"}, {"name": "Back"}],
        templates=[{"name": "Card 1", "qfmt": _FRONT, "afmt": _BACK}],
        css=_CSS,
    )
    deck = genanki.Deck(_number(name, "deck"), quiz.title)
    for card in cards(quiz, name, ledger):
        deck.add_note(genanki.Note(model=model, fields=[card.front, card.back], guid=card.guid, tags=list(card.tags)))
    # Ids of notes are made of the time, too, and Anki cannot open a note whose id is 0.
    second = int(time.time() if now is None else now) or 1
    content = _packed(genanki.Package(deck), float(second))
    if now is None:
        # Anki keeps whole seconds, and would take a second export within this one for the same.
        time.sleep(max(0.0, second + 1 - time.time()))
    return Exported(content, ledger.report(name, "Anki"))


def write_text(quiz: Quiz, name: str) -> Exported:
    """Write a tab-separated file that Anki imports."""
    ledger = Ledger()
    lines = ["#separator:tab", "#html:true", "#notetype:Basic", f"#deck:{_plain(quiz.title)}"]
    lines += ["#columns:guid\tFront\tBack\tTags", "#guid column:1", "#tags column:4"]
    for card in cards(quiz, name, ledger):
        lines.append("\t".join((card.guid, _cell(card.front), _cell(card.back), " ".join(card.tags))))
    return Exported(("\n".join(lines) + "\n").encode(), ledger.report(name, "Anki text"))


def cards(quiz: Quiz, name: str, ledger: Ledger) -> Iterator[Card]:
    """Yield a card for each variant of each question; its id stays the same as long as those of quiz and question."""
    ledger.changed("", "marking", "a card is not marked: the learner says how well it went", loss=False)
    if quiz.draw is not None:
        ledger.changed("", "draw", f"that a sitting draws {quiz.draw} of the questions was left out")
    if quiz.summary:
        ledger.changed("", "summary", "it has no place there")
    for question in quiz.questions:
        ledger.read(question.id)
        every = variants(question)
        if len(every) > 1:
            ledger.changed(question.id, "params", f"each of the {len(every)} variants became a card", loss=False)
        if question.image is not None:
            ledger.changed(
                question.id, "image", "pictures do not travel; the words that describe it stand in its place"
            )
        if question.ignore:
            ledger.changed(question.id, "ignore", "settings of quiz lint have no place there", loss=False)
        if question.points != 1:
            ledger.changed(question.id, "points", "a card has no points")
        for number, one in enumerate(every):
            guid = hashlib.sha256("\0".join((name, question.id, str(number))).encode()).hexdigest()[:20]
            yield Card(guid, _front(one, guid), _back(one, quiz.lang), tuple(_tag(tag) for tag in question.tags))


def _front(question: Question, guid: str) -> str:
    text = question.gapped() if isinstance(question, Cloze) else question.stem
    parts = [to_html(text)]
    if question.image is not None:
        parts.append(f"<p>(Picture: {escape(question.alt or '')})</p>")
    if isinstance(question, Output):
        parts.append(f"<pre><code>{escape(question.code)}</code></pre>")
    match question:
        case Categorise():
            parts.append(_list(tuple(question.items), guid))
            parts.append(f"<p>Groups: {', '.join(to_inline_html(group) for group in question.groups)}</p>")
        case Match():
            parts.append(_list(tuple(question.pairs), ""))
            parts.append(_list(options_of(question), guid))
        case TrueFalse():
            parts.append("<p>True or false?</p>")
        case Order(indent=True):
            parts.append(_list(tuple(f"`{line}`" for line in options_of(question)), guid))
        case Choice() | Multi() | Order() | Cloze() if options_of(question):
            parts.append(_list(options_of(question), guid))
        case _:
            pass
    for number, hint in enumerate(question.hints, 1):
        parts.append(f"<details><summary>Hint {number}</summary>{to_html(hint)}</details>")
    return "".join(parts)


def _list(texts: tuple[str, ...], seed: str) -> str:
    """Return a list; with a seed in an order that is mixed, and always the same for one card."""
    mixed = list(texts)
    if seed:
        random.Random(seed).shuffle(mixed)
    return f"<ul>{''.join(f'<li>{to_inline_html(text)}</li>' for text in mixed)}</ul>"


def _back(question: Question, lang: str) -> str:
    answer = right_answer(question, lang)
    if isinstance(question, Output):
        shown = f"<pre>{escape(answer)}</pre>"
    elif isinstance(question, Order) and question.indent:
        shown = to_html(answer)
    else:
        shown = f"<p><b>{to_inline_html(answer)}</b></p>"
    parts = [shown]
    reasons = [f"<li>{to_inline_html(text)}: {to_inline_html(why)}</li>" for text, why in _reasons(question)]
    if reasons:
        parts.append(f'<ul class="why">{"".join(reasons)}</ul>')
    parts.append(to_html(question.explain))
    parts.append(f'<p class="source">Source: {to_inline_html(question.source)}</p>')
    return "".join(parts)


def _reasons(question: Question) -> Iterator[tuple[str, str]]:
    for field in ("right", "why", "wrong", "reject", "near", "extra"):
        found = getattr(question, field, None)
        if isinstance(found, dict):
            yield from ((str(text), why) for text, why in found.items() if why)


def _number(*parts: str) -> int:
    """Return an id for Anki: it wants a number of 31 bits or so, always the same for the same thing."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return 2**30 + int.from_bytes(digest[:8], "big") % 2**30


def _packed(package: Any, timestamp: float) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "deck.apkg"
        package.write_to_file(str(file), timestamp=timestamp)
        return file.read_bytes()


def _tag(tag: str) -> str:
    return "-".join(tag.split())


def _plain(text: str) -> str:
    return " ".join(text.split())


def _cell(html: str) -> str:
    """Write HTML in one cell: line ends in code stay, as ``<br>``."""
    text = html.replace("\t", "    ").replace("\n", "<br>") if "<pre" in html else html.replace("\n", " ")
    return '"' + text.replace('"', '""') + '"'
