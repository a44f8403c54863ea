"""A person takes a quiz, or an exam: until the end, ``q``, the end of the input, or of the time."""

from typing import TYPE_CHECKING

import click

from dlquiz.cli._quiz_asking import HandIn, PersonStops, TimeIsUp, ask, hand_in, look_of, say
from dlquiz.study.taking import Wishes, open_sitting
from dlquiz.text import shell_word

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.model.quiz import Quiz
    from dlquiz.quiz.sitting import Sitting
    from dlquiz.study.asking import Asking
    from dlquiz.study.ending import Ending

_OVER = "The time is up."


def take(app: "App", quiz_id: str, quiz: "Quiz", wishes: Wishes) -> int:
    """Run one sitting with the person (or the pipe) at stdin; return the exit code."""
    if app.desk.progress is None:
        app.warn("No workspace: your answers are not stored. To keep them, first run: dlquiz start")
    opened = open_sitting(app.desk, quiz_id, quiz, wishes, app.now())
    asking = opened.asking
    try:
        _talk(app, asking, resumed=opened.resumed, ask_sure=wishes.signs)
    except PersonStops:
        return _stopped(app, asking)
    except (click.Abort, KeyboardInterrupt):
        app.warn("")
        _stopped(app, asking)
        return 130
    from dlquiz.study.ending import ending

    found = ending(app.desk, asking)
    _show(app, found)
    asking.log.close()
    return _say_next(app, quiz_id, found)


def _talk(app: "App", asking: "Asking", *, resumed: bool, ask_sure: bool) -> None:
    from dlquiz.render.quiz import exam_lines, title_lines

    sitting = asking.sitting
    if not sitting.done:  # it is, if the program was killed between the last answer and the score
        keeps = asking.log.store is not None
        at, look = sitting.position if resumed else None, look_of(app)
        say(
            app,
            title_lines(asking.quiz, sitting.length, sitting.seed, look, resumed_at=at, exam=sitting.exam, keeps=keeps),
        )
        if sitting.exam:
            say(app, exam_lines(_clock(sitting), look))
    while True:
        task = asking.task(app.now())
        if task is None and (not asking.sitting.exam or asking.sitting.is_over(app.now()) or hand_in(app, asking)):
            break
        if task is None:
            continue
        if asking.sitting.is_over(app.now()):
            app.say(f"\n{_OVER}")
            break
        try:
            ask(app, asking, task, ask_sure=ask_sure)
        except HandIn:
            break
        except TimeIsUp:
            app.say(f"{_OVER} This answer came too late and does not count.")
            break


def _clock(sitting: "Sitting") -> str:
    """Return the end of an exam on the learner's clock; empty if it has none."""
    return f"{sitting.ends_at.astimezone():%H:%M}" if sitting.ends_at else ""


def _stopped(app: "App", asking: "Asking") -> int:
    kept = asking.log.store is not None
    app.warn("Stopped. Your place is kept." if kept else "Stopped. Nothing was stored.")
    if kept and asking.sitting.ends_at:
        app.warn(f"The time of the exam goes on; it ends at {_clock(asking.sitting)}.")
    app.say_next(f"dlquiz quiz {shell_word(asking.sitting.quiz_id)}", "goes on here" if kept else "", err=True)
    return 1


def _show(app: "App", found: "Ending") -> None:
    """Show every question of an exam, and the score."""
    from dlquiz.render.quiz import result_lines, summary_lines

    look, total = look_of(app), len(found.results)
    for number, one in enumerate(found.results, 1):
        if one.question is None or one.asked is None:
            app.say(f"\nQuestion {number} of {total}: it was changed meanwhile; your mark stays as it was.")
            continue
        place = (one.options or {}, one.right_answer, number, total)
        say(app, result_lines(one.question, one.asked, one.answer, one.mark, *place, look))
    score = found.score
    counts = (score.earned, score.possible, score.right, score.answered)
    say(app, summary_lines(*counts, found.again, look, lesson=found.lesson))


def _say_next(app: "App", quiz_id: str, found: "Ending") -> int:
    if not found.all_right:
        app.say_next(f"dlquiz quiz {shell_word(quiz_id)}", "draws questions again")
        return 1
    if app.desk.workspace is None:
        app.say_next("dlquiz quiz list", "the other quizzes")
    else:
        app.say_next("dlquiz next", "what to do now")
    return 0
