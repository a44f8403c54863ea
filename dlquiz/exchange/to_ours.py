"""Turn foreign questions into ours, and note whatever cannot be as it was.

A question that our model refuses is dropped with the model's reason; nothing here raises for what a file says.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from dlquiz.exchange import to_ours_bodies as bodies
from dlquiz.exchange.base import Fields, Imported
from dlquiz.exchange.conversion_report import Ledger
from dlquiz.exchange.draft import Draft, NotOurs
from dlquiz.exchange.explained import split_source
from dlquiz.exchange.ids import Ids
from dlquiz.exchange.neutral import (
    ChooseMany,
    ChooseOne,
    FillIn,
    Foreign,
    MatchUp,
    PutInOrder,
    SortInto,
    Truth,
    TypeNumber,
    TypeText,
    Unreadable,
)
from dlquiz.model.placeholders import NO_EXPLANATION, NO_SOURCE
from dlquiz.model.quiz import Question
from dlquiz.text import storable

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_QUESTION: TypeAdapter[Any] = TypeAdapter(Question)


def build(
    questions: Iterable[Foreign],
    *,
    title: str,
    file: str,
    lang: str = "en",
    summary: str = "",
    ledger: Ledger | None = None,
) -> Imported:
    """Make a quiz of foreign questions.

    Parameters
    ----------
    questions : iterable of Foreign
        In the order of the file, also those that cannot be ours (`Unreadable`).
    title : str
        The quiz's title; a placeholder is made of ``file`` if it is empty.
    file : str
        The name of the file, for the report.
    lang : str
        Language tag of the quiz; one that ours does not know counts as English.
    summary : str
        What the file says about the quiz as a whole.
    ledger : Ledger, optional
        An account that the reader has begun, with what concerns the whole file.
    """
    ledger = ledger or Ledger()
    ids = Ids()
    made = [(question, _question(question, ids, ledger)) for question in questions]
    kept = tuple(fields for _, fields in made if fields is not None)
    places = {str(fields["id"]): _key_place(question) for question, fields in made if fields is not None}
    title = " ".join(storable(title).split()) or f"Imported from {file.rpartition('/')[2]}"
    known = {name: place for name, place in places.items() if place is not None}
    lang = lang if LANGUAGE.fullmatch(lang) else "en"
    return Imported(title, kept, ledger.report(file, "dlquiz"), lang, storable(summary).strip(), known)


def _key_place(foreign: Foreign) -> tuple[int, int] | None:
    """Return where the one right option stands and how many options there are; None for other kinds."""
    if not isinstance(foreign.body, ChooseOne):
        return None
    right = [place for place, option in enumerate(foreign.body.options) if option.weight == 1]
    return (right[0], len(foreign.body.options)) if len(right) == 1 else None


def _question(foreign: Foreign, ids: Ids, ledger: Ledger) -> Fields | None:
    name = ids.new(foreign.identifier, foreign.name, _first_words(foreign))
    ledger.read(name)
    draft = Draft()
    try:
        _fill(draft, foreign)
        fields = {"kind": draft.kind, "id": name, **draft.fields}
        _QUESTION.validate_python(fields)
    except NotOurs as error:
        ledger.dropped(name, error.what, _only_pictures(foreign) or error.why, line=foreign.line)
        return None
    except ValidationError as error:
        ledger.dropped(name, draft.kind or "question", _first_reason(error), line=foreign.line)
        return None
    for note in (*foreign.notes, *draft.notes):
        ledger.changed(name, note.what, note.why, loss=note.loss, line=foreign.line)
    if draft.filled:
        parts = [what if count == 1 else f"{what} ({count} times)" for what, count in draft.filled.items()]
        why = f"the file gives none: {', '.join(parts)}"
        ledger.changed(name, "filled in", why, loss=False, line=foreign.line)
    return fields


def _only_pictures(foreign: Foreign) -> str:
    """Say that a question has pictures for options, if that is why nothing is left of it."""
    if not isinstance(foreign.body, ChooseOne | ChooseMany) or not any("picture" in one.what for one in foreign.notes):
        return ""
    blank = [not option.text.strip() for option in foreign.body.options]
    return "its options are only pictures" if all(blank) else "some options are only pictures" if any(blank) else ""


def _first_words(foreign: Foreign) -> str:
    body = foreign.body
    parts = [part for part in body.parts if isinstance(part, str)] if isinstance(body, FillIn) else []
    return foreign.stem or " ".join(parts)


def _first_reason(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ": ".join(str(step) for step in first["loc"][1:])
    return f"our format cannot hold it: {where + ': ' if where else ''}{first['msg']}"[:300]


def _fill(draft: Draft, foreign: Foreign) -> None:
    body = foreign.body
    explain, source = split_source(foreign.explain)
    draft.explain(explain)
    draft.fields["tags"] = list(dict.fromkeys(tag for tag in map(_one_line, foreign.tags) if tag))
    draft.stem(foreign.stem)
    match body:
        case Unreadable():
            raise NotOurs(body.kind, body.why)
        case ChooseOne():
            bodies.choose_one(draft, body)
        case ChooseMany():
            bodies.choose_many(draft, body)
        case Truth():
            bodies.truth(draft, body)
        case TypeText():
            bodies.type_text(draft, body)
        case TypeNumber():
            bodies.type_number(draft, body)
        case MatchUp():
            bodies.match_up(draft, body)
        case PutInOrder():
            draft.kind = "order"
            draft.fields |= {"items": list(body.items), "partial": bodies.partial_of(draft, body, "pairs")}
        case SortInto():
            draft.kind = "categorise"
            groups = {group: list(items) for group, items in body.groups}
            draft.fields |= {"groups": groups, "partial": bodies.partial_of(draft, body)}
        case FillIn():
            bodies.fill_in(draft, body)
    _common(draft, foreign, foreign.source or source)


def _common(draft: Draft, foreign: Foreign, source: str) -> None:
    fields = draft.fields
    if not str(fields.get("stem", "")).strip():
        raise NotOurs("question", "it has no text")
    fields["hints"] = [hint for hint in (storable(one).strip() for one in foreign.hints) if hint]
    explain, joined = split_source(draft.explanation())
    fields["explain"] = explain.strip() or draft.fill("explanation", NO_EXPLANATION)
    fields["source"] = storable(source or joined).strip() or draft.fill("source", NO_SOURCE)
    if not 0 < foreign.points <= 1000:
        draft.note("points", f"{foreign.points:g} points are not allowed here; it is worth 1")
    elif foreign.points != 1:
        fields["points"] = foreign.points
    for name in ("tags", "hints"):
        if not fields[name]:
            del fields[name]


def _one_line(text: str) -> str:
    return " ".join(storable(text).split())


def as_quiz_fields(imported: Imported) -> Mapping[str, Any]:
    """Return the whole quiz as it stands in our YAML."""
    return {
        "format_version": 1,
        "title": imported.title,
        "lang": imported.lang,
        **({"summary": imported.summary} if imported.summary else {}),
        "questions": [dict(fields) for fields in imported.questions],
    }
