"""Attacks through the door that a learner uses: the program, a file, a real terminal, one JSON document."""

import csv
import errno
import io
import json
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

# One after the other with all that grades the corpus: a control's success looks like another attack's from outside.
pytestmark = pytest.mark.sandbox

_HERE = Path(__file__).parent
_OURS = re.compile(r"\x1b\[[0-9;]*m|\x1b\[2?K")
"""What dlquiz itself sends to a terminal: colours, and erasing the live line."""

REPRESENTATIVES = (
    "change_the_inputs", "kill_itself", "doubled_frame", "exit_at_import", "read_files", "change_files",
    "open_sockets", "start_processes", "one_huge_block", "endless_loop_with_signals_blocked", "segfault",
)  # fmt: skip
"""One for each kind of defence. ``python tests/hostile/every_attack.py`` sends all of them through this door."""


AS_JSON = ("terminal_escapes", "rich_markup", "html_and_script", "csv_formulas", "invalid_utf8")
"""Attacks on the reader whose JSON document is made here, too; that of the others comes from ``batch.py``."""


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "DLQUIZ_STATE": str(home), "HOME": str(home), "TERM": "xterm-256color"}


def grading(course: Path, path: Path, *options: str) -> list[str]:
    start = [sys.executable, "-m", "dlquiz", "--course", str(course), "--trust-course"]
    return [*start, "grade", "target", "--file", str(path), *options]


def as_json(course: Path, path: Path, home: Path) -> tuple[int, str]:
    done = subprocess.run(
        grading(course, path, "--json"),
        env=environment(home), cwd=home, capture_output=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return done.returncode, done.stdout.decode("utf-8")  # strictly: a report is always text


def on_a_terminal(course: Path, path: Path, home: Path) -> str:
    """Return every byte that a terminal of 80 columns receives, as strict UTF-8."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        grading(course, path, "--verbose"),
        env={**environment(home), "COLUMNS": "80"}, cwd=home, stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    received = b""
    try:
        while data := os.read(ours, 1 << 16):
            received += data
    except OSError as error:
        if error.errno != errno.EIO:  # so a terminal says that the other side has gone
            raise
    os.close(ours)
    process.wait(60)
    return received.decode("utf-8")


@pytest.fixture(scope="session")
def shown(once: Callable[..., Any], batch: ModuleType) -> dict[str, Any]:
    """JSON documents with exit codes, and terminal texts: for the attacks on the reader and one of each kind."""

    def make(place: Path) -> str:
        chosen = [one for one in batch.attacks() if one.group == "reader" or one.name in REPRESENTATIVES]
        with batch.witness(place) as seen, batch.patient_course() as patient, ThreadPoolExecutor(2) as pool:
            (place / "home").mkdir(exist_ok=True)
            for one in chosen:
                (place / f"{one.name}.py").write_bytes(batch.source(one, seen.places()))
            courses = {one.name: _HERE / "course" if one.endless else patient for one in chosen}
            paths = {one.name: place / f"{one.name}.py" for one in chosen}
            homes = {name: place / "home" / name for name in paths}
            for home in homes.values():
                home.mkdir()
            before = seen.state()
            documents = pool.map(
                lambda name: as_json(courses[name], paths[name], homes[name]), (*REPRESENTATIVES, *AS_JSON)
            )
            readers = [one.name for one in chosen if one.group == "reader"]
            texts = pool.map(lambda name: on_a_terminal(courses[name], paths[name], homes[name]), readers)
            results = {
                "json": dict(zip((*REPRESENTATIVES, *AS_JSON), documents, strict=True)),
                "text": dict(zip(readers, texts, strict=True)),
            }
            after = {key: value for key, value in seen.state().items() if key != "files"}
            same = after == {key: value for key, value in before.items() if key != "files"}
        return json.dumps({**results, "same": same})

    return once("command-line", make)


@pytest.mark.parametrize("name", REPRESENTATIVES)
def test_the_command_line_gives_an_attack_no_points(name: str, shown: dict[str, Any], batch: ModuleType) -> None:
    attack = next(one for one in batch.attacks() if one.name == name)
    code, document = shown["json"][name]
    report = json.loads(document)
    assert (code, report["outcome"], report["complete"]) == (1, "failed", True)
    case = next(case for case in report["cases"] if case["id"].endswith("::test_double"))
    assert (case["cause"] or "none") in attack.causes
    assert report["points"]["earned"] in attack.earns
    if report["isolation"] == "kernel":
        assert not any("BREACH" in case["output"] for case in report["cases"])


def test_nothing_outside_the_command_line_has_changed(shown: dict[str, Any]) -> None:
    assert shown["same"]


def readers(batch: ModuleType) -> list[str]:
    return [one.name for one in batch.attacks() if one.group == "reader"]


def test_a_terminal_receives_nothing_that_steers_it_but_our_own_colours(
    shown: dict[str, Any], batch: ModuleType
) -> None:
    for name in readers(batch):
        text = _OURS.sub("", shown["text"][name])
        assert text, name
        bad = {letter for letter in text if ord(letter) < 32 and letter not in "\n\r\t"} | (
            set("\x7f\x9b\u202e\u2066\u2067\u200f\u200b\u00ad\ufeff") & set(text)
        )
        assert not bad, (name, bad)
        assert "\u0336\u0353\u0317\u033a\u20dd" not in text, name


def test_no_line_on_a_terminal_is_longer_than_it_is_wide(shown: dict[str, Any], batch: ModuleType) -> None:
    """But for what is kept whole: a command that is pasted, a path, and one word, which is cut after a while."""
    for name in readers(batch):
        lines = _OURS.sub("", shown["text"][name]).replace("\r", "\n").split("\n")
        wide = [line for line in lines if len(line) > 80 + 24]  # accents and the like take no columns
        assert max(map(len, lines)) < 2100, name
        assert not [one for one in wide if "dlquiz --course " not in one and max(map(len, one.split())) < 60], name


def test_what_a_submission_prints_cannot_pose_as_our_verdict(shown: dict[str, Any]) -> None:
    lines = _OURS.sub("", shown["text"]["forged_report"]).replace("\r", "\n").split("\n")
    assert not [line for line in lines if line.startswith(("PASSED", "✓ double"))]
    assert [line for line in lines if re.match(r"    │ PASSED: all 2 checks pass", line)]
    assert any("NOT YET: 1 of 2 checks pass" in line for line in lines)


def test_no_text_name_or_key_of_a_submission_begins_a_line_like_those_of_the_report(
    shown: dict[str, Any], batch: ModuleType
) -> None:
    # Further to the right stand the problems, in lines that are broken wherever the terminal ends.
    posing = re.compile(r"\s{0,12}(PASSED|3 of 3 points|Next: dlquiz next|✓ double)")
    attacks = [one for one in batch.attacks() if one.control == "reader verdict"]
    assert len(attacks) > 5
    for one in attacks:
        lines = _OURS.sub("", shown["text"][one.name]).replace("\r", "\n").split("\n")
        assert not [line for line in lines if posing.match(line)], one.name


def test_markup_of_other_programs_is_shown_as_it_is_written(shown: dict[str, Any]) -> None:
    for name, text in (
        ("rich_markup", "[bold green]PASSED: all checks pass[/]"),
        ("html_and_script", "<script>alert(1)</script>"),
        ("csv_formulas", "=HYPERLINK("),
    ):
        _, document = shown["json"][name]
        terminal = _OURS.sub("", shown["text"][name])
        outputs = [case["output"] for case in json.loads(document)["cases"]]
        assert any(text in output for output in outputs), name
        assert any(line.startswith("    │ ") and text in line for line in terminal.split("\r\n")), name


def test_no_line_of_the_report_is_a_formula_for_a_spreadsheet(shown: dict[str, Any]) -> None:
    text = _OURS.sub("", shown["text"]["csv_formulas"])
    cells = [row[0] for row in csv.reader(io.StringIO(text.replace("\r", "\n"))) if row and row[0]]
    assert not [cell for cell in cells if cell[0] in "=+@-"]


def test_the_json_document_has_short_lines_of_visible_letters_only(
    shown: dict[str, Any], process_run: dict[str, Any], batch: ModuleType
) -> None:
    reports = {name: process_run["reports"][name] for name in readers(batch)}
    reports |= {f"{name} from the command line": json.loads(shown["json"][name][1]) for name in AS_JSON}
    for name, report in reports.items():
        for case in report["cases"]:
            for text in (case["output"], case["message"], case["got"] or "", case["traceback"] or ""):
                assert max(map(len, text.split("\n"))) <= 2000, name
                assert not [letter for letter in text if ord(letter) < 32 and letter not in "\n\t"], name


def test_a_table_of_the_public_labels_loses_the_fresh_classes(tmp_path: Path) -> None:
    """The table is right about every public digit, and wins nothing, not even those digits."""
    import hashlib

    from dlquiz.data import load

    digits = load("digits")
    images = np.concatenate([digits.train["X"], digits.test["X"]])
    labels = np.concatenate([digits.train["y"], digits.test["y"]])
    keys = [hashlib.md5(image.tobytes()).hexdigest()[:8] for image in images]
    table = dict(zip(keys, map(int, labels), strict=True))
    work = tmp_path / "mlp.py"
    work.write_text(f"TABLE = {table!r}\n" + _TABLE)
    shown = digits.test["X"].reshape(len(digits.test["X"]), -1) / 255
    assert np.array_equal(runpy.run_path(str(work))["predict"](shown, None), digits.test["y"])
    done = subprocess.run(
        [sys.executable, "-m", "dlquiz", "grade", "exercise4", "--file", str(work), "--data", "digits", "--json"],
        env=environment(tmp_path), cwd=tmp_path, capture_output=True, text=True, timeout=90, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    report = json.loads(done.stdout)
    outcomes = {case["id"].rpartition("::")[2]: case["outcome"] for case in report["cases"]}
    assert {"test_learns_fresh_classes", "test_learns_what_a_linear_model_cannot", "test_recognises_digits"} <= set(
        outcomes
    )
    assert set(outcomes.values()) == {"failed"}
    assert report["outcome"] == "failed"


_TABLE = """
import hashlib

import numpy as np


def predict(X, params):
    raw = np.round(np.asarray(X) * 255).astype(np.uint8)
    return np.array([TABLE.get(hashlib.md5(row.tobytes()).hexdigest()[:8], 0) for row in raw], dtype=np.int64)


def train(X, y, *, hidden=64, epochs=1, batch_size=32, lr=0.1, seed=0):
    one = np.full((1, 1), float(epochs))
    return {"W1": one, "b1": one[0], "W2": one, "b2": one[0]}
"""
