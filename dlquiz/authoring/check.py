"""The certification: an exercise is fair, and its grader catches what it says it catches.

Every file of an exercise is graded behind the wall exactly as a learner's would
be: the stub, the reference under many seeds, the right and the wrong solutions.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from dlquiz.authoring.cache import Cache, context_of
from dlquiz.authoring.codes import Rule
from dlquiz.authoring.evidence import Evidence
from dlquiz.authoring.examples import check_examples
from dlquiz.authoring.gradings import FileKind, GradedFile, Grader, GradingTask, grade_and_keep, known
from dlquiz.authoring.materials import Materials, finding, read_materials
from dlquiz.authoring.only import ALL, Only
from dlquiz.authoring.results import CourseCheck, ExerciseCheck
from dlquiz.authoring.rules import LACKS, check_rules
from dlquiz.authoring.solutions import sample, wrong_solutions
from dlquiz.authoring.source import PythonFile
from dlquiz.authoring.spared import Spared, count_spared
from dlquiz.authoring.watch import watching
from dlquiz.content.course import Course
from dlquiz.errors import ContentError, DlquizError, Finding, MissingPackage
from dlquiz.grading.preflight import demand_packages

__all__ = ["CourseCheck", "ExerciseCheck", "Thoroughness", "check_course", "check_quizzes"]

Progress = Callable[[int, int, str], None]
"""Told after each grading: how many are done, of how many, and what was graded."""


@dataclass(frozen=True, slots=True)
class Thoroughness:
    """How thoroughly to check.

    Parameters
    ----------
    seeds : int
        The reference is graded under the seeds 1 to ``seeds``.
    wrong_seeds : int
        Right and wrong solutions are graded under so many of them, those that train too.
    data : str, optional
        The data set of training exercises; by default the first that an exercise names.
    reuse : bool
        Take results of an earlier check where nothing has changed.
    only : Only
        Which files to check; all, if it names none.
    sample : bool
        Of the wrong solutions only so many that each case is lost by one: minutes for a whole course, and no
        certificate.
    lean : bool
        Spare wrong solutions the cases that cost seconds and that they do not name (`Spared`).
    jobs : int, optional
        Processes; one for each processor if it is not said.
    """

    seeds: int = 5
    wrong_seeds: int = 3
    data: str | None = None
    reuse: bool = False
    only: Only = ALL
    sample: bool = False
    lean: bool = False
    jobs: int | None = None

    @classmethod
    def of(cls, seeds: int | None = None, *, quick: bool = False) -> "Thoroughness":
        """Return the usual settings; ``seeds`` holds for every file, ``quick`` is for each small change."""
        if seeds is not None:
            return cls(seeds, seeds, reuse=quick, lean=quick)
        return cls(seeds=2, wrong_seeds=1, reuse=True, lean=True) if quick else cls()


def check_course(
    course: Course,
    exercise_ids: Sequence[str] = (),
    settings: Thoroughness | None = None,
    *,
    seeds: int | None = None,
    on_progress: Progress | None = None,
) -> CourseCheck:
    """Certify exercises one after the other, and for the whole course its quizzes too.

    Parameters
    ----------
    exercise_ids : sequence of str
        Empty for all of them, in the course's order.
    settings : Settings, optional
        How thoroughly; ``seeds`` is short for ``Settings.of(seeds)``.
    on_progress : callable, optional
        See `Progress`; called in this thread.

    Raises
    ------
    UnknownName
        The course has no such exercise.
    UsageError
        ``settings.only`` names a file that the exercise does not have.
    MachineryError
        Nothing at all can be graded here.
    """
    settings = settings or Thoroughness.of(seeds)
    started = time.monotonic()
    ids = tuple(exercise_ids) or course.exercise_ids()
    plans = [_plan(course, exercise_id, settings) for exercise_id in ids]
    told = _Told(sum(len(plan.tasks) for plan in plans), on_progress)
    checks = [_carry_out(plan, settings, told) for plan in plans]
    whole = not exercise_ids and not settings.only
    quizzes, quiz_findings = check_quizzes(course) if whole else ((), [])
    seconds = round(time.monotonic() - started, 1)
    return CourseCheck(
        course.manifest.name, tuple(checks), tuple(quizzes), tuple(quiz_findings), seconds, str(course.root)
    )


def check_quizzes(course: Course) -> tuple[tuple[str, ...], list[Finding]]:
    """Load every quiz; return the ids and every mistake."""
    findings: list[Finding] = []
    for quiz_id in course.quiz_ids():
        try:
            course.quiz(quiz_id)
        except ContentError as error:
            findings += error.findings
    return course.quiz_ids(), findings


@dataclass(frozen=True)
class _Plan:
    """What is known of an exercise before anything runs, and what will be graded."""

    course: Course
    exercise: str
    materials: Materials | None
    findings: list[Finding]
    tasks: tuple[GradingTask, ...] = ()
    skipped: str = ""


def _plan(course: Course, exercise_id: str, settings: Thoroughness) -> _Plan:
    try:
        materials, found = read_materials(course, exercise_id)
    except ContentError as error:
        known = list(error.findings) or [Finding(exercise_id, 0, 0, Rule.PYTHON, error.message)]
        return _Plan(course, exercise_id, None, known)
    settings.only.demand(materials)
    found += check_rules(course, exercise_id, materials)
    stops = [one for one in found if _stops_everything(one)]
    findings = [one for one in found if one in stops or settings.only.allows(one)]
    plan = _Plan(course, exercise_id, materials, findings)
    if not materials.gradable or stops:
        return plan
    try:
        demand_packages(exercise_id, materials.exercise.packages)
    except MissingPackage as missing:
        return replace(plan, skipped=f"{missing.message} Install it: {missing.next_step}")
    return replace(plan, tasks=tuple(_tasks(materials, settings)))


def _stops_everything(one: Finding) -> bool:
    """Whether no case can run because of a finding; what would follow from it is not told, too."""
    if one.code == Rule.MARK:
        return True
    begins = _STOPPING.get(one.code)
    return begins is not None and one.message.startswith(begins)


_STOPPING: dict[str, str] = {Rule.NAMES: "data:", Rule.SIGNATURE: LACKS}
"""Rules of which a message that begins so means that no case can run."""


def _tasks(materials: Materials, settings: Thoroughness) -> Iterator[GradingTask]:
    """Yield what is to be graded; first what shows that nothing works at all."""
    assert materials.stub is not None
    assert materials.reference is not None
    watched = watching(materials.reference.text)
    wanted = [
        (FileKind.REFERENCE, [materials.reference], settings.seeds),
        (FileKind.STUB, [materials.stub], 1),
        (FileKind.RIGHT, materials.right, settings.wrong_seeds),
        (FileKind.WRONG, _wrong(materials, settings), settings.wrong_seeds),
    ]
    if not settings.only:
        yield GradingTask(FileKind.WATCHING, "solution.py", watched, 1)
    for seed in range(1, max(settings.seeds, settings.wrong_seeds) + 1):
        for kind, files, times in wanted:
            for file in files:
                if seed <= times and settings.only.grades(kind, file.path.name):
                    lean = settings.lean and kind is FileKind.WRONG
                    yield GradingTask(kind, file.path.name, file.text, seed, lean=lean)
    if not settings.only:
        yield GradingTask(FileKind.WATCHING, "solution.py", watched, 1, turn=2)


def _wrong(materials: Materials, settings: Thoroughness) -> Sequence[PythonFile]:
    if not settings.sample:
        return materials.wrong
    names = sample(materials.mistakes())
    return [file for file in materials.wrong if file.path.name in names]


class _Told:
    """Counts what is done, and tells it."""

    def __init__(self, total: int, on_progress: Progress | None) -> None:
        self._total, self._on_progress = total, on_progress
        self._done, self._latest = 0, ""

    def count(self, exercise: str, task: GradingTask) -> None:
        self._done += 1
        self._latest = f"{exercise} {task.name} (seed {task.seed})"
        self.again()

    def again(self) -> None:
        if self._on_progress is not None:
            self._on_progress(self._done, self._total, self._latest)


def _carry_out(plan: _Plan, settings: Thoroughness, told: _Told) -> ExerciseCheck:
    if plan.materials is None or not plan.tasks:
        return ExerciseCheck(plan.exercise, tuple(plan.findings), skipped=plan.skipped, partly=bool(settings.only))
    started = time.monotonic()
    materials, graded, found, machine = plan.materials, list[GradedFile](), list(plan.findings), list[str]()
    data = settings.data if materials.exercise.data else None
    cache = Cache(f"{plan.course.manifest.name}-{plan.exercise}", context_of(materials, data))
    kept = known(plan.tasks, cache) if settings.reuse else {}
    missing = [task for task in plan.tasks if task not in kept]
    spared = Spared(materials.mistakes(), plan.tasks)
    for task, report in kept.items():
        spared.hear(task, report)
    grader = Grader(plan.course, plan.exercise, data, settings.jobs, savings=spared.savings, heard=spared.hear)
    try:
        for task, report in chain(kept.items(), grade_and_keep(grader, missing, cache, told.again)):
            graded.append(GradedFile(task.kind, task.name, task.seed, report))
            told.count(plan.exercise, task)
        found += [] if settings.only else check_examples(materials)
    except DlquizError as error:
        _take_in(error, materials, found, machine)
    evidence = Evidence(materials, graded, sampled=settings.sample)
    found += [one for one in evidence.findings() if settings.only.allows(one)]
    machine += evidence.machine
    first = next((one.report for one in graded if one.kind is FileKind.REFERENCE), None)
    return ExerciseCheck(
        plan.exercise,
        tuple(_causes(found)),
        cases=len(first.cases) if first else 0,
        points=first.points.possible if first else 0,
        right=len(materials.right),
        wrong=len(materials.wrong),
        seeds=settings.seeds,
        wrong_seeds=settings.wrong_seeds,
        gradings=len(graded),
        cached=len(kept),
        seconds=round(time.monotonic() - started, 1),
        solutions=wrong_solutions(graded, materials.mistakes()),
        machine=tuple(dict.fromkeys(machine)),
        partly=bool(settings.only),
        sampled=settings.sample,
        spared=sum(map(count_spared, graded)),
        lean=settings.lean,
    )


_FOLLOWS: dict[str, str] = {Rule.NOT_REPEATED: Rule.GLOBAL_RANDOM, Rule.NEVER_BY_VALUE: Rule.ASSERT}
"""What is seen when it runs, and what is seen in the file that explains it."""
_OF_COPIES: frozenset[str] = frozenset({Rule.WRONG_PASSES, Rule.WRONG_LOSES_MORE})
"""What is no surprise where a wrong solution is a copy."""


def _causes(found: Sequence[Finding]) -> Iterator[Finding]:
    """Leave out what is said already, and what only follows from something that is said."""
    codes = {one.code for one in found}
    copies = {one.file for one in found if one.code == Rule.SAME_CODE}
    for one in dict.fromkeys(found):
        if _FOLLOWS.get(one.code) not in codes and not (one.code in _OF_COPIES and one.file in copies):
            yield one


def _take_in(error: DlquizError, materials: Materials, found: list[Finding], machine: list[str]) -> None:
    """A grader that pytest cannot collect names its file; anything else is the machine."""
    for file in materials.tests:
        if file.path.name in error.message:
            found.append(finding(Rule.BROKEN, file.path, error.message, line=1))
            return
    machine.append(error.message)
