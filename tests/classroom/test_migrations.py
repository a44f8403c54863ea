"""A book of an older dlquiz is brought up to date when it is opened, and nothing of it is lost."""

import subprocess
import sys
from contextlib import closing

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from dlquiz.classroom import migrations
from dlquiz.classroom.book import Book
from dlquiz.classroom.database import Database
from dlquiz.classroom.schema import FORMAT_VERSION, TABLES
from dlquiz.errors import StoreError
from tests.classroom.test_book import KEY, REPORT, ask, rows_of, settled

FIRST = """
CREATE TABLE about (format_version INTEGER NOT NULL);
CREATE TABLE seed (
    exercise TEXT NOT NULL, grader_sha256 TEXT NOT NULL, seed BIGINT NOT NULL, PRIMARY KEY (exercise, grader_sha256)
);
CREATE TABLE grading (
    id INTEGER NOT NULL, submission TEXT NOT NULL, exercise TEXT NOT NULL, grader_sha256 TEXT NOT NULL,
    seed BIGINT NOT NULL, versions TEXT NOT NULL, isolation TEXT NOT NULL, data TEXT NOT NULL,
    settled BOOLEAN NOT NULL, seconds FLOAT NOT NULL, report TEXT NOT NULL, PRIMARY KEY (id),
    UNIQUE (submission, exercise, grader_sha256, seed, versions, isolation, data)
);
CREATE TABLE run (id INTEGER NOT NULL, started_at TEXT NOT NULL, PRIMARY KEY (id));
CREATE TABLE handin (
    run INTEGER NOT NULL, "row" INTEGER NOT NULL, learner TEXT NOT NULL, learner_id TEXT NOT NULL,
    section TEXT NOT NULL, exercise TEXT NOT NULL, path TEXT NOT NULL, late BOOLEAN NOT NULL,
    handed_in_at TEXT NOT NULL, digest TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (run, "row"), FOREIGN KEY(run) REFERENCES run (id)
);
INSERT INTO about VALUES (1);
INSERT INTO seed VALUES ('exercise1', 'g', 7);
INSERT INTO run (started_at) VALUES ('2026-03-01T10:00:00+00:00');
INSERT INTO handin VALUES (1, 0, 'Ada', '7', '', 'exercise1', 'a.py', false, '', 'd', '');
"""
"""What the program of format 1 wrote, table by table."""


def first_book(where):
    """Make a book as the first program did: one submission under an old and a new key, one that is not settled."""
    text = FIRST
    if "://" in where:
        text = text.replace("id INTEGER", "id SERIAL")
    ask(where, *filter(str.strip, text.split(";")))
    old = {**{name: getattr(KEY, name) for name in KEY.__slots__}, "report": REPORT.model_dump_json()}
    for number, (mark, versions, whole) in enumerate(
        [("d", "{}", "true"), ("d", KEY.versions, "true"), ("e", KEY.versions, "false")], 1
    ):
        values = {**old, "submission": mark, "versions": versions, "seconds": number}
        names = ", ".join(values)
        shown = ", ".join(str(value) if isinstance(value, int) else f"'{value}'" for value in values.values())
        ask(where, f"INSERT INTO grading ({names}, settled) VALUES ({shown}, {whole})".replace(":", "\\:"))


def differences(where):
    """Return what alembic finds in a database that is not as the schema says."""
    with closing(Database(where)) as database, database.transaction() as db:
        settings = {"compare_type": True, "compare_server_default": True}
        return compare_metadata(MigrationContext.configure(db, opts=settings), TABLES)


def picture(where):
    """Return the tables, as the database describes them."""
    with closing(Database(where)) as database, database.transaction() as db:
        seen = sa.MetaData()
        seen.reflect(db)
        return {
            name: (
                sorted((column.name, str(column.type), column.nullable) for column in table.columns),
                sorted((str(index.name), [c.name for c in index.columns], index.unique) for index in table.indexes),
                sorted(
                    sorted(c.name for c in one.columns)
                    for one in table.constraints
                    if isinstance(one, sa.UniqueConstraint | sa.PrimaryKeyConstraint)
                ),
            )
            for name, table in seen.tables.items()
        }


def test_a_book_of_the_first_format_is_brought_up_to_date_and_loses_no_row(where):
    first_book(where)
    tables = ("grading", "seed", "run", "handin")
    before = {table: rows_of(where, table) for table in tables}
    with Book(where) as book:
        assert book.find(KEY, "d").report == REPORT
        assert settled(book, KEY, "e") is False
        assert book.seed("exercise1", "g", None) == 7
        book.keep(KEY, "new", REPORT, settled=True)
    after = {table: rows_of(where, table) for table in tables}
    assert sorted(row[:11] for row in after["grading"])[:3] == sorted(before["grading"])
    assert {row[0]: row[-1] for row in after["grading"]} == {1: False, 2: True, 3: False, 4: True}
    assert [after[name] for name in tables[1:]] == [before[name] for name in tables[1:]]
    assert rows_of(where, "about") == [(FORMAT_VERSION,)]
    with Book(where) as book:  # and is a book like any other
        assert settled(book, KEY, "new")


def test_a_new_book_and_one_brought_up_to_date_are_the_same(where, tmp_path, request):
    first_book(where)
    Book(where).close()
    other = str(tmp_path / "new") if "://" not in where else request.getfixturevalue("postgres").new_book()
    Book(other).close()
    assert picture(where) == picture(other)
    assert differences(where) == differences(other) == []


def test_the_first_migration_makes_what_the_first_program_made(where, tmp_path, request):
    first_book(where)
    other = str(tmp_path / "new") if "://" not in where else request.getfixturevalue("postgres").new_book()
    with closing(Database(other)) as database, database.transaction() as db:
        command.upgrade(migrations.alembic_config(db), "1")
    made = picture(other)
    del made["alembic_version"]
    assert made == picture(where)


def test_each_format_has_its_migration():
    script = ScriptDirectory.from_config(migrations.alembic_config(None))
    steps = [(step.revision, step.down_revision) for step in script.walk_revisions()]
    assert steps == [(str(n), str(n - 1) if n > 1 else None) for n in range(FORMAT_VERSION, 0, -1)]


def test_a_migration_that_fails_leaves_the_old_book(where, monkeypatch):
    first_book(where)
    before = rows_of(where, "grading")

    def fail(db, version):
        upgrade(db, version)
        db.execute(sa.text("SELECT nonsense"))

    upgrade = migrations.bring_up_to_date
    monkeypatch.setattr(migrations, "bring_up_to_date", fail)
    with pytest.raises(StoreError, match="cannot be used"):
        Book(where)
    assert rows_of(where, "grading") == before
    assert rows_of(where, "about") == [(1,)]
    monkeypatch.undo()
    Book(where).close()
    assert rows_of(where, "about") == [(FORMAT_VERSION,)]


@pytest.mark.parametrize(("made", "needed"), [("new", False), ("first", True)])
def test_only_a_book_of_an_older_format_needs_alembic(tmp_path, made, needed):
    path = str(tmp_path / "book")
    if made == "first":
        first_book(path)
    code = (
        "import sys; from dlquiz.classroom.book import Book; Book(sys.argv[1]).close(); print('alembic' in sys.modules)"
    )
    said = [
        subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True).stdout.strip()
        for _ in range(2)
    ]
    assert said == [str(needed), "False"]


def test_a_missing_alembic_is_told_and_the_book_stays(tmp_path):
    path = str(tmp_path / "book")
    first_book(path)
    code = """
import sys
sys.modules["alembic"] = sys.modules["alembic.config"] = None
from dlquiz.classroom.book import Book
from dlquiz.errors import MissingPackage
try:
    Book(sys.argv[1])
except MissingPackage as error:
    print(error.message, error.next_step)
"""
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert "needs the package alembic" in done.stdout
    assert 'pip install "alembic' in done.stdout
    assert rows_of(path, "about") == [(1,)]
