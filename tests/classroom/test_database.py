"""A server that is not there, does not let us in, or goes away is told in a sentence, without its password."""

import signal
import subprocess
import sys
from contextlib import closing
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.classroom.book import Book
from dlquiz.classroom.database import Database
from dlquiz.classroom.roll import RollRow
from dlquiz.classroom.roster import Enrolled
from dlquiz.errors import DlquizError, MissingPackage, StoreError, UsageError
from dlquiz.text import hidden_passwords
from tests.classroom.test_book import KEY, REPORT, rows_of, settled
from tests.postgres import PASSWORD, running


def told(where):
    with pytest.raises(DlquizError) as caught:
        Book(where)
    text = f"{caught.value.message} {caught.value.next_step}"
    assert "\n" not in text
    assert caught.value.next_step
    return caught.value, text


def test_a_wrong_password_is_told_without_it(postgres):
    error, text = told(postgres.url("postgres", "hunter%402/x"))
    assert isinstance(error, StoreError)
    assert "password authentication failed" in text
    assert "name and password" in text
    assert "hunter" not in text


@pytest.mark.parametrize(
    "where",
    [
        "postgresql://ada:hunter2@/x?host=/nowhere",
        "postgresql:///x?host=/nowhere&user=ada&password=hunter2",
        "postgresql://ada:hunter2@localhost:notaport/x",
        "postgresql://ada:a@hunter2@/x?host=/nowhere",
        "postgres://ada:hunter2@/x?host=/nowhere&sslmode=hunter2",
        "postgresql://ada:hunter2@/x?host=/nowhere&nonsense=1",
        "mysql://ada:hunter2@localhost/x",
        "postgresql+asyncpg://ada:hunter2@localhost/x",
        "what://ada:hunter2@localhost/x",
    ],
)
def test_no_server_and_no_such_url_are_told_without_the_password(where):
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    error, text = told(where)
    assert isinstance(error, StoreError | UsageError)
    assert "hunter2" not in text


@given(st.text(st.characters(exclude_categories=("Z", "C")), min_size=1))
def test_whatever_the_password_is_it_is_hidden(password):
    secret = f"<{password}>"
    assert secret not in hidden_passwords(f"postgresql://ada:{secret}@server/db")
    assert hidden_passwords(f"postgresql://ada:{secret}@server/db").endswith("***@server/db")
    assert hidden_passwords("postgresql://ada@server/db?host=/run") == "postgresql://ada@server/db?host=/run"


def test_a_missing_driver_is_told_with_the_command_that_installs_it():
    code = """
import sys
sys.modules["psycopg"] = None
from dlquiz.classroom.book import Book
from dlquiz.classroom.database import Database
from dlquiz.errors import MissingPackage
try:
    Book("postgresql://ada:hunter2@server/x")
except MissingPackage as error:
    print(error.message, error.next_step)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "needs the package psycopg" in done.stdout
    assert 'pip install "psycopg[binary]' in done.stdout
    assert MissingPackage.exit_code == 4


def test_many_who_open_one_empty_place_at_once_make_one_book(where):
    many, failed = 6, []
    ready = Barrier(many)

    def work(number):
        try:
            ready.wait()
            with Book(where) as book:
                book.seed("exercise1", "g", None)
                book.keep(KEY, "same", REPORT, settled=True)
                book.keep(KEY, str(number), REPORT, settled=True)
        except Exception as error:
            failed.append(error)

    threads = [Thread(target=work, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(rows_of(where, "about")) == len(rows_of(where, "seed")) == 1
    assert len(rows_of(where, "grading")) == many + 1


@pytest.fixture(scope="module")
def fragile():
    """A server that a test may stop."""
    with running() as server:
        yield server


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_a_server_that_comes_back_between_two_gradings_costs_nothing(fragile, how):
    where = fragile.new_book()
    with Book(where) as book:
        book.keep(KEY, "before", REPORT, settled=True)
        fragile.stop(how)
        fragile.start()
        book.keep(KEY, "after", REPORT, settled=True)
    with Book(where) as book:
        assert book.find(KEY, "before").report == book.find(KEY, "after").report == REPORT


@pytest.mark.parametrize("ends_with", [StoreError, KeyboardInterrupt])
def test_a_server_that_stays_away_is_told_and_hides_no_other_error(fragile, ends_with):
    where = fragile.new_book()

    def work():
        with Book(where) as book:
            book.keep(KEY, "before", REPORT, settled=True)
            book.note(1, 0, RollRow(Enrolled("Ada", "7"), "exercise1", digest="d"))
            fragile.stop()
            if ends_with is KeyboardInterrupt:
                raise KeyboardInterrupt
            book.keep(KEY, "lost", REPORT, settled=True)

    try:
        with pytest.raises(ends_with) as caught:
            work()
        assert PASSWORD not in str(caught.value)
        error, text = told(where)
        assert isinstance(error, StoreError)
        assert "cannot be used" in text
        assert "See whether the server runs" in text
    finally:
        fragile.start()
    with Book(where) as book:
        assert settled(book, KEY, "before")
        assert settled(book, KEY, "lost") is None


def test_ctrl_c_waits_for_the_end_of_what_is_written(tmp_path):
    handler = signal.getsignal(signal.SIGINT)

    def write():
        with database.transaction() as db:
            db.exec_driver_sql("CREATE TABLE done (n INTEGER)")
            signal.raise_signal(signal.SIGINT)
            db.exec_driver_sql("INSERT INTO done VALUES (1)")

    with closing(Database(str(tmp_path / "book"))) as database:
        with pytest.raises(KeyboardInterrupt):
            write()
        with database.transaction() as db:
            assert db.exec_driver_sql("SELECT n FROM done").all() == [(1,)]
    assert signal.getsignal(signal.SIGINT) is handler
