"""Mend somebody else's program: a certified wrong solution is handed out, its symptom shown, the repair graded.

The broken program lies beside the learner's own file, as ``repair.py``. It has no header and no telling names. What is
shown of it are values; its mistake is named when it is whole again, or given up.
"""

import ast
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from dlquiz.atomic import replace_file
from dlquiz.content.mistakes import mistake_of
from dlquiz.content.repairs import repair_stories
from dlquiz.errors import StoreError, WorkError
from dlquiz.practice.changes import changed_lines, repairs, shown_changes
from dlquiz.practice.disguise import disguised
from dlquiz.study.grading import Listener, Wish, grade, read
from dlquiz.study.repair_log import Repaired
from dlquiz.study.seeds import fresh_seed

if TYPE_CHECKING:
    from dlquiz.content.course import Course
    from dlquiz.model.report import Report
    from dlquiz.study.desk import Desk
    from dlquiz.submission import Submission

FILE = "repair.py"
"""The broken program in the folder of its exercise."""
MOST_TRIED = 4
"""So many shorter repairs than the learner's are graded at most, to be sure of them."""


@dataclass(frozen=True, slots=True)
class BrokenProgram:
    """A broken program that waits for its repair.

    ``story`` is what its author says, empty for one that was drawn. ``new``: it was handed out just now.
    """

    exercise_id: str
    wrong: str
    file: Path
    source: str
    seed: int
    story: str = ""
    new: bool = False


@dataclass(frozen=True, slots=True)
class Repair:
    """What became of a learner's repair.

    ``changed`` counts the lines that differ from what was handed out, ``fewest`` those of the shortest repair that is
    known to pass; ``mistake`` is the sentence, and ``answer`` the change, of a program that is whole again.
    """

    report: "Report"
    changed: int
    fewest: int = 0
    mistake: str = ""
    answer: tuple[str, ...] = ()

    @property
    def solved(self) -> bool:
        """Whether every check passes."""
        return self.report.exit_code == 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The mistake in a sentence, and the shortest change that was tried before."""

    mistake: str
    lines: tuple[str, ...]


def exercise_to_repair(desk: "Desk") -> str:
    """Return the exercise of the repair that is open, else of the last done exercise that has an untouched one.

    Raises
    ------
    WorkError
        No exercise is done yet.
    """
    begun = desk.progress.repairs.all() if desk.progress else []
    still = next((one for one in reversed(begun) if one.ended is None), None)
    if still is not None:
        return still.exercise_id
    done = [exercise_id for exercise_id in desk.course.exercise_ids() if _is_done(desk, exercise_id)]
    if not done:
        raise WorkError(
            "A program to repair is handed out once an exercise is done: it holds most of a solution.",
            next_step="dlquiz next",
        )
    return next((one for one in reversed(done) if untouched(desk, one)), done[-1])


def untouched(desk: "Desk", exercise_id: str) -> tuple[str, ...]:
    """Return the broken programs of an exercise that were never handed out, in order: those with a story first."""
    grader = desk.course.grader_folder(exercise_id)
    told = [one.file for one in repair_stories(grader)]
    begun = {one.wrong for one in desk.progress.repairs.all(exercise_id)} if desk.progress else set[str]()
    names = [*told, *sorted({path.name for path in grader.glob("wrong/*.py")} - set(told))]
    return tuple(name for name in names if name not in begun and (grader / "wrong" / name).is_file())


def begin(
    desk: "Desk", exercise_id: str, now: datetime, *, another: bool = False, spoil: bool = False
) -> BrokenProgram:
    """Hand out a broken program, or return the one that is open; a file in the way of a new one is kept as a backup.

    Raises
    ------
    WorkError
        There is no workspace; the exercise is not done, and nobody asked to ``spoil`` it; or the course has nothing.
    StoreError
        The disk refuses.
    """
    workspace = desk.need_workspace()
    still = _open(desk, exercise_id)
    if still is not None and not another:
        broken = _handed_out(desk, still, new=False)
        if not broken.file.exists():
            _put(broken, now)
        return broken
    _demand_done(desk, exercise_id, now, spoil=spoil)
    names = untouched(desk, exercise_id) or _again(desk, exercise_id)
    if not names:
        raise WorkError(f"This course has no broken program for {exercise_id}.", next_step="dlquiz next")
    told = {one.file for one in repair_stories(desk.course.grader_folder(exercise_id))}
    if still is not None and desk.progress is not None:
        desk.progress.repairs.end(exercise_id, still.wrong, now)  # its file makes room
    seed = fresh_seed()
    name = names[0] if names[0] in told else Random(seed).choice(names)
    broken = _handed_out(desk, Repaired(exercise_id, name, seed, None, None, None), new=True)
    _put(broken, now)
    if desk.progress is not None:
        desk.progress.repairs.begin(exercise_id, name, seed, now)
    else:
        desk.tell(f"Your progress in {workspace.store} cannot be used, so this repair cannot be checked later.")
    return broken


def symptom(desk: "Desk", broken: BrokenProgram, *, on_event: Listener | None = None) -> "Report":
    """Grade the program as it was handed out: what its author saw. Nothing is stored."""
    return _graded(desk.course, broken, broken.source, on_event)


def check(desk: "Desk", exercise_id: str, now: datetime, *, on_event: Listener | None = None) -> Repair:
    """Grade the learner's repair with the exercise's own checks; if it is whole, note that and name the mistake.

    Raises
    ------
    WorkError
        Nothing was handed out, or the file has gone.
    SubmissionError
        The file cannot be read as Python.
    """
    broken = _demand_open(desk, exercise_id)
    submission = read(desk.course, exercise_id, broken.file)
    report = grade(desk.course, exercise_id, submission, Wish(seed=broken.seed, own=False), on_event=on_event)
    changed = _changed(broken.source, submission)
    if report.exit_code != 0:
        return Repair(report, changed)
    shortest = _shortest(desk, broken, changed)
    fewest = changed if shortest is None else changed_lines(broken.source, shortest)
    assert desk.progress is not None
    desk.progress.repairs.end(exercise_id, broken.wrong, now, changed=changed, fewest=fewest)
    lines = shown_changes(broken.source, submission.text if shortest is None else shortest)
    return Repair(report, changed, fewest, _mistake(desk, broken), tuple(lines))


def give_up(desk: "Desk", exercise_id: str, now: datetime) -> Answer:
    """Name the mistake and show a change that mends it; the program is not handed out again before all others."""
    broken = _demand_open(desk, exercise_id)
    known = _reference(desk.course, exercise_id)
    shortest = _passing(desk, broken, _candidates(broken.source, known)) or known
    assert desk.progress is not None
    desk.progress.repairs.end(exercise_id, broken.wrong, now)
    return Answer(_mistake(desk, broken), tuple(shown_changes(broken.source, shortest)))


def _open(desk: "Desk", exercise_id: str) -> Repaired | None:
    begun = desk.progress.repairs.all(exercise_id) if desk.progress else []
    wrong = desk.course.grader_folder(exercise_id) / "wrong"
    return next((one for one in reversed(begun) if one.ended is None and (wrong / one.wrong).is_file()), None)


def _demand_open(desk: "Desk", exercise_id: str) -> BrokenProgram:
    desk.need_workspace()
    still = _open(desk, exercise_id)
    if still is None:
        raise WorkError(
            f"No broken program of {exercise_id} waits for its repair.", next_step=f"dlquiz repair {exercise_id}"
        )
    broken = _handed_out(desk, still, new=False)
    if not broken.file.is_file():
        raise WorkError(
            f"There is no file {broken.file}.", next_step=f"dlquiz repair {exercise_id}   (puts the broken one there)"
        )
    return broken


def _demand_done(desk: "Desk", exercise_id: str, now: datetime, *, spoil: bool) -> None:
    if _is_done(desk, exercise_id):
        return
    if not spoil:
        raise WorkError(
            f"A broken program holds most of the solution, so it is handed out after full points in {exercise_id}.",
            next_step=f"dlquiz grade {exercise_id}   (or: dlquiz repair {exercise_id} --spoil, which is recorded)",
        )
    if desk.progress is not None:
        desk.progress.record_solution_viewed(exercise_id, now)


def _is_done(desk: "Desk", exercise_id: str) -> bool:
    best = desk.progress.best(exercise_id) if desk.progress else None
    return best is not None and best.passed


def _again(desk: "Desk", exercise_id: str) -> tuple[str, ...]:
    """Return those that were handed out before; first those that were given up."""
    begun = desk.progress.repairs.all(exercise_id) if desk.progress else []
    wrong = desk.course.grader_folder(exercise_id) / "wrong"
    there = [one for one in begun if (wrong / one.wrong).is_file()]
    return tuple(one.wrong for one in there if not one.solved) or tuple(one.wrong for one in there)


def _handed_out(desk: "Desk", one: Repaired, *, new: bool) -> BrokenProgram:
    grader = desk.course.grader_folder(one.exercise_id)
    file = desk.need_workspace().file(one.exercise_id).with_name(FILE)
    source = disguised(
        (grader / "wrong" / one.wrong).read_text(encoding="utf-8"), _reference(desk.course, one.exercise_id)
    )
    story = next((known.story.strip() for known in repair_stories(grader) if known.file == one.wrong), "")
    return BrokenProgram(one.exercise_id, one.wrong, file, source, one.seed, story, new)


def _reference(course: "Course", exercise_id: str) -> str:
    path = course.solution_path(exercise_id)
    if not path.is_file():
        raise WorkError(f"This course comes without a solution for {exercise_id}.", next_step="dlquiz next")
    return path.read_text(encoding="utf-8")


def _put(broken: BrokenProgram, now: datetime) -> None:
    """Write a broken program into its file; what is there is kept beside it."""
    from dlquiz.study.exercises import back_up

    try:
        if broken.file.is_file():
            back_up(broken.file, now)
        replace_file(broken.file, broken.source.encode())
    except OSError as error:
        raise StoreError(f"{broken.file} could not be written: {error.strerror}.") from error


def _graded(course: "Course", broken: BrokenProgram, source: str, on_event: Listener | None = None) -> "Report":
    from dlquiz.submission import submission_from_bytes

    module = course.stub_path(broken.exercise_id).stem
    submission = submission_from_bytes(source.encode(), name=FILE, module_name=module)
    wish = Wish(seed=broken.seed, own=False)
    return grade(course, broken.exercise_id, submission, wish, on_event=on_event)


def _changed(source: str, submission: "Submission") -> int:
    try:
        return changed_lines(source, submission.text)
    except SyntaxError:
        return 0  # the report says where it is no Python


def _candidates(source: str, right: str) -> list[tuple[int, str]]:
    found = ((changed_lines(source, one), one) for one in repairs(source, right))
    return sorted(found, key=lambda one: one[0])[:MOST_TRIED]


def _shortest(desk: "Desk", broken: BrokenProgram, changed: int) -> str | None:
    """Return a shorter repair than one of ``changed`` lines that passes, too; None without one."""
    found = _candidates(broken.source, _reference(desk.course, broken.exercise_id))
    return _passing(desk, broken, [one for one in found if one[0] < changed])


def _passing(desk: "Desk", broken: BrokenProgram, candidates: list[tuple[int, str]]) -> str | None:
    return next((one for _, one in candidates if _graded(desk.course, broken, one).exit_code == 0), None)


def _mistake(desk: "Desk", broken: BrokenProgram) -> str:
    path = desk.course.grader_folder(broken.exercise_id) / "wrong" / broken.wrong
    said = mistake_of(ast.parse(path.read_bytes()))
    return said.title if said is not None else ""
