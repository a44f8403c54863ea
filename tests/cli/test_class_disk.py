"""A class on a full disk: what was graded is kept, a sentence says what is wrong, and it goes on when there is room."""

import os
import subprocess
import sys
from contextlib import suppress

import pytest

from dlquiz.classroom.book import Book
from dlquiz.errors import StoreError
from tests.classroom.test_book import KEY, REPORT, settled
from tests.cli.conftest import RIGHT
from tests.cli.test_class import count, gradings, hand_in, table
from tests.waiting import eventually

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.skipif(sys.platform != "linux", reason="kernel: needs tmpfs"),
]


@pytest.fixture
def disk(tmp_path):
    """A file system of 2 MB."""
    if os.geteuid() != 0:
        pytest.skip("identity: needs root to mount")
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=False, capture_output=True)
    if made.returncode != 0:
        pytest.skip("identity: needs root to mount")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder, but=0):
    """Leave ``but`` bytes free."""
    with (folder / "filler").open("wb", buffering=0) as filler, suppress(OSError):
        while filler.write(bytes(4096)):
            pass
    if but:
        os.truncate(folder / "filler", (folder / "filler").stat().st_size - but)


def begin(person, book):
    command = [sys.executable, "-m", "dlquiz", "class", "grade", "handed-in", "--jobs", "1", "--db", str(book)]
    return subprocess.Popen(
        [*command, "--csv", str(book.with_suffix(".csv"))],
        cwd=person.here, env=person.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.slow
def test_a_disk_that_is_full_in_the_middle_costs_nothing_that_was_graded(person, disk):
    different = 30
    hand_in(person, {f"p{number:02}_adder.py": RIGHT + f"# {number}\n" for number in range(different)})
    book = disk / "class.sqlite3"
    process = begin(person, book)
    eventually(lambda: process.poll() is not None or (book.exists() and count(book) >= 3), "some gradings")
    fill(disk)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 4, (out, err)
    assert "class.sqlite3 cannot be used" in err
    assert "Make room on the disk" in err
    assert "what was graded is kept" in err
    assert "Traceback" not in err

    still_full = begin(person, book)
    out, err = still_full.communicate(timeout=120)
    assert still_full.returncode == 4
    assert "Make room on the disk" in err
    assert "Traceback" not in err

    (disk / "filler").unlink()
    before = gradings(book)
    assert 3 <= len(before) < different
    last = begin(person, book)
    out, err = last.communicate(timeout=120)
    assert last.returncode == 0, err
    assert f"{different} graded" in out
    assert set(before) <= set(gradings(book))
    assert len(gradings(book)) == different
    assert len(table(book.with_suffix(".csv"))) == different


@pytest.mark.parametrize("free", [0, 4096, 20_000, 100_000])
def test_a_book_with_no_room_says_so_and_goes_on_in_the_same_process(disk, free):
    with Book(str(disk / "book")) as book:
        book.keep(KEY, "first", REPORT, settled=True)
        fill(disk, free)
        kept = []

        def go_on():
            for number in range(3000):
                book.keep(KEY, str(number), REPORT, settled=True)
                kept.append(str(number))

        with pytest.raises(StoreError, match="full") as caught:
            go_on()
        assert "Make room on the disk" in caught.value.next_step
        (disk / "filler").unlink()
        book.keep(KEY, "last", REPORT, settled=True)
    with Book(str(disk / "book")) as book:
        assert [mark for mark in ("first", *kept, "last") if not settled(book, KEY, mark)] == []
