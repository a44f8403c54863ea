"""The certification: an exercise is fair, and its grader catches what it says it catches.

Every file of an exercise is graded behind the wall exactly as a learner's would
be: the stub, the reference under many seeds, the right and the wrong solutions.
"""

import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from dlquiz.authoring.codes import Rule
from dlquiz.authoring.evidence import Graded, Kind, judge
from dlquiz.authoring.rules import Materials, check_rules, finding, read_materials
from dlquiz.content import Course
from dlquiz.errors import ContentError, Finding, SandboxError
from dlquiz.grading.run import grade_many
from dlquiz.submission import submission_from_bytes

DEFAULT_SEEDS = 5
RIGHT_SEEDS = 3
WRONG_SEEDS = 3
WRONG_SEEDS_IN_TRAINING = 1
"""Most of the time goes into wrong solutions that train three networks and learn nothing."""
_JOB_FILES = 12
"""A job of a training exercise is no larger, so that all processors have work until the end."""

Progress = Callable[[int, int, str], None]
"""Told after each grading: how many are done, of how many, and what was graded."""


@dataclass(frozen=True, slots=True)
class ExerciseCheck:
    """The result for one exercise. ``gradings`` counts reports, ``seconds`` is wall clock summed over processes."""

    exercise: str
    findings: tuple[Finding, ...]
    cases: int = 0
    points: float = 0
    right: int = 0
    wrong: int = 0
    seeds: int = 0
    gradings: int = 0
    seconds: float = 0
    machine: tuple[str, ...] = ()
    """What of this machine failed; such an exercise is neither certified nor refused."""

    @property
    def certified(self) -> bool:
        """Whether nothing is left to complain about."""
        return not self.findings and not self.machine


@dataclass(frozen=True, slots=True)
class CourseCheck:
    """The result for a course, or for the exercises that were asked for."""

    course: str
    exercises: tuple[ExerciseCheck, ...]
    quizzes: tuple[str, ...]
    findings: tuple[Finding, ...]
    """What is wrong with the quizzes."""

    @property
    def exit_code(self) -> int:
        """0 certified, 4 the machine failed somewhere, 3 the author has something to do."""
        if any(one.machine for one in self.exercises):
            return 4
        return 3 if self.findings or any(one.findings for one in self.exercises) else 0


@dataclass(frozen=True, slots=True)
class Job:
    """Some files of one exercise, graded one after the other under one seed through one warm server."""

    exercise: str
    seed: int
    files: tuple[tuple[Kind, str, bytes], ...]


def check_course(
    course: Course,
    exercise_ids: Sequence[str] = (),
    *,
    seeds: int = DEFAULT_SEEDS,
    data: str | None = None,
    on_progress: Progress | None = None,
) -> CourseCheck:
    """Certify exercises, and for the whole course its quizzes too.

    Parameters
    ----------
    exercise_ids : sequence of str
        Empty for all of them, in the course's order.
    seeds : int
        The reference is graded under the seeds 1 .. ``seeds``; right and wrong
        solutions under the first three of them (wrong ones that train under the first), the stub under the first.
    data : str, optional
        The data set of training exercises; ``digits`` where an exercise knows it, because it is always there.
    on_progress : callable, optional
        See `Progress`; called in this thread.

    Raises
    ------
    UnknownName
        The course has no such exercise.
    MachineryError
        Nothing at all can be graded here.
    """
    ids = tuple(exercise_ids) or course.exercise_ids()
    known: dict[str, Materials] = {}
    findings: dict[str, list[Finding]] = {}
    for exercise_id in ids:
        try:
            known[exercise_id], found = read_materials(course, exercise_id)
            findings[exercise_id] = found + check_rules(course, exercise_id, known[exercise_id])
        except ContentError as error:
            findings[exercise_id] = list(error.findings) or [Finding(exercise_id, 0, 0, Rule.PYTHON, error.message)]
    jobs = [job for exercise_id, materials in known.items() for job in _jobs(exercise_id, materials, seeds)]
    # Trainings first: the short ones then fill the gaps at the end.
    jobs.sort(key=lambda job: not known[job.exercise].exercise.data)
    evidence = _Evidence(course, known, data)
    evidence.gather(jobs, on_progress)
    checks = [_result(one, known.get(one), findings[one], evidence, seeds) for one in ids]
    quizzes, quiz_findings = ((), []) if exercise_ids else check_quizzes(course)
    return CourseCheck(course.manifest.name, tuple(checks), tuple(quizzes), tuple(quiz_findings))


def check_quizzes(course: Course) -> tuple[tuple[str, ...], list[Finding]]:
    """Load every quiz; return the ids and every mistake."""
    findings: list[Finding] = []
    for quiz_id in course.quiz_ids():
        try:
            course.quiz(quiz_id)
        except ContentError as error:
            findings += error.findings
    return course.quiz_ids(), findings


def _jobs(exercise_id: str, materials: Materials, seeds: int) -> list[Job]:
    if materials.reference is None or materials.stub is None or not materials.tests:
        return []
    trains = bool(materials.exercise.data)
    wanted = [
        (Kind.STUB, [materials.stub], 1),
        (Kind.REFERENCE, [materials.reference], seeds),
        (Kind.RIGHT, materials.right, RIGHT_SEEDS),
        (Kind.WRONG, materials.wrong, WRONG_SEEDS_IN_TRAINING if trains else WRONG_SEEDS),
    ]
    jobs = []
    for seed in range(1, seeds + 1):
        files = [
            (kind, file.path.name, file.text.encode()) for kind, some, times in wanted if seed <= times for file in some
        ]
        size = _JOB_FILES if trains else len(files)
        jobs += [Job(exercise_id, seed, tuple(files[at : at + size])) for at in range(0, len(files), size)]
    return jobs


class _Stopped(Exception):
    """Somebody interrupted the check."""


class _Evidence:
    """Grades jobs, two or more at a time, and keeps what came out."""

    def __init__(self, course: Course, known: dict[str, Materials], data: str | None) -> None:
        self._course = course
        self._known = known
        self._data = data
        self._stop = threading.Event()
        self._done = 0
        self.graded: dict[str, list[Graded]] = {one: [] for one in known}
        self.seconds: dict[str, float] = dict.fromkeys(known, 0.0)
        self.failures: dict[str, list[SandboxError]] = {one: [] for one in known}

    def gather(self, jobs: Sequence[Job], on_progress: Progress | None) -> None:
        """Grade everything. Ctrl-C ends the grader processes at once."""
        total = sum(len(job.files) for job in jobs)
        with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="dev-check") as pool:
            waiting: set[Future[None]] = {pool.submit(self._grade, job) for job in jobs}
            try:
                while waiting:
                    finished, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
                    for one in finished:
                        one.result()
                    if on_progress is not None:
                        on_progress(self._done, total, self._latest)
            finally:
                self._stop.set()
                for one in waiting:
                    one.cancel()

    _latest = ""

    def _grade(self, job: Job) -> None:
        materials = self._known[job.exercise]
        module = materials.exercise.file.removesuffix(".py")
        submissions = [submission_from_bytes(text, name=name, module_name=module) for _, name, text in job.files]
        started = time.monotonic()
        try:
            reports = grade_many(
                self._course, job.exercise, submissions,
                seed=job.seed, data=self._data_for(materials), on_event=self._listen,
            )  # fmt: skip
            for (kind, name, _), report in zip(job.files, reports, strict=True):
                self.graded[job.exercise].append(Graded(kind, name, job.seed, report))
                self._done += 1
                self._latest = f"{job.exercise} {name} (seed {job.seed})"
        except _Stopped:
            return
        except SandboxError as error:
            self.failures[job.exercise].append(error)
        self.seconds[job.exercise] += time.monotonic() - started

    def _listen(self, event: object) -> None:
        if self._stop.is_set():
            raise _Stopped

    def _data_for(self, materials: Materials) -> str | None:
        if not materials.exercise.data:
            return None
        return self._data or ("digits" if "digits" in materials.exercise.data else None)


def _result(
    exercise_id: str, materials: Materials | None, findings: list[Finding], evidence: _Evidence, seeds: int
) -> ExerciseCheck:
    if materials is None:
        return ExerciseCheck(exercise_id, tuple(findings))
    graded = evidence.graded[exercise_id]
    found, machine = judge(materials, graded)
    names = {file.path.name for file in materials.tests}
    for error in evidence.failures[exercise_id]:
        # A grader that pytest cannot collect names its file; anything else is the machine.
        if any(name in error.message for name in names):
            found.append(finding(Rule.BROKEN, materials.grader, error.message))
        else:
            machine.append(error.message)
    first = next((one.report for one in graded if one.kind is Kind.REFERENCE), None)
    return ExerciseCheck(
        exercise_id,
        tuple(dict.fromkeys([*findings, *found])),
        cases=len(first.cases) if first else 0,
        points=first.points.possible if first else 0,
        right=len(materials.right),
        wrong=len(materials.wrong),
        seeds=seeds,
        gradings=len(graded),
        seconds=round(evidence.seconds[exercise_id], 1),
        machine=tuple(dict.fromkeys(machine)),
    )
