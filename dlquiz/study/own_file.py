"""Questions about a learner's own finished file: made, put as a quiz, and their answers kept with its grading."""

import time
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from dlquiz.errors import StoreError, WorkError
from dlquiz.model.progress import State
from dlquiz.model.quiz import Quiz
from dlquiz.practice.own_facts import chosen, questions_from
from dlquiz.practice.own_left_out import left_out, to_leave_out
from dlquiz.practice.own_lines import OwnProgram, program
from dlquiz.practice.own_question import OwnQuestion, SeenCall
from dlquiz.quiz.kinds.choice import made_choice
from dlquiz.quiz.sitting import Given, Sitting, Slot, begin
from dlquiz.study.own_log import OwnAnswer
from dlquiz.study.path import journey

if TYPE_CHECKING:
    from dlquiz.content.course import Course
    from dlquiz.study.desk import Desk
    from dlquiz.submission import Submission

_MOST_LEFT_OUT = 4
"""So many lines are left out and tried at most; each is one more program behind the wall."""
_PATIENCE_S = 8.0
"""Nothing new is run after so many seconds: two or three questions are enough, and somebody waits for them."""


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A finished file and what is asked about it."""

    exercise_id: str
    sha256: str
    questions: tuple[OwnQuestion, ...]

    def sitting(self, quiz: Quiz) -> Sitting:
        """Begin to ask: for the same file, the options stand in the same order."""
        return begin(f"own:{self.exercise_id}", quiz, _seed(self.sha256))

    def in_order(self, quiz: Quiz) -> list[tuple[OwnQuestion, Slot]]:
        """Return the questions as the sitting asks them: in its order, each with its options."""
        by_id = {_id(number): one for number, one in enumerate(self.questions, 1)}
        return [(by_id[slot.question_id], slot) for slot in self.sitting(quiz).slots]

    def quiz(self, topic: str) -> Quiz:
        """Return the questions as a quiz; WorkError if there are none."""
        if not self.questions:
            raise WorkError(
                "Nothing about this file is certain enough to ask: its lines are too few, or too long.",
                next_step="dlquiz next",
            )
        source = "Measured: your own file, run behind the wall"
        asked = [
            made_choice(_id(number), one.stem, one.right, one.wrong, one.explain, source)
            for number, one in enumerate(self.questions, 1)
        ]
        title = f"Your own file of {self.exercise_id}"
        return Quiz.model_validate({"format_version": 1, "title": title, "topic": topic, "questions": asked})


def _id(number: int) -> str:
    return f"own-{number}"


def exercise_to_ask_about(desk: "Desk") -> str:
    """Return the exercise to ask about next: the last done one, of which nobody was asked if there is one.

    Raises
    ------
    WorkError
        No exercise is done yet.
    """
    done = _done(desk)
    if not done:
        raise WorkError(
            "Questions about your own file come when it has full points, and no exercise has them yet.",
            next_step="dlquiz next",
        )
    return unasked(desk) or done[-1]


def unasked(desk: "Desk") -> str | None:
    """Return the last done exercise about whose file nothing was asked yet."""
    if desk.progress is None:
        return None
    asked = {one.exercise_id for one in desk.progress.own_answers.all()}
    return next((one for one in reversed(_done(desk)) if one not in asked), None)


def _done(desk: "Desk") -> list[str]:
    steps = journey(desk.course, desk.progress)
    return [step.exercise_id for step in steps if step.state is State.DONE]


def keep(desk: "Desk", file: OwnFile, given: Given, now: datetime) -> None:
    """Store the answer to a question about a file, with the digest that its report has; a full disk is told."""
    number = int(given.question_id.rpartition("-")[2])
    one = file.questions[number - 1]
    answer = OwnAnswer(file.exercise_id, file.sha256, number, one.kind, one.stem, str(given.answer), given.correct)
    _keep(desk, answer, now)


def keep_silence(desk: "Desk", file: OwnFile, now: datetime) -> None:
    """Store that there was nothing to ask, under number 0: nobody is sent here a second time."""
    _keep(desk, OwnAnswer(file.exercise_id, file.sha256, 0, "nothing", "", "", True), now)


def _keep(desk: "Desk", answer: OwnAnswer, now: datetime) -> None:
    if desk.progress is None:
        return
    try:
        desk.progress.own_answers.add(answer, now)
    except StoreError as error:
        desk.tell(f"Warning: {error.message} {error.next_step}")


def finished(desk: "Desk", exercise_id: str) -> "Submission":
    """Return the learner's file of an exercise.

    Raises
    ------
    WorkError
        There is no workspace, or this very file has not earned full points yet.
    """
    from dlquiz.study.grading import read

    submission = read(desk.course, exercise_id, desk.learner_file(exercise_id))
    reports = desk.progress.reports(exercise_id) if desk.progress else []
    if not any(one.exit_code == 0 and one.submission.sha256 == submission.sha256 for one in reports):
        raise WorkError(
            "Questions about your own file come when it has full points, as it is now.",
            next_step=f"dlquiz grade {exercise_id}",
        )
    return submission


def questions_about(
    course: "Course",
    exercise_id: str,
    submission: "Submission",
    *,
    strangers: bool = False,
    on_progress: Callable[[str], None] = lambda doing: None,
) -> OwnFile:
    """Run the public examples on a right file, and return questions about it; the same ones for the same file.

    Parameters
    ----------
    strangers : bool
        The file is somebody else's: it is run at level kernel or not at all.

    Raises
    ------
    MissingPackage, SandboxError
        Nothing can be run here.
    """
    found = _all(course, exercise_id, submission, on_progress, strangers=strangers)
    return OwnFile(exercise_id, submission.sha256, chosen(found, _seed(submission.sha256)))


def _seed(sha256: str) -> int:
    return int(sha256[:12] or "0", 16)


def _all(
    course: "Course",
    exercise_id: str,
    submission: "Submission",
    on_progress: Callable[[str], None],
    *,
    strangers: bool = False,
) -> Iterable[OwnQuestion]:
    from dlquiz.grading.following import Follower

    own = program(submission.text, _places(submission))
    if own is None:
        return
    end = time.monotonic() + _PATIENCE_S
    with Follower(course, exercise_id, strangers=strangers) as follower:
        calls: list[SeenCall] = []
        for number, example in enumerate(course.exercise(exercise_id).examples, 1):
            if time.monotonic() > end:
                break
            on_progress(f"Running example {number} ...")
            followed = follower.follow(submission, example.call)
            if followed is not None:
                calls.append(SeenCall(example.call.strip(), followed))
        yield from questions_from(own, calls)
        for seen, statement in islice(to_leave_out(own, calls), _MOST_LEFT_OUT):
            if time.monotonic() > end:
                break
            on_progress(f"Running it without {own.place(statement.line)} ...")
            changed = _changed(submission, own, statement.line)
            question = left_out(own, seen, statement, follower.follow(changed, seen.call))
            if question is not None:
                yield question


def _changed(submission: "Submission", own: OwnProgram, line: int) -> "Submission":
    from dataclasses import replace

    return replace(submission, source=own.without(line).encode(), sha256="")


def _places(submission: "Submission") -> Callable[[int], str]:
    """Return how lines are called: by the cell and the line in it in a notebook."""

    def place(line: int) -> str:
        number = bisect_right(submission.cells, line)
        return f"cell {number}, line {line - submission.cells[number - 1] + 1}" if number else f"line {line}"

    return place
