"""Rules about questions that know each other: the same fact twice, or an answer that stands in another question."""

from collections.abc import Iterator

from dlquiz.model.quiz import Question
from dlquiz.quiz.drawing import shows, typed_words
from dlquiz.quiz.folding import term
from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.quiz.lint.rule import Hit, LintRule, QuizFile, QuizSet, Severity
from dlquiz.quiz.lint.sources import FORMAT, HALADYNA
from dlquiz.quiz.lint.words import cut
from dlquiz.quiz.siblings import named, siblings

_MOST_SHOWING = 2
"""In a shuffled quiz so many other questions may show a word that has to be typed: a sitting asks the word before."""
_MOST_COMPARED = 400


def _answer_in_sibling(file: QuizFile) -> Iterator[Hit]:
    listed = file.quiz.questions
    if len(listed) > _MOST_COMPARED:
        return
    for place, question in enumerate(listed):
        wanted = typed_words(question)
        if not wanted:
            continue
        earlier = listed[:place] if file.fixed_order else listed
        givers = [other.id for other in earlier if other is not question and shows(other, wanted)]
        if len(givers) > (0 if file.fixed_order else _MOST_SHOWING):
            where = "another question" if len(givers) == 1 else f"{len(givers)} other questions"
            message = f"the answer '{cut(wanted[0])}' stands in {where}: {', '.join(givers[:4])}"
            help = "ask for a word that the others do not say, or let the learner choose instead of type"
            yield Hit(message, help, ("stem",), question=question.id)


def _same_term(quizzes: QuizSet) -> Iterator[Hit]:
    """Find two questions that want the same word typed, and do not name each other under ``same_as``."""
    known = siblings({file.name: file.quiz for file in _by_short_name(quizzes)})
    first: dict[str, tuple[str, str]] = {}
    for file in _by_short_name(quizzes):
        for question in file.quiz.questions:
            ref = f"{file.name}/{question.id}"
            for word in _asked_words(question):
                before_file, before = first.setdefault(word, (file.name, question.id))
                other = f"{before_file}/{before}"
                if other != ref and other not in known.get(ref, ()):
                    where = before if before_file == file.name else other
                    message = f"{where} wants the same word"
                    help = f"write same_as: [{where}], or ask for something else"
                    yield Hit(message, help, ("stem",), question=question.id, file=_long_name(quizzes, file.name))
                    break


def _asked_words(question: Question) -> list[str]:
    if KINDS[question.kind].stem_is != "question":
        return []  # in a text with blanks a word is one of several
    return list(dict.fromkeys(term(word) for word in typed_words(question)))


def _same_as_unknown(quizzes: QuizSet) -> Iterator[Hit]:
    """Find names of questions in other quizzes that do not exist there."""
    files = {file.name: file.quiz for file in _by_short_name(quizzes)}
    for file in _by_short_name(quizzes):
        for question in file.quiz.questions:
            for place, name in enumerate(question.same_as):
                quiz_id, _, question_id = named(file.name, name).partition("/")
                quiz = files.get(quiz_id)
                gone = quiz is None and quizzes.whole
                if gone or (quiz is not None and question_id not in {one.id for one in quiz.questions}):
                    message = f"there is no quiz '{quiz_id}'" if gone else f"{quiz_id} has no question '{question_id}'"
                    yield Hit(message, "look at the ids", ("same_as", place), question=question.id,
                              file=_long_name(quizzes, file.name))  # fmt: skip


def _by_short_name(quizzes: QuizSet) -> list[QuizFile]:
    """Return the files under their ids, as ``same_as`` names them."""
    return [QuizFile(_short(file.name), file.quiz, file.fixed_order, file.key_places) for file in quizzes.files]


def _short(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or name


def _long_name(quizzes: QuizSet, short: str) -> str:
    return next(file.name for file in quizzes.files if _short(file.name) == short)


RULES = (
    LintRule(
        "answer-in-sibling",
        Severity.WARNING,
        "A word that has to be typed stands in three or more other questions of the quiz; in a file that keeps its "
        "order, in one before.",
        "Who has read the others copies the word. A sitting asks it before them, but the next sitting comes.",
        HALADYNA,
        file=_answer_in_sibling,
    ),
    LintRule(
        "same-term",
        Severity.WARNING,
        "Two questions want the same word typed, and same_as does not say so.",
        "Asked on one day, the second tells only whether the first was read.",
        FORMAT,
        together=_same_term,
    ),
    LintRule(
        "same-as-unknown",
        Severity.ERROR,
        "same_as names a question that its quiz does not have.",
        "A misspelt id ties nothing together.",
        FORMAT,
        together=_same_as_unknown,
    ),
)
