"""Rules about what learners are told afterwards."""

from collections.abc import Iterator

from dlquiz.model.placeholders import is_placeholder
from dlquiz.model.quiz import Question
from dlquiz.quiz.folding import fold
from dlquiz.quiz.lint.rule import Hit, LintRule, QuizFile, Severity
from dlquiz.quiz.lint.sources import FEEDBACK
from dlquiz.quiz.lint.words import content_words, cut, foreseen, length, options, words
from dlquiz.quiz.marking import right_answer

_SHORTEST_EXPLANATION = 12
_VERDICTS = frozenset("this is it that wrong incorrect not right correct no false answer the a an here option".split())


def _missing_why(question: Question, _: QuizFile) -> Iterator[Hit]:
    help = "write why it is wrong; learners who choose it read that"
    for one in foreseen(question):
        if one.why is None or is_placeholder(one.why):
            yield Hit(f"nothing is said about the wrong answer '{cut(one.text)}'", help, one.path, at_key=True)


def _missing_explain(question: Question, _: QuizFile) -> Iterator[Hit]:
    help = "write in one or two sentences why the right answer is right"
    if is_placeholder(question.explain):
        yield Hit("the question has no explanation", help, ("explain",))
    elif length(question.explain) < _SHORTEST_EXPLANATION:
        yield Hit(f"'{question.explain}' explains nothing", help, ("explain",))
    elif fold(question.explain) == fold(right_answer(question)):
        yield Hit("the explanation only repeats the answer", help, ("explain",))


def _why_repeats_option(question: Question, _: QuizFile) -> Iterator[Hit]:
    for one in foreseen(question):
        if not one.why or is_placeholder(one.why):
            continue
        said = content_words(one.why) - content_words(one.text)
        verdict = not said and set(words(one.why)) <= {*_VERDICTS, *words(one.text)}
        if verdict or fold(one.why) == fold(one.text):
            help = "say what is wrong about it, or what it would be right for"
            yield Hit(f"the reason for '{cut(one.text)}' says no more than the option does", help, one.path)


def _why_twice(question: Question, _: QuizFile) -> Iterator[Hit]:
    if not options(question):
        return
    seen: dict[str, str] = {}
    for one in foreseen(question):
        if not one.why or is_placeholder(one.why):
            continue
        if fold(one.why) in seen:
            message = f"'{cut(one.text)}' and '{cut(seen[fold(one.why)])}' have the same reason"
            yield Hit(message, "say about each what is wrong with it", one.path)
        seen.setdefault(fold(one.why), one.text)


RULES = (
    LintRule(
        "missing-why",
        Severity.ERROR,
        "A wrong option, or a meaning that fits no term, does not say why it is wrong.",
        "Whoever chooses a wrong option tends to remember it; feedback at that place cures it.",
        FEEDBACK,
        each=_missing_why,
    ),
    LintRule(
        "missing-explain",
        Severity.ERROR,
        "The explanation is missing, or only repeats the answer.",
        "A learner who was right by luck learns only from the explanation.",
        FEEDBACK,
        each=_missing_explain,
    ),
    LintRule(
        "why-repeats-option",
        Severity.WARNING,
        "A reason says no more than the option itself, or only that it is wrong.",
        "A learner can do nothing with 'this is wrong'.",
        FEEDBACK,
        each=_why_repeats_option,
    ),
    LintRule(
        "why-twice",
        Severity.WARNING,
        "Two wrong options have the same reason.",
        "Two mistakes have two causes; one reason for both fits at most one of them.",
        FEEDBACK,
        each=_why_twice,
    ),
)
