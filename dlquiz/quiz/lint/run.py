"""Apply the rules to quizzes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from dlquiz.quiz.lint.registry import RULES
from dlquiz.quiz.lint.rule import Hit, LintRule, QuizSet


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a quiz breaks, and where. ``hit.question`` is empty if it is about the quiz as a whole."""

    file: str
    rule: LintRule
    hit: Hit


def lint(
    quizzes: QuizSet, *, ignored: Collection[str] = (), rules: Iterable[LintRule] | None = None
) -> tuple[Broken, ...]:
    """Apply all rules that need no running code.

    Parameters
    ----------
    quizzes : QuizSet
        The quizzes, looked at together.
    ignored : collection of str
        Ids of rules that are left out for all of them; a question's own ``ignore`` is for that question.
    rules : iterable of LintRule, optional
        Others than all of `RULES`.
    """
    own = {
        (file.name, question.id): frozenset(question.ignore)
        for file in quizzes.files
        for question in file.quiz.questions
        if question.ignore
    }
    chosen = [rule for rule in (RULES.values() if rules is None else rules) if rule.id not in ignored]
    return tuple(
        Broken(file, rule, hit)
        for rule in chosen
        for file, hit in rule.hits(quizzes)
        if rule.id not in own.get((file, hit.question), ())
    )
