"""``reset``: the stub again, and nothing lost."""

from .conftest import RIGHT, STUB


def test_reset_keeps_what_was_there(worker):
    for text in (RIGHT, RIGHT + "# more\n"):
        worker.file().write_text(text)
        assert worker.type("reset", "1").code == 0
        assert worker.file().read_text() == STUB
    kept = {file.read_text() for file in worker.file().parent.glob("adder.py.*.bak")}
    assert kept == {RIGHT, RIGHT + "# more\n"}


def test_reset_names_the_backup(worker):
    worker.file().write_text(RIGHT)
    result = worker.type("reset", "adding")
    (backup,) = worker.file().parent.glob("*.bak")
    assert str(backup) in result.out
    assert "Next: dlquiz lesson exercise1" in result.out


def test_reset_of_an_untouched_file_changes_nothing(worker):
    assert "Nothing was changed" in worker.type("reset", "1").out
    assert [file.name for file in worker.file().parent.iterdir()] == ["adder.py"]


def test_reset_brings_back_a_deleted_file(worker):
    worker.file().unlink()
    assert worker.type("reset", "1").code == 0
    assert worker.file().read_text() == STUB


def test_reset_wants_to_know_which(worker):
    assert worker.type("reset").code == 2
    assert worker.type("reset", "nonsense").code == 2


def test_reset_without_a_workspace_says_how_to_begin(person):
    result = person.type("reset", "1")
    assert result.code == 1
    assert "Next: dlquiz start" in result.err
