"""Rules about what learners are told afterwards."""

from collections.abc import Iterator

from dlquiz.model.quiz import Choice, Multi, Question
from dlquiz.quiz.exchange.placeholders import is_placeholder
from dlquiz.quiz.lint.rule import Hit, Rule, Severity, Sheet
from dlquiz.quiz.lint.sources import FEEDBACK
from dlquiz.quiz.lint.words import content_words, cut, length, reasons, words
from dlquiz.quiz.marking import right_answer
from dlquiz.quiz.text import fold

_SHORTEST_EXPLANATION = 12
_VERDICTS = frozenset("this is it that wrong incorrect not right correct no false answer the a an here option".split())


def _missing_why(question: Question, _: Sheet) -> Iterator[Hit]:
    help = "write why it is wrong; learners who choose it read that"
    for text, why, path in reasons(question):
        if why is None or is_placeholder(why):
            yield Hit(f"nothing is said about the wrong answer '{cut(text)}'", help, path, at_key=True)


def _missing_explain(question: Question, _: Sheet) -> Iterator[Hit]:
    help = "write in one or two sentences why the right answer is right"
    if is_placeholder(question.explain):
        yield Hit("the question has no explanation", help, ("explain",))
    elif length(question.explain) < _SHORTEST_EXPLANATION:
        yield Hit(f"'{question.explain}' explains nothing", help, ("explain",))
    elif fold(question.explain) == fold(right_answer(question)):
        yield Hit("the explanation only repeats the answer", help, ("explain",))


def _why_repeats_option(question: Question, _: Sheet) -> Iterator[Hit]:
    for text, why, path in reasons(question):
        if not why or is_placeholder(why):
            continue
        said = content_words(why) - content_words(text)
        if (not said and set(words(why)) <= {*_VERDICTS, *words(text)}) or fold(why) == fold(text):
            help = "say what is wrong about it, or what it would be right for"
            yield Hit(f"the reason for '{cut(text)}' says no more than the option does", help, path)


def _why_twice(question: Question, _: Sheet) -> Iterator[Hit]:
    if not isinstance(question, Choice | Multi):
        return
    seen: dict[str, str] = {}
    for text, why, path in reasons(question):
        if not why or is_placeholder(why):
            continue
        if fold(why) in seen:
            message = f"'{cut(text)}' and '{cut(seen[fold(why)])}' have the same reason"
            yield Hit(message, "say about each what is wrong with it", path)
        seen.setdefault(fold(why), text)


RULES = (
    Rule(
        "missing-why",
        Severity.ERROR,
        "A wrong option, or a meaning that fits no term, does not say why it is wrong.",
        "Whoever chooses a wrong option tends to remember it; feedback at that place cures it.",
        FEEDBACK,
        each=_missing_why,
    ),
    Rule(
        "missing-explain",
        Severity.ERROR,
        "The explanation is missing, or only repeats the answer.",
        "A learner who was right by luck learns only from the explanation.",
        FEEDBACK,
        each=_missing_explain,
    ),
    Rule(
        "why-repeats-option",
        Severity.WARNING,
        "A reason says no more than the option itself, or only that it is wrong.",
        "A learner can do nothing with 'this is wrong'.",
        FEEDBACK,
        each=_why_repeats_option,
    ),
    Rule(
        "why-twice",
        Severity.WARNING,
        "Two wrong options have the same reason.",
        "Two mistakes have two causes; one reason for both fits at most one of them.",
        FEEDBACK,
        each=_why_twice,
    ),
)
