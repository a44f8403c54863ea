"""From the quiz that an author wrote to what a learner sees of it (``dlquiz.model.sheet``)."""

import hashlib
import json
from dataclasses import replace

from dlquiz.model.blanks import Blank
from dlquiz.model.quiz import Categorise, Cloze, Match, Numeric, Output, Question, Quiz
from dlquiz.model.sheet import Asked, Sheet
from dlquiz.quiz.marking import options_of

_NOT_PART_OF_THE_TASK = {"explain", "source", "tags", "hints", "points", "ignore", "params", "why"}


def sheet_of(quiz: Quiz) -> Sheet:
    """Return what a learner sees of a quiz."""
    return Sheet(quiz.title, quiz.summary, tuple(seen(question) for question in quiz.questions), quiz.draw)


def seen(question: Question) -> Asked:
    """Return what a learner sees of a question; of one with parameters, the first variant and all others."""
    variants = tuple(_one(variant) for variant in question.all_variants)
    return replace(variants[0], all_variants=variants) if variants else _one(question)


def _one(question: Question) -> Asked:
    partners: tuple[str, ...] = ()
    if isinstance(question, Match):
        partners = tuple(question.pairs)
    elif isinstance(question, Categorise):
        partners = tuple(question.groups)
    return Asked(
        question.id,
        question.kind,
        _cut(question) if isinstance(question, Cloze) else (question.stem,),
        options_of(question),
        digest(question),
        points=float(question.points),
        partners=partners,
        code=question.code if isinstance(question, Output) else "",
        image=question.image or "",
        alt=question.alt or "",
        unit=isinstance(question, Numeric) and bool(question.unit),
        several_lines=isinstance(question, Output) and "\n" in question.answer,
    )


def _cut(question: Cloze) -> tuple[str, ...]:
    """Return the texts before, between and after the blanks."""
    texts = [""]
    for part in question.parts:
        if isinstance(part, Blank):
            texts.append("")
        else:
            texts[-1] += part
    return tuple(texts)


def digest(question: Question) -> str:
    """Fingerprint what a learner answers: stem, options and answer, not the words that explain them."""
    task = question.model_dump(mode="json", exclude=_NOT_PART_OF_THE_TASK)
    for name in ("right", "wrong", "reject", "near"):
        if isinstance(task.get(name), dict):
            task[name] = sorted(task[name])
    text = json.dumps(task, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
