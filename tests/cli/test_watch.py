"""``watch``: a grading at each save, and a clean end."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from dlquiz.cli._live import LiveLine
from dlquiz.cli.watch import saves, settled
from dlquiz.render.terminal import live_line
from tests.waiting import eventually

from .conftest import RIGHT


@contextmanager
def later(seconds, action):
    timer = threading.Timer(seconds, action)
    timer.start()
    try:
        yield
    finally:
        timer.join()


@pytest.mark.parametrize("how", ["write", "rename"])
def test_each_save_is_seen_however_the_editor_saves(tmp_path, how):
    file = tmp_path / "a.py"
    file.write_text("1")

    def save():
        if how == "write":
            file.write_text("2")
        else:
            (tmp_path / "a.tmp").write_text("2")
            (tmp_path / "a.tmp").rename(file)

    stream = saves(file)
    next(stream)
    with later(0.1, save):
        next(stream)
    assert file.read_text() == "2"


CHANGE, NOTHING = {"a.py"}, set()


def told(*looks):
    """What is told after looks at (the time, what has changed, whether the file is there): each as "time: there"."""
    state = {}

    def batches():
        for state["now"], batch, state["there"] in looks:
            yield batch

    told = settled(batches(), lambda: state["there"], lambda: state["now"])
    return [(state["now"], there) for there in told]


def test_a_file_that_comes_back_at_once_was_never_gone():
    assert told((0, NOTHING, True), (1, CHANGE, False), (1.2, NOTHING, False), (1.4, CHANGE, True)) == [
        (0, True),
        (1.4, True),
    ]


def test_a_file_that_comes_back_unseen_is_looked_at():
    assert told((0, NOTHING, True), (1, CHANGE, False), (1.2, NOTHING, True), (1.4, NOTHING, True)) == [
        (0, True),
        (1.2, True),
    ]


def test_a_file_that_stays_away_is_told_once_after_half_a_second():
    looks = [(1 + i / 10, NOTHING if i else CHANGE, False) for i in range(20)]
    assert told((0, NOTHING, True), *looks, (9, CHANGE, True)) == [(0, True), (1.5, False), (9, True)]


def test_a_file_that_goes_again_has_half_a_second_again():
    assert told((0, NOTHING, True), (1, CHANGE, False), (1.4, CHANGE, True), (1.6, CHANGE, False)) == [
        (0, True),
        (1.4, True),
    ]


@pytest.mark.sandbox
def test_watch_tells_that_the_file_is_gone_and_goes_on_when_it_is_back(worker, tmp_path):
    said = tmp_path / "said"
    with said.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "dlquiz", "watch", "1"],
            cwd=worker.here,
            env=worker.environment(),
            stdout=stream,
            stderr=stream,
        )
    try:
        eventually(lambda: "still as you got it" in said.read_text(), "the first look")
        worker.file().unlink()
        eventually(lambda: "There is no file" in said.read_text(), "the file is missed")
        worker.file().write_text(RIGHT)
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.wait()
    assert said.read_text().count("There is no file") == 1


def test_other_files_are_not_seen(tmp_path):
    file = tmp_path / "a.py"
    file.write_text("1")
    stream = saves(file)
    next(stream)
    begun = time.monotonic()
    with later(0.05, (tmp_path / "b.py").touch), later(0.9, file.touch):
        next(stream)
    assert time.monotonic() - begun > 0.8


def test_the_untouched_file_gets_advice_and_ctrl_c_is_130(worker):
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "dlquiz", "watch", "1"],
        cwd=worker.here,
        env=worker.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert "still as you got it" in process.stdout.readline()
    # A file that is no Python text for a moment does not end the watch.
    worker.file().write_bytes(b"\0")
    assert "Watching" in process.stderr.readline()
    assert "null byte" in process.stderr.readline()
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in out + err


def test_watch_wants_a_workspace(person):
    assert person.type("watch", "1").code == 1


def test_the_live_line_is_one_clean_line():
    text = live_line("epoch 1\n\x1b[2Jepoch 2\n", 30, 120)
    assert text == "[#####---------------] 30 s of at most 120 s | your code printed: \x1b[2Jepoch 2"
    stream = io.StringIO()
    LiveLine(stream, enabled=True).show(f"{text}\x07\x9b\u202e\n")
    assert stream.getvalue() == "\r\x1b[2K[#####---------------] 30 s of at most 120 s | your code printed: epoch 2"
    assert live_line("", 5, 0).startswith("[####################]")


def test_a_picture_above_the_live_line_is_replaced_and_removed_as_a_whole():
    stream = io.StringIO()
    line = LiveLine(stream, enabled=True)
    line.show("one", ["picture", "of two lines"])
    line.show("two", ["picture"])
    line.show("three")
    line.clear()
    assert stream.getvalue() == (
        "\r\x1b[2Kpicture\nof two lines\none\r\x1b[2A\x1b[Jpicture\ntwo\r\x1b[1A\x1b[Jthree\r\x1b[2K"
    )


def test_the_live_line_writes_nothing_where_nobody_looks(tmp_path):
    with (tmp_path / "out").open("w+") as stream:
        line = LiveLine(stream, enabled=False)
        line.show("x")
        line.clear()
        stream.seek(0)
        assert stream.read() == ""


def test_watching_a_file_that_is_not_there_says_so_as_grade_does(worker):
    import shutil

    shutil.rmtree(worker.file().parent)
    result = worker.type("watch", "1")
    assert result.code == 1
    assert f"There is no file {worker.file()}." in result.err
    assert "Next: dlquiz reset exercise1" in result.err
    assert "broke" not in result.err
