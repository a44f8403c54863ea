"""``start``: what a beginner meets first."""

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
