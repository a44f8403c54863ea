"""What ``dlquiz class grade --rules`` and ``dlquiz class grades`` do between their options and their exit code."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.classroom.attempts import SharedAttempt, call_attempts, people_of
from dlquiz.classroom.collect import Harvest, collect
from dlquiz.classroom.manual import by_hand
from dlquiz.classroom.regrade import Regrading
from dlquiz.classroom.rules import KnownRules
from dlquiz.classroom.scores import QuizScore, read_scores
from dlquiz.classroom.table import GradeRow
from dlquiz.classroom.times import TimeTable, read_times
from dlquiz.classroom.work_grades import MISSING, OPEN, ClassWorkbook, LearnerGrades, WorkGrade
from dlquiz.cli._class_grading import ClassWork, shortened
from dlquiz.cli._class_manual import known_points, manual_file
from dlquiz.cli._class_rules import read_rules
from dlquiz.errors import UsageError
from dlquiz.render.findings import counted
from dlquiz.text import one_line

if TYPE_CHECKING:
    from dlquiz.classroom.matching import Target
    from dlquiz.cli._app import App

_MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class RuledWishes:
    """What was asked for; ``manual`` None takes the file beside the rules, if there is one."""

    rules: str
    paths: Sequence[str]
    targets: "Sequence[Target]"
    only: bool
    roster: str | None = None
    times: str | None = None
    manual: str | None = None
    scores: Sequence[str] = ()


@dataclass(slots=True)
class RuledClass:
    """A class with its rules: who handed in what, and what people gave."""

    app: "App"
    wishes: RuledWishes
    rules: KnownRules
    times: TimeTable
    scores: list[QuizScore]
    attempts: list[SharedAttempt] = field(default_factory=list)
    rows: list[GradeRow] = field(default_factory=list)

    @contextmanager
    def found(self) -> Iterator[Harvest]:
        """Collect the hand-ins; they can be read within the ``with``."""
        paths = [Path(path).expanduser() for path in self.wishes.paths]
        with collect(paths, self.wishes.targets, only=self.wishes.only) as harvest:
            self.attempts = call_attempts(harvest, self.rules, self.times)
            yield harvest

    def look_at(self, work: ClassWork, *, grade: bool, decide: Callable[[Regrading], bool] | None = None) -> None:
        """Take the points of all attempts out of the book; ``grade`` what is missing there (`ClassWork.grade`)."""
        rows = [one.row for one in self.attempts]
        self.rows = work.grade(rows, decide) if grade else work.look(rows)

    def grades(self, *, quizzes: bool) -> list[LearnerGrades]:
        """Return the grades; ``quizzes`` as well as exercises."""
        wishes = self.wishes
        path = manual_file(wishes.rules, wishes.manual)
        given = by_hand(known_points(path, self.rules, needed=wishes.manual is not None), self.rules)
        book = ClassWorkbook(self.rules, people_of(self.attempts, self.rules), self._works(quizzes), by_hand=given)
        for attempt, row in zip(self.attempts, self.rows, strict=True):
            if attempt.row.exercise:
                book.add(attempt.people, attempt.row.exercise, attempt.graded(row))
        for score in self.scores:
            book.add([score.person], score.quiz, score.attempt)
        return book.grades(self.app.now())

    def _works(self, quizzes: bool) -> list[str]:
        """Return what counts: what the rules name, in their order, then what was handed in besides."""
        said = self.rules.said
        wanted = [target.exercise for target in self.wishes.targets]
        handed_in = {one.row.exercise for one in self.attempts} - {""}
        works = [name for name in said.exercises if name in wanted]
        works += [name for name in wanted if name in handed_in and name not in works]
        if quizzes:
            works += [*said.quizzes, *sorted({one.quiz for one in self.scores} - set(said.quizzes))]
        return works


def ruled_class(app: "App", wishes: RuledWishes) -> RuledClass:
    """Read rules, times and scores: all mistakes are told before anything is graded."""
    rules = read_rules(app, wishes.rules, wishes.roster)
    works = [*app.desk.course.exercise_ids(), *app.desk.course.quiz_ids()]
    times = TimeTable() if wishes.times is None else read_times(wishes.times, rules.zone, works, rules.roster)
    scores = [one for name in wishes.scores for one in read_scores(name, rules)]
    for one in scores:
        if one.quiz not in app.desk.course.quiz_ids():
            raise UsageError(
                f"A table of scores names the quiz '{one_line(one.quiz, 60)}', which is none of the course.",
                next_step="dlquiz quiz list   (lists the quizzes)",
            )
    return RuledClass(app, wishes, rules, times, scores)


def say_times(app: "App", ruled: RuledClass) -> None:
    """Print of how many hand-ins somebody says when they were handed in."""
    handed_in = [one for one in ruled.attempts if one.row.handin is not None]
    if handed_in:
        known = sum(one.time is not None for one in handed_in)
        app.say(f"A time is known of {known} of {counted(len(handed_in), 'hand-in')}.")


def say_by_rules(app: "App", grades: Sequence[LearnerGrades]) -> None:
    """Print how the rules came out: what was taken off, what is to decide, who handed in nothing."""
    works = [work for one in grades for work in one.works]
    if late := sum(any(one.percent for one in work.reckoned.counted) for work in works):
        app.say(f"Something is taken off {counted(late, 'grade')} for being late.")
    say_open(app, works)
    missing: dict[str, list[str]] = {}
    for work in works:
        if work.state == MISSING:
            missing.setdefault(work.work, []).append(one_line(work.person.name, 60))
    for name, people in missing.items():
        app.say(f"Nothing handed in for {name}: {shortened(people)}")


def say_open(app: "App", works: Sequence[WorkGrade]) -> None:
    """Print what a person has to decide."""
    undecided = [one for one in works if one.state == OPEN]
    if not undecided:
        return
    app.say("To decide:")
    for one in undecided[:_MOST_LISTED]:
        why = "; ".join(one.flags) or "there are no points"
        app.say(f"  {one_line(one.person.name, 60)}, {one.work}: {one_line(why, 300)}")
    if len(undecided) > _MOST_LISTED:
        app.say(f"  and {len(undecided) - _MOST_LISTED} more")


def say_learner(app: "App", rules: KnownRules, grades: Sequence[LearnerGrades], name: str) -> None:
    """Print the grades of one learner with their whole reckoning, as the learner may see it."""
    from dlquiz.classroom.grade_tables import percent
    from dlquiz.classroom.names import Learner

    person = rules.roster.find(Learner(name, name)) if rules.roster is not None else None
    found = next((one for one in grades if one.person == person or name in (one.person.name, one.person.id)), None)
    if found is None:
        raise UsageError(f"'{one_line(name, 60)}' is nobody here.", next_step="Name an id as the roster has it.")
    called = f" ({rules.anonymous_id(found.person)} in the table for everybody)" if rules.said.anonymous else ""
    app.say(f"{one_line(found.person.name, 100)}{called}", bold=True)
    for work in found.works:
        points = f"{work.points:g} of {work.possible:g} points" if work.points is not None else work.state
        app.say(f"  {work.work}: {points}")
        for sentence in work.told if work.points is not None or work.reckoned.counted else ():
            app.say(f"    {one_line(sentence, 500)}")
    left_out = f" (without {', '.join(found.total.dropped)})" if found.total.dropped else ""
    share = f"{percent(found.total.share)} %" if found.total.share is not None else "nothing counts yet"
    app.say(f"  total: {share}{left_out}")
