"""``dlquiz quiz preview``: a quiz as learners will see it, with every answer; nothing is stored."""

from typing import TYPE_CHECKING

import click

from dlquiz.errors import UsageError
from dlquiz.text import shell_word

if TYPE_CHECKING:
    from dlquiz.authoring.preview import Preview
    from dlquiz.cli._app import App
    from dlquiz.render.quiz import Look


@click.command("preview")
@click.argument("quiz", metavar="FILE|ID")
@click.option("--question", "question_id", metavar="ID", help="Show only this question.")
@click.option("--variant", metavar="N", type=click.IntRange(min=1), help="Show this variant of parametric questions.")
@click.option("--all", "every", is_flag=True, help="Show every variant of parametric questions.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(app: "App", quiz: str, question_id: str | None, variant: int | None, every: bool, as_json: bool) -> None:
    """Show a quiz as learners will see it, with every answer.

    All that is said about wrong answers is shown too. Options stand in the order of the file; learners see them
    shuffled. Nothing is stored.

    \b
    Example:
        dlquiz quiz preview my-quiz.yaml
        dlquiz quiz preview training-words --question tw-gap
    """
    from dlquiz.authoring.preview import previews
    from dlquiz.authoring.quiz_files import quiz_files
    from dlquiz.cli._quiz_asking import look_of
    from dlquiz.content.course import load_quiz

    if variant is not None and every:
        raise UsageError("--variant and --all exclude each other.")
    (path,) = quiz_files(app.desk.course, [quiz])
    found = load_quiz(path)
    asked = previews(found, question_id=question_id, variant=variant, every=every)
    following = f"dlquiz quiz {shell_word(quiz)}"
    if as_json:
        about = {"title": found.title, "summary": found.summary, "lang": found.lang}
        questions = [_document(one) for one in asked]
        app.say_json({"format_version": 1, **about, "questions": questions, "next": following})
        return
    look = look_of(app)
    if question_id is None:
        app.say(found.title, bold=True)
        if found.summary:
            app.say(found.summary)
    for one in asked:
        _show(app, one, look)
    app.say_next(following, "take it", err=True)


def _document(one: "Preview") -> dict[str, object]:
    """Return one question with its answer; the options stand by what is typed for them."""
    question, asked = one.question, one.asked
    feedback = [{"option": each.option, "right": each.right, "text": each.text} for each in one.mark.feedback]
    return {
        "id": question.id,
        "kind": question.kind,
        "variant": {"number": one.variant[0], "of": one.variant[1]} if one.variant else None,
        "points": asked.points,
        "stem": asked.stem(),
        "code": asked.code,
        "image": asked.image,
        "options": one.options,
        "partners": one.partners,
        "hints": list(question.hints),
        "right_answer": one.right_answer,
        "explain": question.explain,
        "source": question.source,
        "feedback": feedback,
        "foreseen": [{"answer": text, "why": why} for text, why in one.foreseen],
    }


def _show(app: "App", one: "Preview", look: "Look") -> None:
    """Draw one question, its hints, the mark of the right answer, and what is said about foreseen wrong ones."""
    from dlquiz.render.quiz import flow, hint_lines, labelled_answer_lines, mark_lines, question_lines

    question = one.question
    which = f", variant {one.variant[0]} of {one.variant[1]}" if one.variant else ""
    lines = question_lines(one.asked, one.options, one.number, one.total, look, partners=one.partners)
    lines += ["", *flow(f"id {question.id}{which}", look)]
    for shown in range(len(question.hints)):
        lines += hint_lines(question.hints, shown, look)
    lines += ["", *labelled_answer_lines(one.right_answer, look)]
    lines += mark_lines(question, one.mark, one.marked_options, one.right_answer, look)
    for text, why in one.foreseen:
        lines += flow(f"“{text}”: {why}", look, first="  If answered ", rest="    ")
    for line in lines:
        app.say(line)
