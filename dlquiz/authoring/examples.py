"""Run the public examples of an exercise with the reference, behind the wall, and compare as ``dlquiz run`` does."""

from collections.abc import Iterator
from pathlib import Path

from dlquiz import grading
from dlquiz.authoring.codes import Rule
from dlquiz.authoring.materials import Materials, finding
from dlquiz.errors import Finding
from dlquiz.grading.failure import CaseBroken, CaseFailed
from dlquiz.grading.proxy import SubmissionProxy
from dlquiz.grading.remote import probe
from dlquiz.grading.settings import budget_of
from dlquiz.grading.subject import Subject, Surroundings
from dlquiz.sandbox.course_files import CourseFiles
from dlquiz.sandbox.open import start_server
from dlquiz.submission import submission_from_bytes

_RUNNER = Path(grading.__file__).parent / "example_values.py"
_SHOWN = 300


def check_examples(materials: Materials) -> list[Finding]:
    """Return a finding for every example that the reference does not fulfil.

    Raises
    ------
    SandboxError
        Nothing can run here.
    """
    if not materials.exercise.examples or materials.reference is None:
        return []
    exercise = materials.exercise
    files = CourseFiles(str(materials.folder), exercise.files)
    runner = submission_from_bytes(_RUNNER.read_bytes(), name="probe.py", module_name="probe")
    name = exercise.file.removesuffix(".py")
    source = submission_from_bytes(materials.reference.text.encode(), name=exercise.file, module_name=name)
    with start_server(exercise.packages, files=files) as server:
        subject = Subject(Surroundings(server, runner, budget_of(exercise, {}), {}), source, 0)
        try:
            return list(_run(materials, subject))
        finally:
            subject.close()


def _run(materials: Materials, subject: Subject) -> Iterator[Finding]:
    proxy = SubmissionProxy(subject)
    for number, example in enumerate(materials.exercise.examples):
        subject.begin(f"example {number + 1}")
        try:
            equal, shown = probe(proxy).outcome(example.call, example.expect)
        except (CaseFailed, CaseBroken) as error:
            equal, shown = False, str(error)
        if not equal:
            short = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
            message = f"the reference does not give what this example says: `{example.call.strip()}` gives {short}"
            line = materials.line("examples", number, "call")
            advice = "learners with a right file would read NOT equal"
            yield finding(Rule.EXAMPLE, materials.described, message, advice, line=line)
