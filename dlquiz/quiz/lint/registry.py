"""Every rule, by its id."""

from dlquiz.quiz.lint import answers, feedback, options, stems, whole
from dlquiz.quiz.lint.rule import Rule

_RULES = whole.with_ignore_rule(
    (*feedback.RULES, *options.RULES, *stems.RULES, *answers.RULES, *whole.RULES),
)

RULES: dict[str, Rule] = {rule.id: rule for rule in _RULES}
"""In the order in which they are told."""

DOCS = "docs/reference/quiz-lint.md"


def link(rule_id: str) -> str:
    """Return where the documentation of a rule is."""
    return f"{DOCS}#{rule_id}"
