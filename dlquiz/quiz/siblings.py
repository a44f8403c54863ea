"""Questions that ask the same fact (``same_as``), also across quizzes: whoever was asked one knows the others."""

from collections.abc import Iterator, Mapping

from dlquiz.model.quiz import Quiz


def siblings(quizzes: Mapping[str, Quiz]) -> dict[str, frozenset[str]]:
    """Return for every question that has some, as ``quiz/id``, all others about the same fact.

    What A says about B holds for B as well, and for all that B names. Names that lead nowhere are left out.
    """
    known = {f"{name}/{question.id}" for name, quiz in quizzes.items() for question in quiz.questions}
    group = {name: {name} for name in known}
    for one, other in _pairs(quizzes):
        if other in known and group[one] is not group[other]:
            joined = group[one] | group[other]
            group |= dict.fromkeys(joined, joined)
    return {name: frozenset(group[name] - {name}) for name in sorted(known) if len(group[name]) > 1}


def named(quiz_id: str, name: str) -> str:
    """Return ``quiz/id`` for what stands in a ``same_as`` of a quiz."""
    return name if "/" in name else f"{quiz_id}/{name}"


def _pairs(quizzes: Mapping[str, Quiz]) -> Iterator[tuple[str, str]]:
    for quiz_id, quiz in quizzes.items():
        for question in quiz.questions:
            yield from ((f"{quiz_id}/{question.id}", named(quiz_id, name)) for name in question.same_as)
