"""Questions about own files: for differently written right ones, held against plain Python."""

import pytest

from dlquiz.content.course import builtin_course, load_course
from dlquiz.study import own_file
from dlquiz.study.own_file import questions_about
from dlquiz.submission import submission_from_bytes
from tests.practice.own_check import right_answer

pytestmark = pytest.mark.sandbox
COURSE = load_course(builtin_course())
FILES = [
    path
    for number in (2, 3, 5, 6, 12)
    for grader in [COURSE.grader_folder(f"exercise{number}")]
    # Each import of the framework of exercise 12 takes seconds: one file beside the reference.
    for path in [grader / "solution.py", *sorted(grader.glob("right/*.py"))[: 1 if number == 12 else None]]
]


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A busy machine is no reason to ask less here."""
    monkeypatch.setattr(own_file, "_PATIENCE_S", 60.0)


def about(path, exercise_id=None):
    exercise_id = exercise_id or next(part for part in path.parts if part.startswith("exercise"))
    name = COURSE.stub_path(exercise_id).stem
    submission = submission_from_bytes(path.read_bytes(), name=path.name, module_name=name)
    return submission, questions_about(COURSE, exercise_id, submission)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-2]}-{path.stem}")
@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::DeprecationWarning")
def test_plain_python_gives_the_same_answers(path):
    submission, found = about(path)
    assert found.questions, "each of these files is long enough"
    for question in found.questions:
        shown = question.stem.split("```\n")[1].split("\n\n")[0]
        call = "\n".join(one[4:] for one in shown.split("\n"))
        assert right_answer(submission.text, question, call) == question.right
    asked = found.in_order(found.quiz("t"))
    assert len(asked) == len(found.questions)
    for question, slot in asked:
        assert sorted(slot.options) == sorted([question.right, *dict(question.wrong)])


def test_the_same_file_has_the_same_questions():
    path = COURSE.solution_path("exercise3")
    assert about(path, "exercise3")[1] == about(path, "exercise3")[1]


def test_a_function_that_is_random_gives_no_question_about_its_numbers(tmp_path):
    file = tmp_path / "adder.py"
    text = COURSE.solution_path("exercise3").read_text()
    file.write_text(
        text.replace("    return grad / len(y)", "    grad += 1e-9 * np.random.rand()\n    return grad / len(y)")
    )
    _, found = about(file, "exercise3")
    assert all("`grad`" not in one.right for one in found.questions if one.kind == "left-out")
