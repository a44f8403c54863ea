"""``dlquiz class grade``, through the real program, its wall and its database."""

import csv
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.cli.conftest import RIGHT
from tests.waiting import eventually, has_ended

pytestmark = pytest.mark.sandbox

HALF = RIGHT.replace("a + b", "a - b")
ENDLESS = RIGHT.replace("return a + b", "while True: pass")


def hand_in(person, files):
    for name, text in files.items():
        path = person.here / "handed-in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def table(path):
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def ask(path, query):
    """Return the rows of a book."""
    engine = sa.create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as db:
            return [tuple(row) for row in db.execute(sa.text(query))]
    finally:
        engine.dispose()


def gradings(path):
    """Return the exercise and the submission of every grading in a book."""
    return ask(path, "SELECT exercise, submission FROM grading ORDER BY exercise, submission")


def test_a_class_becomes_a_table_and_typing_it_again_grades_nothing(person):
    hand_in(person, {
        "Ada Lovelace_7_assignsubmission_file_/adder.py": RIGHT,
        "Bob Roy_8_assignsubmission_file_/adder.py": RIGHT,
        "Bob Roy_8_assignsubmission_file_/halver.py": HALF,
        "Eve_9_assignsubmission_file_/notes.pdf": "x",
    })  # fmt: skip
    (person.here / "people.csv").write_text("name,id,section\n=Ada Lovelace,7,A\nBob Roy,8,B\nEve,9,B\nZoe,10,B\n")
    typed = ("class", "grade", "handed-in", "--roster", "people.csv", "--csv", "grades.csv", "--jobs", "1")
    first = person.type(*typed)
    assert first.code == 1  # of one nothing can be graded
    rows = table(person.here / "grades.csv")
    shown = [tuple(row[name] for name in ("learner", "exercise", "points", "state")) for row in rows]
    assert shown == [
        ("'=Ada Lovelace", "exercise1", "4", "graded"),
        ("'=Ada Lovelace", "exercise2", "", "nothing handed in"),
        ("Bob Roy", "exercise1", "4", "graded"),
        ("Bob Roy", "exercise2", "1", "graded"),
        ("Eve", "", "", "unreadable"),
        ("Zoe", "exercise1", "", "nothing handed in"),
        ("Zoe", "exercise2", "", "nothing handed in"),
    ]
    assert rows[3]["share"] == "0.25"
    assert rows[3]["first problem"].startswith("add gives the sum")
    kept = gradings(person.here / "class.sqlite3")
    assert len(kept) == 2  # one for the same file of two
    before = (person.here / "grades.csv").read_bytes()
    assert person.type(*typed).code == 1
    assert gradings(person.here / "class.sqlite3") == kept
    assert (person.here / "grades.csv").read_bytes() == before
    document = person.type(*typed, "--json").json
    assert document["format_version"] == 1
    assert [row["points"] for row in document["rows"]] == [4, None, 4, 1, None, None, None]


def test_a_dry_run_says_what_is_there_and_leaves_nothing_behind(person):
    hand_in(person, {"ada_exercise1.py": RIGHT, "bob.txt": "x"})
    before = sorted(person.here.rglob("*"))
    result = person.type("class", "grade", "handed-in", "--dry-run", "--csv", "grades.csv")
    assert result.code == 1
    assert "exercise1: 1 not graded yet" in result.out
    assert "bob (handed-in/bob.txt): no Python file and no notebook" in result.out
    assert "Nothing was run." in result.out
    assert sorted(person.here.rglob("*")) == before
    document = person.type("class", "grade", "handed-in", "--dry-run", "--json").json
    assert document["dry_run"]
    assert document["estimated_s"] > 0


def test_with_an_exercise_any_file_is_for_it_and_a_seed_is_kept(person):
    hand_in(person, {"ada.py": RIGHT, "bob/work.py": HALF})
    result = person.type("class", "grade", "handed-in", "--exercise", "adder", "--seed", "5", "--json")
    assert result.code == 0
    assert result.json["seeds"] == {"exercise1": 5}
    assert [(row["learner"], row["points"]) for row in result.json["rows"]] == [("ada", 4), ("bob", 1)]
    again = person.type("class", "grade", "handed-in", "--exercise", "adder", "--json").json
    assert again["seeds"] == {"exercise1": 5}


def test_what_is_lost_to_a_timeout_again_counts(person):
    described = person.course / "exercises/exercise1/exercise.yaml"
    described.write_text(described.read_text() + "limits: {call_s: 1, case_s: 2, submission_s: 6, memory_mib: 256}\n")
    hand_in(person, {"ada.py": ENDLESS, "bob.py": RIGHT})
    result = person.type("class", "grade", "handed-in", "--exercise", "1", "--json")
    assert [(row["learner"], row["points"], row["state"]) for row in result.json["rows"]] == [
        ("ada", 1, "graded"), ("bob", 4, "graded"),
    ]  # fmt: skip
    assert ask(person.here / "class.sqlite3", "SELECT DISTINCT settled FROM grading") == [(1,)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--roster", "no.csv"], "cannot be read"),
        (["--roster", "handed-in/ada.py"], "is not a roster"),
        (["--csv", "handed-in/ada.py"], "is there already"),
        (["--csv", "no/x.csv"], "There is no folder no"),
        (["--db", "no/x.sqlite3"], "There is no folder no"),
        (["--db", "nonsense://x"], "No database can be opened"),
        (["--exercise", "nothing"], "There is no exercise"),
        (["--jobs", "0"], "Invalid value"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_graded(person, options, said):
    hand_in(person, {"ada.py": RIGHT})
    result = person.type("class", "grade", "handed-in", *options)
    assert result.code == 2
    assert said in result.err
    assert "Traceback" not in result.err


def test_a_file_that_is_no_book_is_left_alone(person):
    hand_in(person, {"ada.py": RIGHT})
    result = person.type("class", "grade", "handed-in", "--db", "handed-in/ada.py")
    assert result.code == 4
    assert "cannot be used" in result.err
    assert (person.here / "handed-in/ada.py").read_text() == RIGHT


def test_nothing_found_is_exit_code_1(person):
    (person.here / "empty").mkdir()
    result = person.type("class", "grade", "empty", "gone")
    assert result.code == 1
    assert "There is no file" in result.out


def start(person, name):
    command = [sys.executable, "-m", "dlquiz", "class", "grade", "handed-in", "--jobs", "2"]
    return subprocess.Popen(
        [*command, "--db", name, "--csv", f"{name}.csv"],
        cwd=person.here, env=person.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def children(pid):
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


@pytest.mark.slow
def test_killed_at_any_moment_and_resumed_a_class_is_graded_whole_and_once(person):
    texts = [RIGHT + f"# {number // 2}\n" for number in range(60)]  # each file twice
    hand_in(person, {f"p{number:02}_adder.py": text for number, text in enumerate(texts)})
    assert start(person, "whole").wait(120) == 0
    whole = gradings(person.here / "whole")
    assert len(whole) == 30
    dice = random.Random(3)
    seen = 0
    for kind in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        process = start(person, "killed")
        book = person.here / "killed"
        wanted = seen + dice.randrange(5)
        eventually(
            lambda: process.poll() is not None or (book.exists() and count(book) >= wanted),  # noqa: B023  within the loop
            "some gradings",
        )
        graders = children(process.pid)
        process.send_signal(kind)
        process.wait(60)
        eventually(lambda: all(map(has_ended, graders)), "the grader processes end with it")  # noqa: B023  within the loop
        now = count(book)
        assert now >= seen
        seen = now
    assert start(person, "killed").wait(120) == 0
    assert len(gradings(person.here / "killed")) == len(whole)
    submissions = [{row[1] for row in gradings(person.here / name)} for name in ("killed", "whole")]
    assert submissions[0] == submissions[1]
    assert table(person.here / "killed.csv") == table(person.here / "whole.csv")


def count(book):
    try:
        return len(gradings(book))
    except sa.exc.OperationalError:
        return 0  # its tables are not there yet


OWN = """def add(a, b):
    total = a * 1
    total = total + b
    return total


def half(a):
    result = a
    result = result / 2
    return result
"""


def test_who_has_full_points_is_asked_about_the_own_file(person):
    hand_in(person, {"ada/adder.py": OWN, "bob/adder.py": HALF, "eve/adder.py": OWN})
    none = person.type("class", "questions", "handed-in", "--to", "pages")
    assert (none.code, "class grade" in none.err) == (2, True)
    assert person.type("class", "grade", "handed-in").code == 0
    first = person.type("class", "questions", "handed-in", "--to", "pages")
    assert (first.code, first.err) == (0, "")
    assert "Pages for 2 of 2 hand-ins with full points" in first.out
    pages = {path.name: path.read_text() for path in (person.here / "pages").glob("*.md")}
    assert sorted(pages) == ["ada-exercise1.md", "eve-exercise1.md"]
    page, key = pages["ada-exercise1.md"], (person.here / "pages/answers/ada-exercise1.md").read_text()
    assert "total = total + b" in page
    assert "- [ ] a. " in page.casefold() or "- [ ] 1. " in page
    assert "holds the same numbers" not in page, "no answer stands beside its question"
    assert "makes a new array" in key
    again = person.type("class", "questions", "handed-in", "--to", "pages")
    assert (again.code, "not empty" in again.err) == (2, True)
    assert person.type("class", "questions", "handed-in", "--to", "more", "--json").json["pages"][0]["questions"] == 2


def test_pages_have_names_that_are_files_and_differ(person):
    hand_in(person, {"Ada / =x/adder.py": OWN, "Ada - =x/adder.py": OWN})
    assert person.type("class", "grade", "handed-in").code == 0
    assert person.type("class", "questions", "handed-in", "--to", "pages").code == 0
    assert all(path.parent == person.here / "pages" for path in (person.here / "pages").glob("*.md"))
