"""Sheets on the disk."""

import os

import pytest

from dlquiz.model.sheet import Asked, Sheet
from dlquiz.quiz import cache

SHEET = Sheet("T", "", (Asked("a", "short", ("?",), (), "0123"),))
PICTURE = Sheet("T", "", (Asked("a", "short", ("?",), (), "0123", image="a.svg", alt="A curve"),))


@pytest.fixture
def quiz(tmp_path):
    path = tmp_path / "quiz.yaml"
    path.write_bytes(b"a quiz")
    return path


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "state/cache"


def test_a_sheet_is_found_by_the_bytes_of_its_quiz(quiz, folder):
    assert cache.find(folder, quiz) is None
    cache.keep(folder, b"a quiz", SHEET)
    assert cache.find(folder, quiz) == SHEET
    quiz.write_bytes(b"a quiz.")
    assert cache.find(folder, quiz) is None
    assert cache.find(folder, quiz.with_name("gone.yaml")) is None


def test_a_quiz_whose_picture_is_gone_is_read_again(quiz, folder):
    cache.keep(folder, b"a quiz", PICTURE)
    assert cache.find(folder, quiz) is None
    quiz.with_name("a.svg").touch()
    assert cache.find(folder, quiz) == PICTURE


def test_nothing_counts_any_more_when_a_source_of_ours_has_changed(quiz, folder, monkeypatch):
    cache.keep(folder, b"a quiz", SHEET)
    monkeypatch.setattr(cache, "_newest_source", lambda: 1)
    assert cache.find(folder, quiz) is None


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{}", b"[" * 10_000, b" " * 3_000_000])
def test_a_damaged_file_is_no_sheet_and_is_replaced(quiz, folder, content):
    cache.keep(folder, b"a quiz", SHEET)
    (kept,) = folder.iterdir()
    kept.write_bytes(content)
    assert cache.find(folder, quiz) is None
    cache.keep(folder, b"a quiz", SHEET)
    assert cache.find(folder, quiz) == SHEET


def test_the_oldest_are_deleted_when_there_are_too_many_or_too_much(folder, monkeypatch):
    monkeypatch.setattr(cache, "MAX_FILES", 3)
    for number in range(6):
        cache.keep(folder, b"%d" % number, SHEET)
        newest = max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, ns=(number, number))
        assert len(list(folder.iterdir())) <= 3
    assert {path.stat().st_mtime_ns for path in folder.iterdir()} == {3, 4, 5}
    size = newest.stat().st_size
    monkeypatch.setattr(cache, "MAX_BYTES", 2 * size)
    cache.keep(folder, b"last", SHEET)
    assert len(list(folder.iterdir())) == 2


def test_a_sheet_that_is_too_large_is_not_kept(quiz, folder, monkeypatch):
    monkeypatch.setattr(cache, "_LARGEST", 10)
    cache.keep(folder, b"a quiz", SHEET)
    assert not folder.exists()


def test_where_nothing_can_be_written_nothing_is_kept(quiz, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    cache.keep(tmp_path / "file/cache", b"a quiz", SHEET)
    assert cache.find(tmp_path / "file/cache", quiz) is None
