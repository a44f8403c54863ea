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
    ASSERT = "DLQ211"
    GLOBAL_RANDOM = "DLQ212"
    MARK = "DLQ213"
    SAME_CODE = "DLQ214"
    POINTS = "DLQ220"
    PUBLIC_CASES = "DLQ221"
    STUB = "DLQ222"
    REFERENCE = "DLQ223"
    RIGHT = "DLQ224"
    WRONG_PASSES = "DLQ225"
    WRONG_LOSES_MORE = "DLQ226"
    NEVER_LOST = "DLQ227"
    BROKEN = "DLQ228"
    EXAMPLE = "DLQ229"
    NOT_ASKED = "DLQ230"
    NEVER_BY_VALUE = "DLQ231"
    NOT_REPEATED = "DLQ232"
    SURVIVES = "DLQ233"
    EQUIVALENT = "DLQ234"
    NOT_SAID = "DLQ235"
    STORY = "DLQ236"


MEANING: dict[Rule, str] = {
    Rule.LESSON: "README.md is missing, lacks headings or a section with sources, or is not shown as it is written.",
    Rule.HINTS: "The exercise has fewer than three different hints, a case has none, or a hint says nothing.",
    Rule.TODO: "The stub's TODO(n) marks are not numbered 1, 2, 3 …, or a part without one does not raise.",
    Rule.SIGNATURE: "A function of the stub is not in the reference, or has other parameters there.",
    Rule.IMPORTS: "A grader file imports what it must not.",
    Rule.STRAY_FILE: "A file that belongs to no exercise or grader.",
    Rule.TOO_FEW: "Fewer than six wrong or three right solutions.",
    Rule.HEADER: "A wrong solution does not say in its docstring what is wrong and which cases it loses.",
    Rule.PYTHON: "A file is missing or is not valid Python.",
    Rule.NAMES: "An exercise names another exercise or a quiz that the course does not have, or an unknown data set.",
    Rule.ASSERT: "A grader uses `assert` or `pytest.raises`; neither tells a learner's mistake from the author's.",
    Rule.GLOBAL_RANDOM: "A grader draws random numbers that no seed repeats.",
    Rule.MARK: "A case has no `case` mark, or one with a value that it cannot have.",
    Rule.SAME_CODE: "Two solutions are the same program, apart from words and names.",
    Rule.POINTS: "The points in exercise.yaml are not the sum of the cases' points.",
    Rule.PUBLIC_CASES: "Fewer than two public cases.",
    Rule.STUB: "The stub does not fail politely: a case passes, crashes, or does not name the TODO.",
    Rule.REFERENCE: "The reference does not get full points.",
    Rule.RIGHT: "A right solution does not get full points.",
    Rule.WRONG_PASSES: "A wrong solution passes a case that it says it loses.",
    Rule.WRONG_LOSES_MORE: "A wrong solution loses a case that it does not name.",
    Rule.NEVER_LOST: "No wrong solution loses this case, so nothing shows that it can be lost.",
    Rule.BROKEN: "A case could not be judged: the grader, the reference or the machine failed.",
    Rule.EXAMPLE: "An example of exercise.yaml does not give what it says, with the reference.",
    Rule.NOT_ASKED: "No case calls this function of the stub.",
    Rule.NEVER_BY_VALUE: "Wrong solutions lose this case only by raising: nothing shows that it looks at values.",
    Rule.NOT_REPEATED: "The same seed gives a case other inputs the second time.",
    Rule.SURVIVES: "A one-place change of the reference keeps full points (`--mutate`).",
    Rule.EQUIVALENT: "An entry of equivalent.yaml fits no change of the reference, or one that is lost (`--mutate`).",
    Rule.NOT_SAID: "What a wrong solution is said to be told is not told, or another one is told the same.",
    Rule.STORY: "A story of repairs.yaml is about no wrong solution, or about one that another story tells.",
}
"""What each code means, for the reference page."""
