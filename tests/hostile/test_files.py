"""Attacks by files through ``dlquiz grade --file``, and the same files against careless programs."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from dlquiz.errors import SubmissionError
from dlquiz.submission import read_submission

# One after the other with all that grades the corpus: a control's success looks like another attack's from outside.
pytestmark = pytest.mark.sandbox

_HERE = Path(__file__).parent
ITEMS = {
    "symbolic links", "hard links", "FIFOs", "devices", "names in archives", "archive bombs", "links in archives",
    "notebooks with huge outputs", "names with newlines", "byte-order marks", "null bytes", "huge files",
    "shadowing names", "links in folders",
}  # fmt: skip
WITHOUT_CONTROL = {"hard_link", "notebook_with_shell_commands"}


def _build(attack: Any, folder: Path, secret: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "secret.txt").write_text(f"# {secret}\n")
    here = Path.cwd()
    try:
        return attack.build(folder)
    finally:
        os.chdir(here)


@pytest.fixture(scope="session")
def graded(once: Callable[..., Any], files: ModuleType) -> dict[str, Any]:
    """Name → exit code, everything printed, and what lies in the folder afterwards."""

    def grade(path: Path, place: Path) -> tuple[int, str, list[str]]:
        before = sorted(map(str, place.rglob("*")))
        home = place.with_name(f"home-{place.name}")
        home.mkdir()
        done = subprocess.run(
            [
                sys.executable, "-m", "dlquiz", "--course", str(_HERE / "course"), "--trust-course", "grade",
                "target", "--verbose", "--file", str(path),
            ],
            env={**os.environ, "DLQUIZ_STATE": str(home), "HOME": str(home)}, cwd=home, capture_output=True,
            timeout=30, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        changed = sorted({*before} ^ {*map(str, place.rglob("*"))})
        return done.returncode, (done.stdout + done.stderr).decode("utf-8"), changed

    def make(root: Path) -> str:
        places = [root / one.name for one in files.FILE_ATTACKS]
        paths = [_build(one, place, files.SECRET) for one, place in zip(files.FILE_ATTACKS, places, strict=True)]
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(grade, paths, places))
        return json.dumps({one.name: result for one, result in zip(files.FILE_ATTACKS, found, strict=True)})

    return once("files", make)


def test_the_file_is_refused_or_harmless(file_attack: Any, graded: dict[str, Any], files: ModuleType) -> None:
    code, said, changed = graded[file_attack.name]
    assert re.search(file_attack.says, said), said
    assert files.SECRET not in said
    assert "BREACH" not in said
    assert "Traceback" not in said
    assert changed == []
    assert not [letter for letter in said if ord(letter) < 32 and letter not in "\n\t"]
    if file_attack.earns is None:
        assert code == 1
        assert "Next" in said or "next" in said.lower()
        assert "checks pass" not in said
    else:
        assert code == (0 if file_attack.earns == 3 else 1)
        assert len(re.findall(r"(?m)^\W*(PASSED: all|.*NOT YET:)", said)) == 1


def test_the_file_harms_a_careless_reader(file_attack: Any, files: ModuleType, tmp_path: Path) -> None:
    path = _build(file_attack, tmp_path / "f", files.SECRET)
    how, effect = file_attack.control.split()
    code = "import sys; sys.path.insert(0, sys.argv[1]); import careless; getattr(careless, sys.argv[2])(*sys.argv[3:])"
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", code, str(_HERE), how, str(path), files.SECRET],
            cwd=tmp_path,
            capture_output=True,
            timeout=1.5 if effect == "hangs" else 20,
            check=False,
        )
        found = "succeeds" if b"BREACH" in done.stdout else "ends" if done.returncode else "nothing"
    except subprocess.TimeoutExpired:
        found = "hangs"
    assert found == effect


def test_there_is_a_file_for_every_item_and_a_control_for_every_file(files: ModuleType) -> None:
    assert {item for one in files.FILE_ATTACKS for item in one.item.split("; ")} == ITEMS
    assert {one.name for one in files.FILE_ATTACKS if one.control.startswith("none")} == WITHOUT_CONTROL


def test_a_file_that_becomes_a_link_while_it_is_read_never_leads_to_the_other_file(tmp_path: Path) -> None:
    """Checking first and opening then would lose this race; so the check is made on what has been opened."""
    secret, path, done = tmp_path / "secret.py", tmp_path / "target.py", threading.Event()
    secret.write_text("SECRET = 1\n")

    def swap() -> None:
        plain, link = tmp_path / "plain", tmp_path / "link"
        while not done.is_set():
            plain.write_text("HONEST = 1\n")
            plain.replace(path)
            link.symlink_to(secret)
            link.replace(path)

    path.write_text("HONEST = 1\n")
    thread = threading.Thread(target=swap)
    thread.start()
    outcomes = set()
    try:
        for _ in range(2000):
            try:
                outcomes.add(read_submission(path, module_name="target").source)
            except SubmissionError as error:
                outcomes.add(str(error).partition(".")[0].rpartition("/")[2].encode())
    finally:
        done.set()
        thread.join()
    assert b"SECRET = 1\n" not in outcomes
    assert len(outcomes) >= 2, "the race never happened"


def test_the_same_race_beats_a_reader_that_looks_before_it_opens(tmp_path: Path) -> None:
    path = tmp_path / "target.py"
    path.write_text("HONEST = 1\n")
    (tmp_path / "secret.py").write_text("SECRET = 1\n")
    assert not path.is_symlink()  # the careless look; then the file is replaced, then it is opened
    (tmp_path / "link").symlink_to(tmp_path / "secret.py")
    (tmp_path / "link").replace(path)
    assert path.read_text() == "SECRET = 1\n"


def test_a_file_that_grows_while_it_is_read_has_an_end(tmp_path: Path) -> None:
    path, done = tmp_path / "target.py", threading.Event()
    sizes: list[int] = []
    refused: list[str] = []
    path.write_text("#")
    until = time.monotonic() + 20  # on a loaded machine it may grow late

    def grow() -> None:
        with path.open("ab") as file:
            while not done.is_set() and file.tell() < 30_000_000:
                file.write(b"#" * 100_000)

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        while len(refused) < 20 and time.monotonic() < until:
            try:
                sizes.append(len(read_submission(path, module_name="target").source))
            except SubmissionError as error:
                refused.append(str(error))
    finally:
        done.set()
        thread.join()
    assert max(sizes, default=0) <= 1_000_000
    assert refused
    assert all("larger than 1 MB" in text for text in refused)
