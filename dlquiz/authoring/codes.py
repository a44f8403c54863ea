"""The stable codes of what ``dlquiz dev check`` finds; they go on where the content codes end."""

from enum import StrEnum


class Rule(StrEnum):
    """One thing that ``dev check`` demands; `MEANING` says it in words."""

    LESSON = "DLQ201"
    HINTS = "DLQ202"
    TODO = "DLQ203"
    SIGNATURE = "DLQ204"
    IMPORTS = "DLQ205"
    STRAY_FILE = "DLQ206"
    TOO_FEW = "DLQ207"
    HEADER = "DLQ208"
    PYTHON = "DLQ209"
    NAMES = "DLQ210"
    POINTS = "DLQ220"
    PUBLIC_CASES = "DLQ221"
    STUB = "DLQ222"
    REFERENCE = "DLQ223"
    RIGHT = "DLQ224"
    WRONG_PASSES = "DLQ225"
    WRONG_LOSES_MORE = "DLQ226"
    NEVER_LOST = "DLQ227"
    BROKEN = "DLQ228"


MEANING: dict[Rule, str] = {
    Rule.LESSON: "README.md is missing, has no headings, or has no section with sources.",
    Rule.HINTS: "The exercise has fewer than three different hints, or a case has none.",
    Rule.TODO: "The stub's TODO(n) marks are not numbered 1, 2, 3 …, or a part without one does not raise.",
    Rule.SIGNATURE: "A function of the stub is not in the reference, or has other parameters there.",
    Rule.IMPORTS: "A grader file imports what it must not.",
    Rule.STRAY_FILE: "A file that belongs to no exercise or grader.",
    Rule.TOO_FEW: "Fewer than six wrong or three right solutions.",
    Rule.HEADER: "A wrong solution does not say in its docstring what is wrong and which cases it loses.",
    Rule.PYTHON: "A file is missing or is not valid Python.",
    Rule.NAMES: "An exercise names another exercise or a quiz that the course does not have.",
    Rule.POINTS: "The points in exercise.yaml are not the sum of the cases' points.",
    Rule.PUBLIC_CASES: "Fewer than two public cases.",
    Rule.STUB: "The stub does not fail politely: a case passes, crashes, or does not name the TODO.",
    Rule.REFERENCE: "The reference does not get full points.",
    Rule.RIGHT: "A right solution does not get full points.",
    Rule.WRONG_PASSES: "A wrong solution passes a case that it says it loses.",
    Rule.WRONG_LOSES_MORE: "A wrong solution loses a case that it does not name.",
    Rule.NEVER_LOST: "No wrong solution loses this case, so nothing shows that it can be lost.",
    Rule.BROKEN: "A case could not be judged: the grader, the reference or the machine failed.",
}
"""What each code means, for the reference page."""
