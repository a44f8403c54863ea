"""Courses: found, loaded, and every mistake told with its place."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dlquiz
from dlquiz.content import course as content
from dlquiz.content.course import builtin_course, load_course, load_exercise, load_quiz
from dlquiz.errors import ContentError, MachineryError, UnknownName

MANIFEST = """\
format_version: 1
name: small
title: A small course
version: 1.10
welcome: Welcome.
finish: Done.
exercises: [one, two]
quizzes: [zebra]
"""
EXERCISE = """\
format_version: 1
title: An exercise
topic: basics
file: image.py
summary: What it is.
minutes: 20
points: 10
hints: [Look again.]
data: {digits: {epochs: 8, threshold: 0.9}}
"""
QUESTION = """\
  - kind: choice
    id: q1
    stem: Training loss falls while validation loss rises. What is this called?
    right: Overfitting
    wrong:
      Underfitting: Then the training loss would be high as well.
    explain: The gap is the sign.
    source: A book, chapter 5
"""
QUIZ = f"format_version: 1\ntitle: Words\nquestions:\n{QUESTION}"


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "course"
    for name in ("one", "two"):
        (root / "exercises" / name).mkdir(parents=True)
        (root / "exercises" / name / "exercise.yaml").write_text(EXERCISE)
        (root / "graders" / name / "wrong").mkdir(parents=True)
        (root / "graders" / name / "test_it.py").write_text("assert True\n")
        (root / "graders" / name / "wrong" / "w.py").write_text("x = 1\n")
    (root / "exercises" / "course.yaml").write_text(MANIFEST)
    (root / "quizzes").mkdir()
    (root / "quizzes" / "zebra.yaml").write_text(QUIZ)
    return root


def findings_of(load, path, text=None):
    if text is not None:
        path.write_text(text)
    with pytest.raises(ContentError) as caught:
        load(path)
    return [(f.code, f.line, f.column, f.message, f.suggestion) for f in caught.value.findings]


# --- the course -------------------------------------------------------------------------------------------


def test_a_course_gives_ids_in_the_order_of_the_manifest_and_paths_by_name(root):
    course = load_course(root)
    assert course.exercise_ids() == ("one", "two")
    assert not course.builtin
    assert course.manifest.version == "1.10", "a version is text, not the number 1.1"
    assert course.stub_path("one") == root / "exercises" / "one" / "image.py"
    assert course.lesson_path("one") == root / "exercises" / "one" / "README.md"
    assert course.solution_path("two") == root / "graders" / "two" / "solution.py"
    assert course.exercise("two").data["digits"].setting("epochs") == 8
    assert course.quiz("zebra").title == "Words"


def test_an_exercise_is_read_once_until_its_file_changes(root):
    course = load_course(root)
    first = course.exercise("one")
    assert course.exercise("one") is first
    assert load_course(root).exercise("one") is not first
    path = root / "exercises/one/exercise.yaml"
    path.write_text(EXERCISE.replace("minutes: 20", "minutes: 120"))
    assert course.exercise("one").minutes == 120
    path.unlink()
    with pytest.raises(ContentError):
        course.exercise("one")


def test_a_mistake_in_an_exercise_is_told_each_time(root):
    course = load_course(root)
    (root / "exercises/one/exercise.yaml").write_text("title: nothing\n")
    for _ in range(2):
        with pytest.raises(ContentError):
            course.exercise("one")


def test_a_quiz_file_dropped_in_is_found_after_the_listed_ones(root):
    for name in ("beta", "alpha", ".hidden", "_draft"):
        (root / "quizzes" / f"{name}.yaml").write_text(QUIZ)
    (root / "quizzes" / "notes.txt").write_text("not a quiz")
    course = load_course(root)
    assert course.quiz_ids() == ("zebra", "alpha", "beta")
    assert course.quiz("alpha").questions[0].id == "q1"


@pytest.mark.parametrize("name", ["Week 1.yaml", "week1.yml"])
def test_a_quiz_file_that_would_not_be_found_is_told(root, name):
    (root / "quizzes" / name).write_text(QUIZ)
    with pytest.raises(ContentError) as caught:
        load_course(root)
    [finding] = caught.value.findings
    assert (finding.code, Path(finding.file).name) == ("DLQ031", name)


def test_what_the_manifest_lists_must_be_there_and_the_missing_file_is_named(root):
    text = MANIFEST.replace("[one, two]", "[one, three, one]").replace("[zebra]", "\n  - zebra\n  - lion")
    (root / "exercises" / "course.yaml").write_text(text)
    assert findings_of(load_course, root) == [
        (
            "DLQ029",
            7,
            18,
            "'three' is listed, but exercises/three/exercise.yaml is not there",
            "write it, or take the line out",
        ),
        ("DLQ021", 7, 25, "'one' is listed twice", ""),
        ("DLQ029", 10, 5, "'lion' is listed, but quizzes/lion.yaml is not there", "write it, or take the line out"),
    ]


def test_a_folder_without_a_manifest_is_not_a_course(tmp_path):
    with pytest.raises(ContentError, match=r"is not a course: it has no exercises/course\.yaml") as caught:
        load_course(tmp_path)
    assert caught.value.next_step


@pytest.mark.parametrize(("typed", "guess"), [("on", "one"), ("TWO", "two"), ("tow", "two")])
def test_an_unknown_exercise_gets_a_guess_and_the_list(root, typed, guess):
    with pytest.raises(UnknownName) as caught:
        load_course(root).exercise(typed)
    assert f"Did you mean {guess}?" in caught.value.message
    assert "one, two" in caught.value.next_step


def test_a_number_alone_leads_to_the_exercise():
    with pytest.raises(UnknownName, match=r"Did you mean exercise3\?"):
        content._known("3", ("exercise1", "exercise3"), "exercise")


@pytest.mark.parametrize("typed", ["../one", "", "/etc/passwd", "one/../two", "x" * 5000])
def test_a_name_never_becomes_a_path_unchecked(root, typed):
    course = load_course(root)
    for method in (
        course.exercise_folder,
        course.grader_folder,
        course.stub_path,
        course.quiz_path,
        course.grader_digest,
    ):
        with pytest.raises(UnknownName):
            method(typed)


# --- files of an exercise ---------------------------------------------------------------------------------


def test_files_of_an_exercise_lie_beside_it_also_behind_a_link(root):
    path = with_files(root, "words.txt", "data/table.csv", "same.txt")
    folder = path.parent
    (folder / "data").mkdir()
    (folder / "words.txt").write_text("a b")
    (folder / "data" / "table.csv").write_text("1")
    (folder / "same.txt").symlink_to("words.txt")
    assert load_exercise(path).files == ("words.txt", "data/table.csv", "same.txt")


def test_a_file_that_is_missing_elsewhere_or_too_large_is_told_with_its_place(root, tmp_path):
    path = with_files(root, "gone.txt", "folder", "out.txt", "large.bin", "pipe")
    folder = path.parent
    (folder / "folder").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    os.mkfifo(folder / "pipe")
    with (folder / "large.bin").open("wb") as file:
        file.truncate(50_000_001)
    with pytest.raises(ContentError) as caught:
        load_exercise(path)
    assert {finding.code for finding in caught.value.findings} == {"DLQ039"}
    assert [(finding.line, finding.message) for finding in caught.value.findings] == [
        (10, "there is no file 'gone.txt'"),
        (10, "there is no file 'folder'"),
        (10, "'out.txt' is a link that leads out of the exercise's folder"),
        (10, "with 'large.bin' the files are larger than 50 MB together"),
        (10, "there is no file 'pipe'"),
    ]


# --- the grader's digest ----------------------------------------------------------------------------------


def test_the_digest_follows_names_and_contents_and_nothing_else(root, tmp_path):
    first = load_course(root).grader_digest("one")
    moved = tmp_path / "elsewhere"
    shutil.copytree(root, moved)
    (moved / "graders" / "one" / "notes.md").write_text("not code")
    (moved / "exercises" / "one" / "README.md").write_text("a lesson")
    assert load_course(moved).grader_digest("one") == first == load_course(root).grader_digest("two")


@pytest.mark.parametrize("change", ["content", "name", "new", "settings", "boundary"])
def test_the_digest_changes_with_whatever_decides_a_grade(root, change):
    course = load_course(root)
    before = course.grader_digest("one")
    grader = course.grader_folder("one")
    if change == "content":
        (grader / "wrong" / "w.py").write_text("x = 2\n")
    elif change == "name":
        (grader / "wrong" / "w.py").rename(grader / "wrong" / "v.py")
    elif change == "new":
        (grader / "probe.py").write_text("")
    elif change == "settings":
        (course.exercise_folder("one") / "exercise.yaml").write_text(EXERCISE.replace("20", "30"))
    else:  # the same bytes, split differently between two files
        (grader / "test_it.py").write_text("assert True\nx")
        (grader / "wrong" / "w.py").write_text(" = 1\n")
    assert course.grader_digest("one") != before


def with_files(root, *names):
    path = root / "exercises" / "one" / "exercise.yaml"
    path.write_text(EXERCISE + f"files: [{', '.join(names)}]\n")
    return path


def test_the_digest_changes_with_the_files_that_submissions_may_open(root):
    path = with_files(root, "words.txt")
    path.with_name("words.txt").write_text("one")
    course = load_course(root)
    before = course.grader_digest("one")
    path.with_name("words.txt").write_text("two")
    assert course.grader_digest("one") != before


def test_a_course_without_graders_says_so(root):
    shutil.rmtree(root / "graders")
    with pytest.raises(ContentError, match="holds no grader"):
        load_course(root).grader_digest("one")


# --- the built-in course ----------------------------------------------------------------------------------


def test_the_builtin_course_of_a_checkout_is_the_repository():
    root = builtin_course()
    assert root == Path(dlquiz.__file__).resolve().parent.parent
    course = load_course()
    assert course.builtin
    assert course.exercise_ids()[:4] == ("exercise1", "exercise2", "exercise3", "exercise4")
    assert course.quiz_ids()[:3] == ("first-words", "network-words", "backprop-words")
    assert load_course(root).builtin


def test_every_exercise_and_quiz_of_the_builtin_course_loads():
    course = load_course()
    assert all(course.exercise(name).title for name in course.exercise_ids())
    assert all(len(course.quiz(name).questions) >= 12 for name in course.quiz_ids()[:3])


def copy_of_the_package(folder):
    shutil.copytree(
        Path(dlquiz.__file__).parent, folder / "dlquiz", ignore=shutil.ignore_patterns("__pycache__", "_course")
    )
    return folder / "dlquiz"


def ask_a_copy(folder):
    """Return what ``builtin_course`` says in a fresh interpreter whose dlquiz lies in ``folder``."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from dlquiz.content.course import builtin_course\n"
        "from dlquiz.errors import DlquizError\n"
        "try: print(builtin_course())\n"
        "except DlquizError as error: print(type(error).__name__, error.next_step)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True, cwd=folder
    )
    return run.stdout.strip()


def test_an_installed_wheel_reads_the_course_inside_the_package(root, tmp_path):
    site = tmp_path / "site-packages"
    package = copy_of_the_package(site)
    shutil.copytree(root, package / "_course")
    assert ask_a_copy(site) == str(package / "_course")


def test_an_installation_without_a_course_says_how_to_repair_it(tmp_path):
    copy_of_the_package(tmp_path)
    answer = ask_a_copy(tmp_path)
    assert answer.startswith(MachineryError.__name__)
    assert "pip install" in answer


# --- mistakes in quizzes and exercises --------------------------------------------------------------------


def with_question(old, new):
    assert old in QUIZ
    return QUIZ.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "code", "place", "message", "suggestion"),
    [
        ("explain", "explane", "DLQ011", (10, 5), "unknown field 'explane'", "did you mean 'explain'?"),
        ("explain", "explanation", "DLQ011", (10, 5), "unknown field 'explanation'", "did you mean 'explain'?"),
        ("stem", "question", "DLQ011", (6, 5), "unknown field 'question'", "did you mean 'stem'?"),
        ("    explain: The gap is the sign.\n", "", "DLQ012", (4, 5), "missing field 'explain'", ""),
        (
            ": Then the training loss would be high as well.",
            ":",
            "DLQ023",
            (9, 7),
            "'Underfitting' has no reason",
            "write",
        ),
        ("id: q1", "id: Q 1", "DLQ018", (5, 9), "'id' must be lower-case letters, digits", "did you mean 'q-1'?"),
        (
            "right: O",
            "right: [O]  # ",
            "DLQ015",
            (7, 12),
            "'right' must be one text, found a list",
            "a question with several right options has 'kind: multi'",
        ),
        ("    right", "    points: inf\n    right", "DLQ017", (7, 13), "'points' must be a finite number", ""),
    ],
)
def test_a_mistake_in_a_question_is_told_once_with_place_and_suggestion(
    tmp_path, old, new, code, place, message, suggestion
):
    [found] = findings_of(load_quiz, tmp_path / "q.yaml", with_question(old, new))
    assert found[:3] == (code, *place)
    assert found[3].startswith(f"question '{'Q 1' if 'Q 1' in new else 'q1'}': {message}")
    assert found[4].startswith(suggestion)
    assert bool(found[4]) == bool(suggestion)


@pytest.mark.parametrize("empty", ["{}", "[]"])
def test_what_is_no_text_among_the_extra_meanings_is_called_so(tmp_path, empty):
    question = (
        "  - kind: match\n    id: q1\n    stem: Match the words.\n    pairs: {a: alpha, b: beta}\n"
        f"    extra: [delta, {empty}]\n    explain: So it is.\n    source: A book\n"
    )
    [found] = findings_of(load_quiz, tmp_path / "q.yaml", QUIZ.replace(QUESTION, question))
    assert found[:3] == ("DLQ015", 8, 20)
    assert "expected a text" in found[3]
    assert "twice" not in found[3]
    assert "None" not in found[3]


def test_a_misspelt_field_at_the_top_is_told_once(tmp_path):
    found = findings_of(load_quiz, tmp_path / "q.yaml", with_question("title: Words", "titel: Words"))
    assert found == [("DLQ011", 2, 1, "unknown field 'titel'", "did you mean 'title'?")]


@pytest.mark.parametrize(
    ("kind", "guess"),
    [("mcq", "choice"), ("multichoise", "choice"), ("tf", "truefalse"), ("True_False", "truefalse"),
     ("numerical", "numeric"), ("choise", "choice"), ("mutli", "multi"), ("shrt", "short"),
     ("multiple choice", "choice")],
)  # fmt: skip
def test_an_unknown_kind_gets_a_guess(tmp_path, kind, guess):
    [found] = findings_of(load_quiz, tmp_path / "q.yaml", with_question("kind: choice", f"kind: {kind}"))
    assert found[:4] == ("DLQ013", 4, 11, f"question 'q1': unknown kind '{kind}'")
    assert found[4].startswith(f"did you mean '{guess}'?")


def test_mistakes_of_several_questions_come_at_once_each_with_its_place(tmp_path):
    text = (
        QUIZ
        + QUESTION.replace("q1", "q2").replace("explain", "explane")
        + QUESTION.replace("Underfitting:", "Overfitting:")
    )
    text = text.replace("format_version: 1", "format_version: 1\ndraw: many")
    found = findings_of(load_quiz, tmp_path / "q.yaml", text)
    assert [(code, line, column) for code, line, column, *_ in found] == [
        ("DLQ015", 2, 7),
        ("DLQ011", 19, 5),
        ("DLQ021", 22, 9),
        ("DLQ022", 26, 7),
    ]


@pytest.mark.parametrize("tag", ["choice", "multi"])
def test_a_field_named_like_a_kind_does_not_confuse_the_places(tmp_path, tag):
    text = with_question("    explain: The gap is the sign.\n", f"    {tag}: x\n")
    found = findings_of(load_quiz, tmp_path / "q.yaml", text)
    assert [f[:4] for f in found] == [
        ("DLQ012", 4, 5, "question 'q1': missing field 'explain'"),
        ("DLQ011", 10, 5, f"question 'q1': unknown field '{tag}'"),
    ]


def test_an_image_must_lie_beside_the_quiz(tmp_path):
    text = with_question("    right", "    image: figures/curve.svg\n    alt: Two curves.\n    right")
    [found] = findings_of(load_quiz, tmp_path / "q.yaml", text)
    assert found[:3] == ("DLQ027", 7, 12)
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "curve.svg").write_text("<svg/>")
    assert load_quiz(tmp_path / "q.yaml").questions[0].image == "figures/curve.svg"


def test_mistakes_in_an_exercise_have_places_too(tmp_path):
    text = EXERCISE.replace("points: 10", "points: ten").replace("epochs: 8", "call_s: -1").replace("topic", "topik")
    found = findings_of(load_exercise, tmp_path / "exercise.yaml", text)
    assert [f[:4] for f in found] == [
        ("DLQ011", 3, 1, "unknown field 'topik'"),
        ("DLQ015", 7, 9, "'points' must be a number, found 'ten'"),
        ("DLQ017", 9, 25, "'data: digits: call_s' must be more than 0, found '-1'"),
    ]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", ".hidden", "Digits", "a/b", ""])
def test_a_data_set_is_called_by_a_name_and_not_by_a_path(root, name):
    path = root / "exercises" / "one" / "exercise.yaml"
    data = "data: {digits: {epochs: 8, threshold: 0.9}}"
    text = EXERCISE.replace(data, f"data: {{'{name}': {{}}}}")
    ((_, line, column, message, _),) = findings_of(load_exercise, path, text)
    assert (line, column) == (EXERCISE[: EXERCISE.index(data)].count("\n") + 1, 8)
    assert "data" in message


def test_importing_dlquiz_does_not_import_pydantic():
    code = "import sys, dlquiz, dlquiz.errors; print('pydantic' in sys.modules, 'yaml' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]
