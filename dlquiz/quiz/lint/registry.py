"""Every rule, by its id."""

from dlquiz.quiz.lint import answers, cues, feedback, options, siblings, statements, stems, whole
from dlquiz.quiz.lint.rule import LintRule

_RULES = whole.with_ignore_rule(
    (
        *feedback.RULES,
        *options.RULES,
        *stems.RULES,
        *statements.RULES,
        *cues.RULES,
        *answers.RULES,
        *siblings.RULES,
        *whole.RULES,
    ),
)

RULES: dict[str, LintRule] = {rule.id: rule for rule in _RULES}
"""In the order in which they are told."""

DOCS = "docs/reference/quiz-lint.md"


def link(rule_id: str) -> str:
    """Return where the documentation of a rule is."""
    return f"{DOCS}#{rule_id}"
