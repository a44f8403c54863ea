"""Ideas that a grading has shown to be shaky: the terms in the diagnoses of recent reports, and the cards about them.

Nothing is stored for it. The reports are there, and so are the answers: a card that was answered since the grading has
done its work.
"""

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dlquiz.model.report import Outcome, Report
from dlquiz.quiz.glossary import tag_of
from dlquiz.quiz.schedule import Key

if TYPE_CHECKING:
    from dlquiz.study.memory import QuestionBank

DAYS = 7
"""A mistake of a week ago is asked about no more."""
MOST_IDEAS = 3
"""Of one report; the first diagnoses come first."""
MOST_CARDS = 2
"""About one idea in one review."""


def ideas_in(report: Report, terms: Collection[str]) -> tuple[str, ...]:
    """Return the terms (as tags, such as ``batch-size``) that the diagnoses of a report name, in their order.

    A longer term hides the shorter ones inside of it: "batch size" is not about "batch".
    """
    found: dict[str, None] = {}
    for case in report.cases:
        if case.outcome is Outcome.FAILED and case.diagnosis and case.cause is None:
            found |= dict.fromkeys(_named(case.diagnosis, terms))
    return tuple(found)[:MOST_IDEAS]


def _named(text: str, terms: Collection[str]) -> Iterable[str]:
    words = " ".join(re.findall(r"[a-z0-9]+", text.lower()))
    for term in sorted(terms, key=lambda term: (-len(term), term)):
        phrase = term.replace("-", " ")
        words, times = re.subn(rf"\b{re.escape(phrase)}(?:e?s)?\b", " ", words)
        if times:
            yield term


def shaky(bank: "QuestionBank", now: datetime) -> dict[Key, str]:
    """Return the cards about ideas that recent gradings have shown to be shaky, each with the exercise graded.

    Of each idea those that are not known come first, then those of the exercise's own lesson, then those that are
    mainly about it. What was answered since the grading is left out.
    """
    reports = [report for report in bank.store.lost_since(now - timedelta(days=DAYS)) if report.complete]
    if not reports:
        return {}
    by_term: dict[str, list[tuple[Key, int]]] = {}
    for key in bank.met_keys():
        for place, topic in enumerate(bank.topics(key)):
            by_term.setdefault(tag_of(topic), []).append((key, place))
    answered = {(one.quiz_id, one.question_id): one.answered_at for one in bank.store.answers_all()}

    def rank(card: tuple[Key, int], exercise_id: str) -> tuple[bool, bool, int, Key]:
        key, place = card
        known = key in bank.memories and bank.memories[key].knew
        return known, bank.lesson(key) != exercise_id, place, key

    found: dict[Key, str] = {}
    for report in reversed(reports):
        for idea in ideas_in(report, by_term):
            cards = [card for card in by_term[idea] if answered.get(card[0], report.started_at) <= report.started_at]
            for key, _ in sorted(cards, key=lambda card: rank(card, report.exercise))[:MOST_CARDS]:
                found.setdefault(key, report.exercise)
    return found
