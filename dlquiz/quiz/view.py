"""From the question that an author wrote to what a learner sees of it (``dlquiz.model.view``)."""

import hashlib
import json

from dlquiz.model.quiz import Question
from dlquiz.model.view import Asked
from dlquiz.quiz.kinds.registry import KINDS

_NOT_PART_OF_THE_TASK = {
    "explain", "hints", "ignore", "lesson", "params", "points", "same_as", "source", "tags", "why",
}  # fmt: skip


def seen(question: Question) -> Asked:
    """Return what a learner sees of a question; of one with parameters, its first variant."""
    if question.all_variants:
        question = question.all_variants[0]
    kind = KINDS[question.kind]
    options = kind.options(question)
    asked = Asked(
        question.id,
        question.kind,
        (question.stem,),
        # The author writes the right one first, or all in the right order.
        options if kind.fixed_order else tuple(sorted(options)),
        kind.how_to_answer(question),
        points=float(question.points),
        image=question.image or "",
        alt=question.alt or "",
    )
    return kind.view(question, asked)


def digest(question: Question) -> str:
    """Fingerprint what a learner answers: stem, options and answer, not the words that explain them.

    It would give a short answer away to who tries them all, so it is no part of what is shown.
    """
    question = question.all_variants[0] if question.all_variants else question
    task = question.model_dump(mode="json", exclude=_NOT_PART_OF_THE_TASK)
    for name in ("right", "wrong", "reject", "near"):
        if isinstance(task.get(name), dict):
            task[name] = sorted(task[name])
    for name in KINDS[question.kind].later_fields:
        if not task.get(name):
            task.pop(name, None)
    text = json.dumps(task, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
