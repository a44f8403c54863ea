"""A person takes a quiz, or an exam: until the end, ``q``, the end of the input, or of the time."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from dlquiz.cli._quiz_asking import Asking, Changed, Place, Stop, TimeIsUp, ask, fresh_seed, look_of, say, storing
from dlquiz.errors import DlquizError, StoreError

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.cli._quiz_open import Opened
    from dlquiz.model.quiz import Quiz
    from dlquiz.model.sheet import Sheet
    from dlquiz.quiz.sitting import Sitting


@dataclass(frozen=True, slots=True)
class Wishes:
    """How somebody wants to take a quiz."""

    seed: int | None = None
    new: bool = False
    exam: bool = False
    minutes: int | None = None
    ask_sure: bool = True


def take(app: "App", quiz_id: str, opened: "Opened", wishes: Wishes) -> int:
    """Run one sitting with the person (or the pipe) at stdin; return the exit code."""
    if app.progress is None:
        app.warn("No workspace: your answers are not stored. To keep them, first run: dlquiz start")
    place, sitting, resumed = _open(app, quiz_id, opened.sheet, wishes)
    try:
        sitting = _talk(app, opened, place, sitting, resumed=resumed, ask_sure=wishes.ask_sure)
    except Stop:
        return _stopped(app, quiz_id, place, sitting)
    except (click.Abort, KeyboardInterrupt):
        app.warn("")
        _stopped(app, quiz_id, place, sitting)
        return 130
    return _finish(app, quiz_id, opened.quiz(), place, sitting)


def _open(app: "App", quiz_id: str, quiz: "Sheet", wishes: Wishes) -> "tuple[Place, Sitting, bool]":
    """Take up the open sitting, or begin one."""
    from dlquiz.progress import Mode
    from dlquiz.quiz import sitting as steps

    store = app.progress
    stored = None
    with storing(app):
        stored = store.open_sitting(quiz_id) if store else None
    if stored and store:
        found = _read(app, stored[1])
        if found and not wishes.new and wishes.seed in (None, found.seed) and (found.exam or not wishes.exam):
            found, notes = steps.reconcile(found, quiz)
            for note in notes:
                app.warn(note)
            return Place(stored[0], store, Mode.EXAM if found.exam else Mode.QUIZ), found, True
        app.warn("The quiz that you had begun is put aside; a new one begins.")
        with storing(app):
            store.close_sitting(stored[0])
    ends = app.now() + timedelta(minutes=wishes.minutes) if wishes.minutes else None
    seed = fresh_seed() if wishes.seed is None else wishes.seed
    fresh = steps.begin(quiz_id, quiz, seed, exam=wishes.exam, ends_at=ends)
    place = Place(uuid4().hex, store, Mode.EXAM if wishes.exam else Mode.QUIZ)
    with storing(app):
        if store:
            store.save_sitting(place.sitting_id, quiz_id, steps.to_json(fresh))
    return place, fresh, False


def _read(app: "App", state: str) -> "Sitting | None":
    from dlquiz.quiz.sitting import from_json

    try:
        return from_json(state)
    except StoreError as error:
        app.warn(f"{error.message}")
        return None


def _talk(
    app: "App", opened: "Opened", place: Place, sitting: "Sitting", *, resumed: bool, ask_sure: bool
) -> "Sitting":
    from dlquiz.quiz import sitting as steps
    from dlquiz.render.quiz import exam_lines, title_lines

    over = "The time is up."
    if not sitting.done:  # it is, if the program was killed between the last answer and the score
        at = sitting.position if resumed else None
        look = look_of(app)
        say(app, title_lines(opened.sheet, sitting.length, sitting.seed, look, resumed_at=at, exam=sitting.exam))
        if sitting.exam:
            say(app, exam_lines(_clock(sitting), look))
    while (here := steps.current(sitting, opened.sheet)) is not None:
        if sitting.is_over(app.now()):
            app.say(f"\n{over}")
            break
        try:
            asking = Asking(opened, place, sitting.position, sitting.length, ask_sure)
            sitting = ask(app, asking, sitting, *here)
        except TimeIsUp:
            app.say(f"{over} This answer came too late and does not count.")
            break
        except Changed:
            sitting = _asked_anew(app, opened, place, sitting)
    return sitting


def _asked_anew(app: "App", opened: "Opened", place: Place, sitting: "Sitting") -> "Sitting":
    """Go on with a quiz whose file was changed while its question was on the screen."""
    from dlquiz.quiz import sitting as steps

    app.warn("This quiz was changed a moment ago. It goes on as it is now.")
    opened.renew()
    if sitting.given:
        sitting, notes = steps.reconcile(sitting, opened.sheet)
        for note in notes:
            app.warn(note)
    else:
        sitting = steps.begin(sitting.quiz_id, opened.sheet, sitting.seed, exam=sitting.exam, ends_at=sitting.ends_at)
    with storing(app):
        if place.store:
            place.store.save_sitting(place.sitting_id, sitting.quiz_id, steps.to_json(sitting))
    return sitting


def _clock(sitting: "Sitting") -> str:
    """Return the end of an exam on the learner's clock; empty if it has none."""
    return f"{sitting.ends_at.astimezone():%H:%M}" if sitting.ends_at else ""


def _stopped(app: "App", quiz_id: str, place: Place, sitting: "Sitting") -> int:
    if place.store is None:
        app.warn("Stopped. Nothing was stored.")
    else:
        app.warn("Stopped. Your place is kept.")
        if sitting.ends_at:
            app.warn(f"The time of the exam goes on; it ends at {_clock(sitting)}.")
    app.say_next(f"dlquiz quiz {quiz_id}", "goes on here" if place.store else "", err=True)
    return 1


def _finish(app: "App", quiz_id: str, quiz: "Quiz", place: Place, sitting: "Sitting") -> int:
    from dlquiz.quiz import sitting as steps
    from dlquiz.render.quiz import summary_lines

    if sitting.exam:
        _explain_all(app, quiz, sitting)
    score = steps.score(sitting, quiz)
    wrong = steps.wrong_ids(sitting)
    again = steps.look_again(wrong, quiz)
    lesson = _lesson(app, quiz_id, quiz) if wrong else ""
    say(
        app,
        summary_lines(score.earned, score.possible, score.right, score.answered, again, look_of(app), lesson=lesson),
    )
    if place.store is not None:
        # Closed last: killed before, the next start shows all of this again.
        with storing(app):
            place.store.close_sitting(place.sitting_id)
    all_right = score.right == score.answered and score.answered > 0
    if not all_right:
        app.say_next(f"dlquiz quiz {quiz_id}", "draws questions again")
    elif app.workspace is None:
        app.say_next("dlquiz quiz list", "the other quizzes")
    else:
        app.say_next("dlquiz next", "what to do now")
    return 0 if all_right else 1


def _explain_all(app: "App", quiz: "Quiz", sitting: "Sitting") -> None:
    """Show every question of an exam with its answer and its mark."""
    from dlquiz.quiz import sitting as steps
    from dlquiz.quiz.marking import right_answer
    from dlquiz.quiz.sheet import seen
    from dlquiz.quiz.typed import labelled
    from dlquiz.render.quiz import result_lines

    slots = [slot for slot in sitting.slots if slot.question_id not in sitting.skipped]
    for number, slot in enumerate(slots, 1):
        found = steps.result_of(sitting, quiz, slot)
        if found is None:
            app.say(f"\nQuestion {number} of {len(slots)}: it was changed meanwhile; your mark stays as it was.")
            continue
        question, given, mark = found
        lines = result_lines(
            *(question, seen(question), given.answer if given else None, mark, labelled(slot.options)),
            *(right_answer(question, quiz.lang), number, len(slots), look_of(app)),
        )
        say(app, lines)


def _lesson(app: "App", quiz_id: str, quiz: "Quiz") -> str:
    """Return the id of the exercise whose lesson explains the words of this quiz; empty if none is named."""
    try:
        for exercise_id in app.course.exercise_ids():
            exercise = app.course.exercise(exercise_id)
            if quiz_id in exercise.quizzes or (quiz.topic and quiz.topic == exercise.topic):
                return exercise_id
    except DlquizError:
        pass  # a broken exercise is no reason to say nothing about the quiz
    return ""
