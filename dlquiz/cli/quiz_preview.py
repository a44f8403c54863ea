"""``dlquiz quiz preview``: a quiz as learners will see it, with every answer; nothing is stored."""

from typing import TYPE_CHECKING

import click

from dlquiz.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.model.quiz import Question, Quiz
    from dlquiz.render.quiz import Look


@click.command("preview")
@click.argument("quiz", metavar="FILE|ID")
@click.option("--question", "question_id", metavar="ID", help="Show only this question.")
@click.option("--variant", metavar="N", type=click.IntRange(min=1), help="Show this variant of parametric questions.")
@click.option("--all", "every", is_flag=True, help="Show every variant of parametric questions.")
@click.pass_obj
def command(app: "App", quiz: str, question_id: str | None, variant: int | None, every: bool) -> None:
    """Show a quiz as learners will see it, with every answer.

    All that is said about wrong answers is shown too. Options stand in the order of the file; learners see them
    shuffled. Nothing is stored.

    \b
    Example:
        dlquiz quiz preview my-quiz.yaml
        dlquiz quiz preview training-words --question tw-gap
    """
    from dlquiz.cli._quiz_asking import look_of
    from dlquiz.cli._quiz_files import paths
    from dlquiz.content import load_quiz
    from dlquiz.model.params import variants

    if variant is not None and every:
        raise UsageError("--variant and --all exclude each other.")
    (path,) = paths(app, [quiz])
    found = load_quiz(path)
    questions = list(found.questions) if question_id is None else [_one(found, question_id)]
    look = look_of(app)
    if question_id is None:
        app.say(found.title, bold=True)
        if found.summary:
            app.say(found.summary)
    for number, question in enumerate(questions, 1):
        versions = variants(question)
        if variant is not None and question.params and variant > len(versions):
            raise UsageError(f"Question '{question.id}' has {len(versions)} variants.")
        chosen = versions if every else [versions[min(variant or 1, len(versions)) - 1]]
        for version in chosen:
            place = versions.index(version) + 1
            which = f", variant {place} of {len(versions)}" if len(versions) > 1 else ""
            _show(app, found, version, (number, len(questions)), f"{question.id}{which}", look)
    app.say_next(f"dlquiz quiz {quiz}", "take it", err=True)


def _one(quiz: "Quiz", question_id: str) -> "Question":
    from difflib import get_close_matches

    try:
        return quiz.question(question_id)
    except KeyError:
        close = get_close_matches(question_id, [question.id for question in quiz.questions], n=1)
        meant = f" Did you mean '{close[0]}'?" if close else ""
        ids = ", ".join(one.id for one in quiz.questions[:10])
        step = f"Its questions are: {ids}{', …' if len(quiz.questions) > 10 else ''}"
        raise UnknownName(f"This quiz has no question '{question_id}'.{meant}", next_step=step) from None


def _show(app: "App", quiz: "Quiz", question: "Question", place: tuple[int, int], name: str, look: "Look") -> None:
    """Draw one question, its hints, the mark of the right answer, and what is said about foreseen wrong ones."""
    from dlquiz.quiz.marking import mark, options_of, right_answer, right_answer_value
    from dlquiz.quiz.sheet import seen
    from dlquiz.quiz.typed import labelled, partners
    from dlquiz.render.quiz import flow, hint_lines, mark_lines, question_lines

    asked = seen(question)
    beside = partners(asked)
    options = labelled(options_of(question), numbers=bool(beside))
    lines = question_lines(asked, options, *place, look, partners=beside)
    lines += ["", *flow(f"id {name}", look)]
    for shown in range(len(question.hints)):
        lines += hint_lines(question.hints, shown, look)
    right = right_answer(question, quiz.lang)
    lines += ["", *flow(right, look, first="Right answer: ", rest="  ")]
    result = mark(question, right_answer_value(question), lang=quiz.lang)
    lines += mark_lines(question, result, labelled(options_of(question)), right, look)
    lines += [
        line
        for text, why in _foreseen(question)
        for line in flow(f"“{text}”: {why}", look, first="  If answered ", rest="    ")
    ]
    for line in lines:
        app.say(line)


def _foreseen(question: "Question") -> list[tuple[str, str]]:
    """Return the wrong answers that the author foresaw, and what is said about each."""
    listed: dict[str, str | None] = {}
    for name in ("near", "reject", "extra", *(["wrong"] if question.kind == "cloze" else [])):
        listed |= getattr(question, name, {})
    return [(text, why or "") for text, why in listed.items()]
