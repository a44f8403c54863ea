"""Apply the rules to quizzes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from dlquiz.quiz.lint.registry import RULES
from dlquiz.quiz.lint.rule import Bank, Hit, Rule


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a quiz breaks, and where. ``hit.question`` is empty if it is about the quiz as a whole."""

    sheet: str
    rule: Rule
    hit: Hit


def lint(bank: Bank, *, ignored: Collection[str] = (), rules: Iterable[Rule] | None = None) -> tuple[Broken, ...]:
    """Apply all rules that need no running code.

    Parameters
    ----------
    bank : Bank
        The quizzes, looked at together.
    ignored : collection of str
        Ids of rules that are left out for all of them; a question's own ``ignore`` is for that question.
    rules : iterable of Rule, optional
        Others than all of `RULES`.
    """
    own = {
        (sheet.name, question.id): frozenset(question.ignore)
        for sheet in bank.sheets
        for question in sheet.quiz.questions
        if question.ignore
    }
    chosen = [rule for rule in (RULES.values() if rules is None else rules) if rule.id not in ignored]
    return tuple(
        Broken(sheet, rule, hit)
        for rule in chosen
        for sheet, hit in rule.hits(bank)
        if rule.id not in own.get((sheet, hit.question), ())
    )
