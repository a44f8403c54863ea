"""A kit for learners: a course without what its graders must not give away.

Public cases travel, and what they need; of the hidden ones only their number and their points. No solution, no right
or wrong file, nothing of a version control. A public case gives the same there as with the whole course: it is tried
before the kit is written.
"""

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dlquiz.atomic import create_file
from dlquiz.authoring.public_cases import PublicPart, probe_part, public_part
from dlquiz.authoring.source import read_python
from dlquiz.content.course import Course, load_course
from dlquiz.content.manifest_text import manifest_text
from dlquiz.errors import ContentError
from dlquiz.grading.run import grade
from dlquiz.model.course import Exercise, HiddenCases
from dlquiz.model.report import CaseResult, Outcome
from dlquiz.submission import submission_from_bytes

_FOLDERS = ("exercises", "graders", "quizzes")
_SEED = 1
_MANY_LINES, _LONG_LINE = 3, 20
_PLAIN = re.compile(r"#|\"|'|import |from |def |class ")
"""How lines begin that say nothing of how a solution works."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class KitExercise:
    """What a kit holds of an exercise; ``kept_back`` are public cases that cannot travel, and why."""

    exercise_id: str
    public: int
    public_points: float
    hidden: HiddenCases | None
    kept_back: dict[str, str]


@dataclass(frozen=True, slots=True)
class Kit:
    """The files of a kit by their names; ``exercises`` is empty for a whole course.

    ``telling`` are quizzes that stay: they hold lines of a solution.
    """

    files: dict[str, bytes]
    exercises: tuple[KitExercise, ...]
    telling: tuple[str, ...] = ()


def whole_kit(course: Course) -> Kit:
    """Return the whole course, solutions included: where learners may have the graders, each check says why."""
    files = {name: content for folder in _FOLDERS for name, content in _files(course.root, Path(folder))}
    return Kit(files, ())


def public_kit(course: Course, exercises: Sequence[str], *, quizzes: bool, tell: Tell) -> Kit:
    """Return a kit of some exercises, each tried.

    Parameters
    ----------
    quizzes : bool
        Take the quizzes along. They hold their answers, as every quiz that marks itself.
    tell : callable
        Told what is being done.

    Raises
    ------
    ContentError
        An exercise has no public case that can travel, or the reference fails one.
    MachineryError
        Nothing can be graded here.
    """
    telling = _telling(course, exercises) if quizzes else ()
    quiz_ids = [one for one in course.manifest.quizzes if quizzes and one not in telling]
    files = {"exercises/course.yaml": manifest_text(course.manifest, exercises, quiz_ids).encode()}
    for name, content in _files(course.root, Path("quizzes")):
        if Path(name).suffix != ".yaml" or Path(name).stem in quiz_ids:
            files |= {name: content} if quiz_ids else {}
    made = []
    for exercise_id in exercises:
        tell(f"{exercise_id} ...")
        part = _Part(course, exercise_id)
        files |= part.files(exercises, quiz_ids)
        made.append(part.about)
    with tempfile.TemporaryDirectory(prefix="dlquiz-kit-") as folder:
        for name, content in files.items():
            create_file(Path(folder, name), content)
        written = load_course(Path(folder))
        for one in made:
            tell(f"{one.exercise_id}: the public checks, with the solution ...")
            _try(course, written, one)
    return Kit(files, tuple(made), telling)


def _telling(course: Course, exercises: Sequence[str]) -> tuple[str, ...]:
    """Return the quizzes that give a solution away, such as puzzles made of its lines."""
    texts = {name: _squeezed(course.quiz_path(name)) for name in course.manifest.quizzes}
    found = set()
    for exercise_id in exercises:
        public = "\n".join(map(_squeezed, _texts_of(course.exercise_folder(exercise_id))))
        written = map(_squeeze, course.solution_path(exercise_id).read_text("utf-8").splitlines())
        own = {line for line in written if len(line) >= _LONG_LINE and not _PLAIN.match(line) and line not in public}
        found |= {name for name, text in texts.items() if sum(line in text for line in own) >= _MANY_LINES}
    return tuple(name for name in texts if name in found)


def _texts_of(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.suffix in (".py", ".md", ".yaml")]


def _squeezed(path: Path) -> str:
    return _squeeze(path.read_text("utf-8"))


def _squeeze(text: str) -> str:
    return " ".join(text.split())


def _files(root: Path, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the plain files of a folder that are the course's own."""
    for path in sorted((root / folder).rglob("*")):
        name = path.relative_to(root)
        ours = not any(part.startswith(".") or part == "__pycache__" for part in name.parts)
        if ours and path.is_file() and not path.is_symlink():
            yield name.as_posix(), path.read_bytes()


class _Part:
    """One exercise: what of it travels."""

    def __init__(self, course: Course, exercise_id: str) -> None:
        self._course, self._id = course, exercise_id
        self._exercise = course.exercise(exercise_id)
        self._tests = self._public_tests()
        kept = {f"{name}::{case}" for name, part in self._tests.items() for case in part.cases}
        if not kept:
            raise ContentError(
                f"{exercise_id} has no public check that could be in a kit.",
                next_step="Mark one with public=True, or name the other exercises: dlquiz dev kit ID...",
            )
        cases = _cases_of(course, exercise_id)
        public = [case for case in cases if case.id.partition("[")[0] in kept]
        hidden = [case for case in cases if case not in public]
        points = sum(case.points.possible for case in public)
        left = HiddenCases(cases=len(hidden), points=sum(case.points.possible for case in hidden)) if hidden else None
        kept_back = {name: why for part in self._tests.values() for name, why in part.kept_back.items()}
        self.about = KitExercise(exercise_id, len(public), points, left, kept_back)

    def _public_tests(self) -> dict[str, PublicPart]:
        folder = self._course.grader_folder(self._id)
        read = [read_python(path) for path in sorted(folder.glob("test_*.py"))]
        return {file.path.name: public_part(file.text, file.tree) for file in read}

    def files(self, exercises: Sequence[str], quizzes: Sequence[str]) -> dict[str, bytes]:
        """Return the files of the exercise; what is not in the kit is not named by it."""
        found = dict(_files(self._course.root, Path("exercises", self._id)))
        described = f"exercises/{self._id}/exercise.yaml"
        found[described] = self._described(found[described].decode(), exercises, quizzes).encode()
        beside = f"graders/{self._id}"
        found |= {f"{beside}/{name}": part.source.encode() for name, part in self._tests.items() if part.source}
        probe = self._course.grader_folder(self._id) / "probe.py"
        if probe.is_file():
            file = read_python(probe)
            cases = "\n".join(part.source for part in self._tests.values())
            if asked := probe_part(file.text, file.tree, cases):
                found[f"{beside}/probe.py"] = asked.encode()
        return found

    def _described(self, text: str, exercises: Sequence[str], quizzes: Sequence[str]) -> str:
        here = self._exercise
        changes: dict[str, str] = {"points": f"{self.about.public_points:g}"}
        for name, ids, there in (("requires", here.requires, exercises), ("quizzes", here.quizzes, quizzes)):
            if ids and not set(ids) <= set(there):
                changes[name] = f"[{', '.join(one for one in ids if one in there)}]"
        if self.about.hidden is not None:
            changes["hidden"] = f"{{cases: {self.about.hidden.cases}, points: {self.about.hidden.points:g}}}"
        for name, value in changes.items():
            text = _with_field(text, name, value)
        return text


def _with_field(text: str, name: str, value: str) -> str:
    """Return a YAML document with another value for a field of its top level."""
    line = f"{name}: {value}\n"
    changed, found = re.subn(rf"^{name}:[^\n]*\n(?:[ \t-][^\n]*\n)*", lambda _: line, text, flags=re.MULTILINE)
    return changed if found else text.rstrip("\n") + "\n" + line


def _cases_of(course: Course, exercise_id: str) -> tuple[CaseResult, ...]:
    """Return every case of an exercise; the stub loses them at once."""
    stub = course.stub_path(exercise_id)
    submission = submission_from_bytes(stub.read_bytes(), name=stub.name, module_name=stub.stem)
    return grade(course, exercise_id, submission, seed=_SEED).cases


def _try(course: Course, kit: Course, about: KitExercise) -> None:
    """Demand that a kit is what its course was, but for what was left out, and that the solution passes it."""
    exercise_id = about.exercise_id
    ours, theirs = course.exercise(exercise_id), kit.exercise(exercise_id)
    left = dict.fromkeys(("points", "requires", "quizzes", "hidden"))
    if _without(ours, left) != _without(theirs, left) or theirs.hidden != about.hidden:
        raise ContentError(
            f"exercise.yaml of {exercise_id} cannot be changed for a kit.",
            next_step="Write each of its fields on lines of its own, without anchors.",
        )
    solution = course.solution_path(exercise_id)
    name = course.stub_path(exercise_id).name
    submission = submission_from_bytes(solution.read_bytes(), name=name, module_name=Path(name).stem)
    report = grade(kit, exercise_id, submission, seed=_SEED)
    for case in report.cases:
        if case.outcome is not Outcome.PASSED:
            raise ContentError(
                f"In a kit the solution of {exercise_id} fails the check {case.title!r}: {case.message}",
                next_step="dlquiz dev check, or leave this check hidden",
            )
    if len(report.cases) != about.public:
        raise ContentError(f"A kit of {exercise_id} would hold {len(report.cases)} checks, and not {about.public}.")


def _without(exercise: Exercise, names: dict[str, None]) -> Exercise:
    return exercise.model_copy(update=names)
