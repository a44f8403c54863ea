"""``dlquiz dev check`` as an author types it."""

import json
import os
import shlex
import signal
import subprocess
import sys

import pytest

from dlquiz.cli import main
from dlquiz.cli._dev_check import duration
from tests.authoring.small import make_course
from tests.waiting import eventually, has_ended

pytestmark = pytest.mark.sandbox


@pytest.fixture
def author(tmp_path, monkeypatch, capfd):
    """Return a function that types a command in the course's folder."""
    root = make_course(tmp_path / "course")
    monkeypatch.setenv("DLQUIZ_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("DLQUIZ_COURSE", str(root))
    monkeypatch.setenv("DLQUIZ_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("DLQUIZ_DATA", raising=False)
    monkeypatch.chdir(root)
    monkeypatch.setattr("os.cpu_count", lambda: 1)  # a second process takes longer to start than all of it

    def type_command(*arguments):
        capfd.readouterr()
        code = main(["--trust-course", *arguments])
        return code, *capfd.readouterr()

    type_command.root = root
    return type_command


def test_a_certified_course_exits_0_and_says_what_was_done(author):
    code, out, _ = author("dev", "check", "--seeds", "2")
    assert code == 0
    assert " ".join(out.split()).startswith(f"Course small in {author.root} tiny")
    facts = "4 cases, 4 points, 6 wrong and 3 right solutions, 23 gradings (reference under 2 seeds, others under 2)"
    assert f"tiny certified: {facts}" in " ".join(out.split())
    assert "wrong solutions: 6, 6 failed, 6 exact, 2 named" in out
    assert "Next: dlquiz" in out


def test_findings_exit_3_with_file_and_line(author):
    path = author.root / "graders/tiny/wrong/half.py"
    path.write_text(path.read_text().replace("return x / 2", "return x * 2"))
    code, out, _ = author("dev", "check", "tiny", "--seeds", "1")
    assert code == 3
    assert "graders/tiny/wrong/half.py:3:1: error[DLQ225]" in out
    assert "1 finding." in out
    assert "Next: dlquiz dev check tiny" in out


def test_json_is_one_document(author):
    (author.root / "exercises/tiny/README.md").unlink()
    code, out, _ = author("dev", "check", "--json", "--seeds", "1")
    document = json.loads(out)
    assert code == 3
    assert document["format_version"] == 1
    assert document["certified"] is False
    assert document["exercises"][0]["findings"][0]["code"] == "DLQ201"
    assert document["exercises"][0]["gradings"] == 13
    assert document["root"] == str(author.root)
    assert {one["how"] for solution in document["exercises"][0]["solutions"] for one in solution["lost"]} == {"value"}


def test_the_usual_check_says_how_many_seeds_each_kind_of_file_had(author):
    _, out, _ = author("dev", "check")
    assert "(reference under 5 seeds, others under 3)" in out


def test_the_folder_of_another_course_is_noticed(author, tmp_path, monkeypatch):
    other = make_course(tmp_path / "other")
    (other / "graders" / "tiny" / "wrong" / "half.py").unlink()
    monkeypatch.chdir(other / "graders")
    code, out, err = author("dev", "check", "--quick")
    assert code == 0
    assert " ".join(out.split()).startswith(f"Course small in {author.root} tiny")
    assert f"another course, which is not the one in use. To use it: --course {other}" in " ".join(err.split())
    code, _, err = author("dev", "check", "centre")
    assert code == 2
    assert "another course" in err, "the one that was asked for may be there"
    monkeypatch.chdir(author.root)
    assert "another course" not in author("dev", "check", "--quick")[2]


def test_a_quick_check_says_what_it_kept(author):
    author("dev", "check", "--quick")
    code, out, _ = author("dev", "check", "--quick")
    assert code == 0
    assert "14 gradings, 14 of them kept from before" in " ".join(out.split())


def test_one_file_alone_shows_what_it_loses(author):
    code, out, _ = author("dev", "check", "tiny", "--only", "wrong/returns_x.py", "--seeds", "1")
    assert code == 0
    assert "tiny         nothing found" in out
    assert "test_double: by a value, seed 1" in out
    assert "says: Your double(x) is exactly half" in out
    assert "certified" not in out
    assert author("dev", "check", "--only", "wrong/half.py")[0] == 2
    code, _, err = author("dev", "check", "tiny", "--only", "wrong/nosuch.py")
    assert code == 2
    assert "wrong/half.py" in err


def test_verbose_shows_a_table_of_the_wrong_solutions(author):
    _, out, _ = author("dev", "check", "--verbose", "--seeds", "1")
    lines = [line.split() for line in out.splitlines()]
    assert ["failed", "exact", "named"] in lines
    assert ["returns_x.py", "yes", "yes", "yes", "A", "mistake."] in lines
    assert "lost by a single wrong solution: test_mean" in out


def test_what_survives_a_change_is_shown_ready_to_be_listed(author):
    code, out, _ = author("dev", "check", "--mutate")
    assert code == 3
    assert "one-place changes" in out
    assert "survives, 0 of them listed; under 1 seed" in " ".join(out.split())
    assert 'change: "float(np.mean(x)) -> np.mean(x)"' in out
    assert "Next: dlquiz dev check --mutate" in out
    code, out, _ = author("dev", "check", "tiny", "--mutate", "--json")
    assert code == 3
    assert json.loads(out)["exercises"][0]["findings"][0]["code"] == "DLQ233"


def test_thresholds_are_measured_under_as_many_seeds_as_asked(author):
    code, out, _ = author("dev", "check", "--calibrate", "--seeds", "2")
    assert code == 0
    assert "the reference under 2 seeds" in out
    assert "no case measures anything against a threshold" in out
    assert json.loads(author("dev", "check", "--calibrate", "--seeds", "1", "--json")[1])["exercises"][0]["seeds"] == 1


@pytest.mark.parametrize(
    "options", [("--mutate", "--calibrate"), ("--quick", "--mutate"), ("--only", "x.py", "--mutate")]
)
def test_different_checks_are_asked_for_one_by_one(author, options):
    code, _, err = author("dev", "check", "tiny", *options)
    assert code == 2
    assert "different checks" in err


@pytest.mark.parametrize(("seconds", "words"), [(3, "about 3 s"), (89, "about 89 s"), (100, "about 2 min")])
def test_what_is_left_is_told_as_people_say_it(seconds, words):
    assert duration(seconds) == words


def test_an_unknown_exercise_exits_2(author):
    code, _, err = author("dev", "check", "tinny")
    assert code == 2
    assert "tiny" in err


def test_ctrl_c_exits_130_and_leaves_no_process(author):
    environment = {**os.environ, "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "-m", "dlquiz", "--trust-course", "dev", "check", "--seeds", "500"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            children = eventually(lambda: grader_processes(process.pid), "a process that grades")
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130
    assert "Stopped." in err
    assert "Traceback" not in err
    eventually(lambda: all(map(has_ended, children)), "the end of the processes that graded")


def grader_processes(pid):
    """Return the children of ``dev check`` that have become a program of ours, which a fork alone has not yet."""
    listed = subprocess.run(
        ["pgrep", "-P", str(pid), "-f", "dlquiz.grading"], capture_output=True, text=True, check=False
    )
    return [int(word) for word in listed.stdout.split()]


def test_a_new_course_says_how_to_check_it_and_that_works(author, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DLQUIZ_COURSE")
    code, out, _ = author("dev", "new", "course", "my course")
    assert code == 0
    assert "  exercises/centre/exercise.yaml\n" in out
    step = next_step(out)
    assert step == ["--course", "my course", "--trust-course", "dev", "check"]
    code, out, _ = author(*step, "--seeds", "1")
    assert code == 0
    assert "Everything is certified." in out


def test_a_new_exercise_joins_the_course_of_the_folder(author, monkeypatch):
    monkeypatch.delenv("DLQUIZ_COURSE")
    code, out, _ = author("dev", "new", "exercise", "extra")
    assert code == 0
    assert "exercises: [tiny, extra]" in (author.root / "exercises/course.yaml").read_text()
    assert author(*next_step(out), "--seeds", "1")[0] == 0


def test_a_new_exercise_outside_of_a_course_says_what_a_course_is(author, tmp_path, monkeypatch):
    monkeypatch.delenv("DLQUIZ_COURSE")
    monkeypatch.chdir(tmp_path)
    code, _, err = author("dev", "new", "exercise", "extra")
    assert code == 2
    assert "dlquiz dev new course DIR" in err


@pytest.mark.parametrize("what", ["exercise", "course"])
def test_a_schema_is_printed_or_written(author, what):
    _, out, _ = author("dev", "schema", what)
    assert json.loads(out)["title"].startswith("A")
    author("dev", "schema", what, "-o", "s.json")
    assert (author.root / "s.json").read_text() == out


def next_step(out):
    """Return the words that a person would type next, without the program's name."""
    return shlex.split(out.partition("\nNext: dlquiz ")[2].partition("   (")[0])
