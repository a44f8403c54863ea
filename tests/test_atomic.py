"""A file is written whole or not at all, and only a plain file is ever replaced."""

import ast
import errno
import os
import socket
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import dlquiz
from dlquiz.atomic import create_file, replace_file, write_output
from dlquiz.errors import UsageError

PACKAGE = Path(dlquiz.__file__).parent


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def output(path, content):
    write_output(path, content, force=True)


# -- what is written ----------------------------------------------------------


@pytest.mark.parametrize("write", [output, replace_file, create_file])
def test_a_new_file_has_its_content_and_the_usual_permissions(tmp_path, write):
    write(tmp_path / "ours", b"content")
    (tmp_path / "usual").touch()
    assert (tmp_path / "ours").read_bytes() == b"content"
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "usual").stat().st_mode
    assert names(tmp_path) == ["ours", "usual"]


@pytest.mark.parametrize("write", [output, replace_file])
def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path, write):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert names(tmp_path) == ["a"]


def test_creating_a_file_never_overwrites_and_leaves_no_rubbish(tmp_path):
    path = tmp_path / "a.py"
    assert create_file(path, b"one")
    assert not create_file(path, b"two")
    assert path.read_bytes() == b"one"
    assert names(tmp_path) == ["a.py"]


def test_output_is_not_overwritten_without_force(tmp_path):
    path = tmp_path / "a"
    write_output(path, b"one", force=False)
    with pytest.raises(UsageError, match="already there") as caught:
        write_output(path, b"two", force=False)
    assert "--force" in caught.value.next_step
    assert path.read_bytes() == b"one"


def test_our_own_files_get_their_folders_and_output_does_not(tmp_path):
    replace_file(tmp_path / "a" / "b" / "c", b"x")
    assert create_file(tmp_path / "d" / "e", b"x")
    with pytest.raises(UsageError, match="no such file or directory"):
        output(tmp_path / "f" / "g", b"x")
    assert names(tmp_path) == ["a", "d"]


# -- what is refused ----------------------------------------------------------


def link(path):
    (path.parent / "target").write_bytes(b"target")
    path.symlink_to("target")


def dangling_link(path):
    path.symlink_to("nowhere")


def link_to_a_folder(path):
    path.symlink_to("/etc")


def folder(path):
    path.mkdir()


def pipe(path):
    os.mkfifo(path)


def listening_socket(path):
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(path.parent)  # the name of a socket must be short
        try:
            made.bind(path.name)
        finally:
            os.chdir(here)


ODD = [link, dangling_link, link_to_a_folder, folder, pipe, listening_socket]


@pytest.mark.parametrize("make", ODD, ids=lambda make: make.__name__)
def test_what_is_no_plain_file_is_never_replaced_nor_written_through(tmp_path, make):
    path = tmp_path / "odd"
    make(path)
    before, kind = names(tmp_path), path.lstat().st_mode
    for force in (True, False):
        with pytest.raises(UsageError, match=r"cannot be written: it is a .*, not a plain file") as caught:
            write_output(path, b"x", force=force)
        assert caught.value.next_step
    with pytest.raises(OSError, match="not a plain file"):
        replace_file(path, b"x")
    assert not create_file(path, b"x")
    assert (names(tmp_path), path.lstat().st_mode) == (before, kind)
    assert make is not link or (tmp_path / "target").read_bytes() == b"target"


@pytest.mark.parametrize("device", ["/dev/null", "/dev/full", "/dev/stdout"])
def test_a_device_is_refused_and_stays(device):
    before = os.lstat(device)
    with pytest.raises(UsageError, match="not a plain file"):
        output(Path(device), b"x")
    assert os.lstat(device) == before


def test_a_folder_that_cannot_be_written_is_said():
    with pytest.raises(UsageError, match="/proc/dlquiz cannot be written") as caught:
        output(Path("/proc/dlquiz"), b"x")
    assert caught.value.next_step


# -- what goes wrong ----------------------------------------------------------


def test_a_check_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def check(new):
        assert new.read_bytes() == b"new"
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        write_output(path, b"new", force=True, check=check)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


FULL = """
import resource, signal, sys
from pathlib import Path
from dlquiz.atomic import write_output
from dlquiz.errors import UsageError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_output(Path(sys.argv[1]), b"new" * 1000, force=True)
except UsageError as error:
    print(error.message)
"""


@pytest.mark.parametrize("old", [b"old", None])
def test_a_full_disk_leaves_the_old_file_and_no_half_one(tmp_path, old):
    path = tmp_path / "a"
    if old is not None:
        path.write_bytes(old)
    done = subprocess.run([sys.executable, "-c", FULL, path], capture_output=True, text=True, check=True)
    assert "cannot be written: file too large" in done.stdout
    assert names(tmp_path) == (["a"] if old else [])
    assert old is None or path.read_bytes() == old


LOOP = """
import sys
from pathlib import Path
from dlquiz.atomic import replace_file
print("begins", flush=True)
while True:
    for letter in b"abcdefgh":
        replace_file(Path(sys.argv[1]), bytes([letter]) * 300_000)
"""


def test_a_reader_sees_no_half_file_and_a_kill_leaves_none(tmp_path):
    path = tmp_path / "a"
    replace_file(path, b"x" * 300_000)
    seen = []
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", LOOP, path], stdout=subprocess.PIPE) as writer:
            writer.stdout.readline()
            while len(set(seen)) < 3:
                seen.append(path.read_bytes())
            writer.kill()
        seen = [path.read_bytes()]
        assert {len(content) for content in seen} == {300_000}
        assert all(len(set(content)) == 1 for content in seen)


@pytest.mark.parametrize("links", [True, False])
def test_of_many_who_create_one_file_one_wins_and_it_is_whole(tmp_path, monkeypatch, links):
    if not links:

        def refuse(path, other):
            raise OSError(errno.EPERM, "no hard links here")

        monkeypatch.setattr(Path, "hardlink_to", refuse)
    contents = [bytes([letter]) * 10_000 for letter in b"abcdefgh"]
    with ThreadPoolExecutor(len(contents)) as pool:
        won = list(pool.map(lambda content: create_file(tmp_path / "a", content), contents))
    assert sum(won) == 1
    assert (tmp_path / "a").read_bytes() == contents[won.index(True)]
    assert names(tmp_path) == ["a"]


# -- the rule -----------------------------------------------------------------

ELSEWHERE = {
    "data.fetch": "a download, in a scratch folder of the data store",
    "data.store": "the data store: a set in a new folder, taken over by renaming its record",
    "study.store": "the lock beside the progress store: nothing is written into it",
    "cli._tour": "the demo's scratch workspace",
    "cli._run_examples": "what each example gave, for `run --json`; no module of ours is imported there",
}
"""Modules that open files for writing by themselves, and why."""


def writes(tree):
    """Yield the lines on which a file is opened for writing by its path."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).rpartition(".")[2]
        given = [*node.args, *(word.value for word in node.keywords)]
        texts = [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        modes = {text for text in texts if set(text) <= set("rwaxbt+")}
        if name in ("write_text", "write_bytes") or (name == "open" and any(set(mode) & set("wax+") for mode in modes)):
            yield node.lineno


def test_files_are_written_through_one_module():
    found = {}
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        if not name.startswith("_course.") and name != "atomic":
            found[name] = list(writes(ast.parse(path.read_text(encoding="utf-8"))))
    assert {name: lines for name, lines in found.items() if lines and name not in ELSEWHERE} == {}
