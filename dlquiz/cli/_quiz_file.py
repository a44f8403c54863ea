"""``dlquiz quiz ID --answers FILE``: mark without a person."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.model.quiz import Quiz
    from dlquiz.quiz.answers import MarkedAnswer


def mark_file(app: "App", quiz_id: str, quiz: "Quiz", path: Path, seed: int | None, *, as_json: bool) -> int:
    """Mark the answers in ``path`` and print them; return the exit code.

    ``seed`` draws the variants of parametric questions; without it they are the first ones.
    """
    from dlquiz.quiz.answers import Status, document, mark_all, read_answers

    marked = mark_all(quiz, read_answers(path), seed)
    if as_json:
        app.say_json(document(quiz_id, quiz, marked, seed))
    else:
        _print(app, quiz, marked)
    return 0 if all(m.status is Status.RIGHT for m in marked) else 1


def _print(app: "App", quiz: "Quiz", marked: "tuple[MarkedAnswer, ...]") -> None:
    from dlquiz.cli._quiz_asking import look_of
    from dlquiz.quiz.answers import Status
    from dlquiz.quiz.marking import right_answer
    from dlquiz.quiz.sitting import look_again
    from dlquiz.quiz.typed_input import labelled
    from dlquiz.render.quiz import mark_lines, marked_lines, summary_lines

    look = look_of(app)
    for one in marked:
        if one.mark is None or one.status is Status.RIGHT:
            continue
        app.say(f"{one.question.id}:")
        options = labelled([f.option for f in one.mark.feedback])
        for line in mark_lines(one.question, one.mark, options, right_answer(one.question, quiz.lang), look):
            app.say(f"  {line}")
        app.say()
    for line in marked_lines({m.question.id: m.status.value for m in marked}, look):
        app.say(line)
    lines = summary_lines(
        sum(m.points for m in marked),
        sum(m.question.points for m in marked),
        sum(m.status is Status.RIGHT for m in marked),
        len(marked),
        look_again([m.question.id for m in marked if m.status is not Status.RIGHT], quiz),
        look,
    )
    for line in lines:
        app.say(line)
