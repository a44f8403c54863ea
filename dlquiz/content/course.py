"""Find and load a course: ``exercises/``, ``graders/`` and ``quizzes/`` below one folder.

Every mistake in a file is told with file, line and column, all at once.

The models are imported by what loads: finding a quiz's file must not wait for them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from re import fullmatch
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from dlquiz.errors import ContentError, Finding, MachineryError, UnknownName

if TYPE_CHECKING:
    from pydantic import BaseModel

    from dlquiz.content.yamlfile import Document
    from dlquiz.model.course import CourseManifest, Exercise
    from dlquiz.model.quiz import Quiz

__all__ = ["Course", "builtin_course", "load_course", "load_exercise", "load_quiz", "quiz_file", "validated"]

M = TypeVar("M", bound="BaseModel")

_Stamp = tuple[int, int, int] | None

_MANIFEST = Path("exercises", "course.yaml")
_ID = r"[a-z][a-z0-9_-]{0,39}"


def builtin_course() -> Path:
    """Return the folder of the built-in course.

    A wheel carries it as ``dlquiz/_course``; a checkout or an editable install
    uses the repository itself. Raises MachineryError if neither is there.
    """
    package = Path(__file__).resolve().parents[1]
    for root in (package / "_course", package.parent):
        if (root / _MANIFEST).is_file():
            return root
    raise MachineryError(
        "This installation of dlquiz has no course in it.",
        next_step="Install it again: pip install --force-reinstall dlquiz",
    )


@dataclass(frozen=True)
class Course:
    """A loaded course folder; exercises and quizzes are loaded on demand, an exercise once as long as its file stays.

    Every method that takes an id raises `UnknownName` for one that the course
    does not have, so an id typed by a person never becomes a path unchecked.
    """

    root: Path
    manifest: "CourseManifest"
    builtin: bool
    _exercises: "dict[Path, tuple[_Stamp, Exercise]]" = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def exercise_ids(self) -> tuple[str, ...]:
        """Return the ids of the exercises, in the order of the manifest."""
        return self.manifest.exercises

    def quiz_ids(self) -> tuple[str, ...]:
        """Return the ids of the quizzes: the manifest's order, then any other ``quizzes/*.yaml`` by name."""
        listed = self.manifest.quizzes
        found = (path.stem for path in _quiz_files(self.root) if _is_quiz_name(path))
        return (*listed, *sorted(set(found) - set(listed)))

    def exercise(self, exercise_id: str) -> "Exercise":
        """Load ``exercises/<id>/exercise.yaml``; ContentError with all its mistakes."""
        path = self.exercise_folder(exercise_id) / "exercise.yaml"
        stamp = _stamp(path)
        known = self._exercises.get(path)
        if known is None or known[0] != stamp:
            known = self._exercises[path] = stamp, load_exercise(path)
        return known[1]

    def quiz(self, quiz_id: str) -> "Quiz":
        """Load ``quizzes/<id>.yaml``; ContentError with all its mistakes."""
        return load_quiz(self.quiz_path(quiz_id))

    def exercise_folder(self, exercise_id: str) -> Path:
        """Return ``exercises/<id>``."""
        return self.root / "exercises" / _known(exercise_id, self.exercise_ids(), "exercise")

    def stub_path(self, exercise_id: str) -> Path:
        """Return the file that the learner edits, as the course ships it."""
        return self.exercise_folder(exercise_id) / self.exercise(exercise_id).file

    def shipped_files(self, exercise_id: str) -> dict[str, Path]:
        """Return what code of an exercise may open by its name, beside the learner's file: from names to files."""
        exercise = self.exercise(exercise_id)
        folder = self.exercise_folder(exercise_id)
        return {name: folder / name for name in exercise.files if name != exercise.file}

    def lesson_path(self, exercise_id: str) -> Path:
        """Return ``exercises/<id>/README.md``."""
        return self.exercise_folder(exercise_id) / "README.md"

    def grader_folder(self, exercise_id: str) -> Path:
        """Return ``graders/<id>``; a class kit may have none."""
        return self.root / "graders" / _known(exercise_id, self.exercise_ids(), "exercise")

    def solution_path(self, exercise_id: str) -> Path:
        """Return ``graders/<id>/solution.py``."""
        return self.grader_folder(exercise_id) / "solution.py"

    def quiz_path(self, quiz_id: str) -> Path:
        """Return ``quizzes/<id>.yaml``."""
        return self.root / "quizzes" / f"{_known(quiz_id, self.quiz_ids(), 'quiz')}.yaml"

    def grader_digest(self, exercise_id: str) -> str:
        """Return the SHA-256 over what decides a grade: ``graders/<id>/**/*.py``, ``exercise.yaml`` and its files.

        Names (relative to the grader) and contents count, places and times do not.
        """
        import hashlib

        from dlquiz.content.yamlfile import shown_path

        folder = self.grader_folder(exercise_id)
        digest = hashlib.sha256()
        try:
            files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.py")}
            if not files:
                message = f"{shown_path(folder)} holds no grader."
                raise ContentError(message, next_step="Get the course with its graders folder.")
            files["../exercise.yaml"] = self.exercise_folder(exercise_id) / "exercise.yaml"
            folder = self.exercise_folder(exercise_id)
            files |= {f"../files/{name}": folder / name for name in self.exercise(exercise_id).files}
            for name, path in sorted(files.items()):
                for part in (name.encode(), path.read_bytes()):
                    # Lengths first: no two different lists of files give the same bytes.
                    digest.update(len(part).to_bytes(8, "big") + part)
        except OSError as error:
            raise ContentError(f"A file of the grader cannot be read: {error}") from error
        return digest.hexdigest()


def _stamp(path: Path) -> _Stamp:
    """Return what changes when a file is written; None if it is not there (loading it says so)."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def is_course(folder: Path) -> bool:
    """Whether a course begins in ``folder``; what is in it may still have mistakes."""
    return (folder / _MANIFEST).is_file()


def load_course(root: Path | None = None) -> Course:
    """Load the course in ``root``, or the built-in one.

    Raises
    ------
    ContentError
        The manifest has mistakes, or lists what is not there. Exercises and
        quizzes themselves are read on demand.
    """
    from dlquiz.content.yamlfile import read_document, shown_path, stop
    from dlquiz.model.codes import Code
    from dlquiz.model.course import CourseManifest

    builtin = builtin_course()
    root = builtin if root is None else root.resolve()
    path = root / _MANIFEST
    if not path.is_file():
        raise ContentError(
            f"{shown_path(root)} is not a course: it has no {_MANIFEST.as_posix()}.",
            findings=[Finding(shown_path(path), 0, 0, Code.MISSING_FILE, "there is no such file")],
            next_step="Name a folder that holds exercises/, graders/ and quizzes/.",
        )
    document = read_document(path)
    manifest = validated(document, CourseManifest)
    findings = [*_manifest_findings(document, root, manifest), *_badly_named(root)]
    if findings:
        stop(*findings)
    return Course(root, manifest, builtin=root == builtin)


def quiz_file(root: Path, quiz_id: str) -> Path | None:
    """Return the file of a quiz in a course folder without loading the course; None if there is none."""
    path = root / "quizzes" / f"{quiz_id}.yaml"
    found = fullmatch(_ID, quiz_id) and (root / _MANIFEST).is_file() and path.is_file()
    return path if found else None


def load_exercise(path: Path) -> "Exercise":
    """Load one ``exercise.yaml``; ContentError with all its mistakes."""
    from dlquiz.content.yamlfile import read_document, stop
    from dlquiz.model.course import Exercise

    document = read_document(path)
    exercise = validated(document, Exercise)
    if exercise.files and (findings := _file_findings(document, path.parent)):
        stop(*findings)
    return exercise


def _file_findings(document: "Document", folder: Path) -> list[Finding]:
    """Look at the files that an exercise ships: there, in its folder also behind links, and not too large."""
    from dlquiz.model.codes import Code
    from dlquiz.model.course import MAX_FILES_BYTES

    findings: list[Finding] = []
    total = 0
    for loc, node in document.root.walk():
        if len(loc) != 2 or loc[0] != "files":
            continue
        path, wrong = folder / str(node.value), ""
        if not path.is_file():
            wrong = f"there is no file '{node.value}'"
        elif not path.resolve().is_relative_to(folder.resolve()):
            wrong = f"'{node.value}' is a link that leads out of the exercise's folder"
        elif (total := total + path.stat().st_size) > MAX_FILES_BYTES:
            wrong = f"with '{node.value}' the files are larger than {MAX_FILES_BYTES // 1_000_000} MB together"
        if wrong:
            findings.append(document.finding(node.place, Code.COURSE_FILE, wrong, "files lie beside exercise.yaml"))
    return findings


def load_quiz(path: Path) -> "Quiz":
    """Load one quiz; ContentError with all its mistakes. Images must lie beside the file."""
    from dlquiz.content.yamlfile import read_document, stop
    from dlquiz.model.codes import Code
    from dlquiz.model.quiz import Quiz  # its many models take longer to build than a course to read

    document = read_document(path)
    quiz = validated(document, Quiz)
    images = [
        document.finding(
            node.place, Code.IMAGE, f"there is no file '{node.value}'", "the path starts at the quiz's folder"
        )
        for loc, node in document.root.walk()
        if len(loc) == 3 and loc[0] == "questions" and loc[2] == "image" and isinstance(node.value, str)
        if not (path.parent / node.value.strip()).is_file() and node.value != "null"
    ]
    if images:
        stop(*images)
    quiz.keep_comments({loc: node.comment for loc, node in document.root.walk() if node.comment})
    return quiz


def validated(document: "Document", model: type[M]) -> M:
    """Return what a file says, as a model; ContentError with all its mistakes, in file order.

    A bare value is text until the field's type reads it.
    """
    from pydantic import ValidationError

    from dlquiz.content.findings import explain, in_file_order
    from dlquiz.content.yamlfile import stop

    values = document.root.plain()
    if isinstance(values, dict):
        _read_version(document, model, values)
    try:
        loaded = model.model_validate(values)
    except ValidationError as error:
        findings = [*document.findings, *explain(error, document, model)]
        stop(*in_file_order(findings))
    if document.findings:
        stop(*in_file_order(document.findings))
    return loaded


def _read_version(document: "Document", model: "type[BaseModel]", values: dict[str, Any]) -> None:
    """Read ``format_version``; a newer file is refused before its new fields are called mistakes."""
    from dlquiz.content.yamlfile import stop
    from dlquiz.model.codes import Code

    wanted = model.model_fields.get("format_version")
    text = values.get("format_version")
    if wanted is None or "format_version" not in values or not isinstance(document.root.value, dict):
        return
    ours = max(get_args(wanted.annotation))
    place = document.root.value["format_version"].node.place
    if not isinstance(text, str) or not fullmatch(r"[0-9]{1,9}", text.strip()):
        return  # not a version: the model says so with everything else
    values["format_version"] = int(text)
    if int(text) > ours:
        message = f"format_version {int(text)} is newer than this dlquiz can read ({ours})"
        stop(document.finding(place, Code.FORMAT_VERSION, message, "upgrade: pip install --upgrade dlquiz"))


def _manifest_findings(document: "Document", root: Path, manifest: "CourseManifest") -> list[Finding]:
    from dlquiz.model.codes import Code

    findings: list[Finding] = []
    files = {
        "exercises": {name: Path("exercises", name, "exercise.yaml") for name in manifest.exercises},
        "quizzes": {name: Path("quizzes", f"{name}.yaml") for name in manifest.quizzes},
    }
    listed = ((loc, node) for loc, node in document.root.walk() if len(loc) == 2 and loc[0] in files)
    seen: set[tuple[str, str]] = set()
    for loc, node in listed:
        kind, name = str(loc[0]), str(node.value)
        if (kind, name) in seen:
            findings.append(document.finding(node.place, Code.DUPLICATE_ID, f"'{name}' is listed twice"))
        elif not (root / files[kind][name]).is_file():
            message = f"'{name}' is listed, but {files[kind][name].as_posix()} is not there"
            findings.append(document.finding(node.place, Code.MISSING_FILE, message, "write it, or take the line out"))
        seen.add((kind, name))
    return findings


def _quiz_files(root: Path) -> list[Path]:
    folder = root / "quizzes"
    files = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in files if path.suffix in (".yaml", ".yml") and not path.name.startswith((".", "_")))


def _is_quiz_name(path: Path) -> bool:
    return path.suffix == ".yaml" and fullmatch(_ID, path.stem) is not None


def _badly_named(root: Path) -> list[Finding]:
    """Tell an author whose dropped-in file would otherwise be passed over in silence."""
    from dlquiz.content.yamlfile import shown_path
    from dlquiz.model.codes import Code

    message = "this name is not an id, so the quiz would not be found"
    help = "use lower-case letters, digits, - and _, and end in .yaml, such as week-1.yaml"
    return [
        Finding(shown_path(path), 0, 0, Code.FILE_NAME, message, help)
        for path in _quiz_files(root)
        if not _is_quiz_name(path)
    ]


def _known(name: str, known: Iterable[str], what: str) -> str:
    """Return ``name`` if the course has it; UnknownName with a guess if not."""
    names = tuple(known)
    if name in names:
        return name
    from difflib import get_close_matches

    close = get_close_matches(name.lower(), names, n=1) or [other for other in names if name and other.endswith(name)]
    guess = f" Did you mean {close[0]}?" if close else ""
    listed = ", ".join(names) or "none"
    plural = "quizzes" if what == "quiz" else f"{what}s"
    raise UnknownName(f"There is no {what} '{name}'.{guess}", next_step=f"The {plural} of this course: {listed}.")
