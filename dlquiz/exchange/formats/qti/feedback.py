"""Feedback of QTI that found no place: what a file says to somebody is kept, or the report says that it is lost."""

from collections.abc import Iterable, Iterator

from dlquiz.exchange.draft import short
from dlquiz.exchange.neutral import (
    Body,
    ChooseMany,
    ChooseOne,
    FillIn,
    Foreign,
    MatchUp,
    Note,
    Truth,
    TypeNumber,
    TypeText,
    Unreadable,
)
from dlquiz.exchange.verdicts import only_judges


def unsaid(question: Foreign, texts: Iterable[str]) -> Iterator[Note]:
    """Yield a note for each of the file's feedback texts that stands nowhere in the question."""
    if isinstance(question.body, Unreadable):
        return
    kept = [question.explain, *question.hints, *said(question.body)]
    for text in dict.fromkeys(text for text in texts if text):
        if not any(text in one for one in kept):
            what = "praise" if only_judges(text) else "feedback"
            yield Note(what, f"'{short(text)}' is said where we have no place for it, and was left out")


def said(body: Body) -> list[str]:
    """Return what is said to single answers."""
    match body:
        case ChooseOne(options=options) | ChooseMany(options=options) | TypeText(options=options):
            return [one.feedback for one in options]
        case Truth():
            return [body.if_true, body.if_false]
        case TypeNumber(answers=answers):
            return [one.feedback for one in answers]
        case MatchUp():
            return [*(text for _, text in body.why), *(one.feedback for one in body.extra)]
        case FillIn():
            typed = [one.feedback for gap in body.gaps for one in gap.options]
            return [
                *typed,
                *(one.feedback for gap in body.gaps for one in gap.numbers),
                *(w.feedback for w in body.wrong),
            ]
        case _:
            return []
