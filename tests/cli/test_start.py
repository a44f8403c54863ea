"""``start``: what a beginner meets first."""

from dlquiz.content.course import builtin_course, load_course

from .conftest import RIGHT


def test_start_shows_the_folder_the_path_and_the_next_command(person):
    result = person.type("start")
    assert result.code == 0
    assert result.err == ""
    assert str(person.work) in result.out
    assert "next  exercise1  Title 1     0/4  15 min" in result.out
    assert f"You will edit: {person.file()}" in result.out
    assert result.out.splitlines()[-1].startswith("Next: dlquiz lesson exercise1")


def test_start_again_resumes_also_from_inside(person, monkeypatch):
    person.type("start")
    person.file().write_text(RIGHT)
    monkeypatch.chdir(person.work / "exercise2")
    result = person.type("start", "--json")
    assert result.json["resumed"] is True
    assert result.json["workspace"] == str(person.work)
    assert person.file().read_text() == RIGHT
    assert not (person.work / "exercise2" / "dlquiz-work").exists()


def test_start_names_the_new_file_beside_a_changed_one(person):
    person.type("start")
    person.file().write_text(RIGHT)
    (person.course / "exercises" / "exercise1" / "adder.py").write_text("# newer\n")
    result = person.type("start")
    assert f"{person.file()}.new" in result.out
    assert person.file().read_text() == RIGHT


def test_start_inside_a_course_goes_home(person, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(person.course)
    assert person.type("start", "--json").json["workspace"] == str(tmp_path / "home" / "dlquiz-work")
    assert not (person.course / "dlquiz-work").exists()


def test_a_folder_inside_a_course_is_refused_with_a_command_that_works(person, monkeypatch):
    monkeypatch.chdir(person.course)
    result = person.type("start", "here")
    assert result.code == 1
    assert "inside the course" in result.err
    advice = result.err.splitlines()[-1].removeprefix("Next: dlquiz ").split()
    assert person.type(*advice).code == 0


def test_the_workspace_is_known_from_anywhere_afterwards(person, monkeypatch, tmp_path):
    person.type("start", str(tmp_path / "mine"))
    monkeypatch.chdir("/")
    monkeypatch.delenv("DLQUIZ_COURSE")
    assert person.type("status", "--json").json["workspace"] == str(tmp_path / "mine")


def test_a_workspace_of_another_course_is_not_used(person, monkeypatch, tmp_path):
    from .conftest import make_course

    person.type("start")
    other = make_course(tmp_path / "other")
    monkeypatch.setenv("DLQUIZ_COURSE", str(other))
    assert person.type("status", "--json", "--trust-course").json["workspace"] is None


def test_start_survives_a_store_that_cannot_be_used(person):
    person.type("start")
    for file in person.work.glob(".dlquiz/progress*"):
        file.unlink()
    (person.work / ".dlquiz" / "progress.sqlite3").mkdir()
    result = person.type("start")
    assert result.code == 0
    assert "Warning" in result.err
    assert "Next: dlquiz lesson exercise1" in result.out


def elsewhere(person, monkeypatch, tmp_path):
    other = tmp_path / "other place"
    other.mkdir()
    monkeypatch.chdir(other)
    return other


def test_start_elsewhere_goes_on_with_the_folder_that_there_is(worker, monkeypatch, tmp_path):
    other = elsewhere(worker, monkeypatch, tmp_path)
    result = worker.type("start")
    assert f"Your folder: {worker.work}" in result.out
    assert f"For another one here, beginning at zero: dlquiz start '{other}/dlquiz-work'" in result.out
    assert list(other.iterdir()) == []


def test_a_second_folder_names_the_first_and_its_points(worker, monkeypatch, tmp_path):
    from dlquiz.study.store import Progress

    from .test_status import record

    with Progress(worker.work / ".dlquiz" / "progress.sqlite3") as store:
        record(store, "exercise1", 3)
    elsewhere(worker, monkeypatch, tmp_path)
    result = worker.type("start", "second")
    assert f"You also have {worker.work}, with 3 of 8 points." in result.out
    assert f"To go on there: dlquiz start {worker.work}" in result.out
    assert worker.type("start", str(worker.work)).code == 0
    assert "Points: 3 of 8." in worker.type("status").out


def test_a_moved_folder_is_said_by_every_command_that_needs_it(worker, tmp_path):
    moved = tmp_path / "moved"
    worker.work.rename(moved)
    shown = worker.type("status").out
    assert f"Your folder: it was {worker.work}, and is not there any more." in shown
    for arguments in (["grade", "1"], ["run", "1"], ["watch", "1"], ["reset", "1"]):
        result = worker.type(*arguments)
        assert result.code == 1
        assert str(worker.work) in result.err
        assert "Traceback" not in result.err
    fresh = worker.type("start")
    assert f"Your folder before was {worker.work}, and it is not there any more." in fresh.out
    assert "dlquiz start" in fresh.out
    again = worker.type("start", str(moved))
    assert "not there any more" not in again.out
    assert "Welcome back" in again.out


def test_a_home_that_cannot_be_written_is_said(person, monkeypatch, tmp_path):
    (tmp_path / "no folder").write_text("")
    monkeypatch.setenv("DLQUIZ_STATE", str(tmp_path / "no folder"))
    result = person.type("start", "--trust-course")
    assert result.code == 0
    assert "this folder is not remembered" in result.err


def test_a_second_folder_of_dlquizs_own_course_names_the_first(person, monkeypatch):
    monkeypatch.delenv("DLQUIZ_COURSE")
    assert person.type("start", "one").code == 0
    result = person.type("start", "two")
    assert result.code == 0
    course = load_course()
    points = sum(course.exercise(one).points for one in course.exercise_ids())
    assert f"You also have {person.here / 'one'}, with 0 of {points:g} points." in " ".join(result.out.split())
    assert "Next: dlquiz lesson exercise1" in result.out


def test_dlquizs_own_course_needs_no_trust_by_its_path_either(person, monkeypatch):
    monkeypatch.delenv("DLQUIZ_COURSE")
    assert person.type("--course", str(builtin_course()), "status").code == 0
