"""Run a learner's file on the public examples. Started by ``dlquiz run`` as its own plain Python.

This is not the trusted process and not the grader: it is the learner's own program,
run by the learner, with the same rights as ``python backprop.py``. Nothing it prints
or returns is worth a point. So ``eval`` of the author's ``call`` and ``expect`` is
fine here, and only here: they run beside the learner's code, which may do anything anyway.

Arguments: the file (``.py`` or a notebook), its module name, the examples as JSON (list of call/expect/why), the
start file, a file for what came (one JSON object a line; none: it is only printed), and ``predict`` to ask before each
example what will come.
Exit code: 0 every example equal, 1 not, 130 stopped by Ctrl-C.
"""

import bdb
import importlib.util
import io
import json
import linecache
import os
import shutil
import signal
import sys
import textwrap
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from dlquiz.grading.example_values import agrees, evaluate, predicted, shown
from dlquiz.sandbox.confine import die_with_parent
from dlquiz.sandbox.libc import LibC

PIPE_CLOSED = 128 + signal.SIGPIPE
"""As of a program that the end of a pipe ended."""
PATIENCE_S = 5.0
"""Processor time after which a person is told that the program still runs."""


class Ended(Exception):
    """The learner's program is over: it ended itself, or the person left the debugger."""


@dataclass(frozen=True, slots=True)
class Program:
    """The learner's file. ``start`` is the start file's text: what stands there too is not the learner's."""

    file: str
    start: str

    def owns(self, filename: str) -> bool:
        """Say whether code of this name in a traceback is the learner's; of a notebook it is ``FILE, cell 3``."""
        return filename == self.file or filename.startswith(f"{self.file}, cell ")

    def last_line(self, error: BaseException) -> tuple[str, int, str] | None:
        """Return where an error was inside the learner's code, innermost: the name, the line, the function."""
        own = [frame for frame in traceback.extract_tb(error.__traceback__) if self.owns(frame.filename)]
        return (own[-1].filename, own[-1].lineno or 0, own[-1].name) if own else None


@dataclass(frozen=True, slots=True)
class Notes:
    """What came, for ``dlquiz run --json``: a file, written at once, because the program may end at any moment."""

    file: str = ""

    def example(
        self, example: dict[str, str], *, came: str | None = None, equal: bool = False, error: str = ""
    ) -> None:
        """Note one example."""
        known = {"call": example["call"], "expected": example["expect"].strip(), "came": came}
        self._add({"example": {**known, "equal": equal, "error": error.strip() or None}})

    def prediction(self, example: dict[str, str], said: str, *, hit: bool) -> None:
        """Note what somebody said would come."""
        self._add({"prediction": {"call": example["call"], "said": said, "hit": hit}})

    def stopped(self, why: str) -> None:
        """Note why no further example is tried."""
        self._add({"stopped": why.strip()})

    def _add(self, entry: dict[str, object]) -> None:
        if self.file:
            with Path(self.file).open("a", encoding="utf-8", errors="replace") as stream:
                stream.write(json.dumps(entry) + "\n")


def main(
    file: str, module_name: str, examples_json: str, start_file: str = "", notes_file: str = "", how: str = ""
) -> int:
    """Load the file, run every example, print what came; ``how`` may be ``predict``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # no locale is a reason to stop
    # A file that is saved twice within a second, with equally many letters, would be taken for the one before.
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(Path(file).parent))
    program = Program(file, Path(start_file).read_text(encoding="utf-8") if start_file else "")
    notes = Notes(notes_file)
    try:
        # Blocked until now, so that Ctrl-C never meets an import of ours.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        threading.Thread(target=_say_that_it_runs, daemon=True).start()
        return _run_all(program, module_name, json.loads(examples_json), notes, predict=how == "predict")
    except KeyboardInterrupt as stop:
        print(f"\nStopped{_place(program, stop)}", file=sys.stderr)
        return 130
    except Ended as end:
        print(end)
        notes.stopped(str(end))
        return 1
    except BrokenPipeError:
        # Whoever reads what is printed has had enough of it: `dlquiz run | head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED


def _say_that_it_runs() -> None:
    """Say once that the program still computes; while it waits for a key, it uses no processor time."""
    while time.process_time() < PATIENCE_S:
        time.sleep(0.5)
    print(f"(still running after {PATIENCE_S:.0f} seconds; Ctrl-C stops it and says where it was)", file=sys.stderr)


def _place(program: Program, error: BaseException) -> str:
    """Write where the learner's code was: " in image.py, line 27, in flatten: while i < 10:"."""
    place = program.last_line(error)
    if place is None:
        return "."
    filename, line, function = place
    where = f" in {Path(filename).name}, line {line}"
    where += "" if function == "<module>" else f", in {function}"
    text = linecache.getline(filename, line).strip()
    return f"{where}: {text}" if text else f"{where}."


def _run_all(program: Program, module_name: str, examples: list[dict[str, str]], notes: Notes, *, predict: bool) -> int:
    try:
        module = _load(program, module_name)
    except NotImplementedError as error:
        print(f"The file stops while it is loaded: {error}")
        notes.stopped(f"The file stops while it is loaded: {error}")
        return 1
    except (Exception, SystemExit) as error:  # noqa: BLE001  the learner's file may raise anything
        notes.stopped(_show_error(error, program))
        return 1
    names = {name: value for name, value in vars(module).items() if not name.startswith("__")}
    _fit_arrays()
    codes = [_run_example(example, names, program, notes, predict=predict) for example in examples]
    return max(codes, default=0)


def _load(program: Program, module_name: str) -> ModuleType:
    if program.file.lower().endswith(".ipynb"):
        return _load_notebook(program, module_name)
    specification = importlib.util.spec_from_file_location(module_name, program.file)
    if specification is None or specification.loader is None:
        raise ImportError(f"{program.file} is not a Python file")
    module = importlib.util.module_from_spec(specification)
    sys.modules[module_name] = module
    specification.loader.exec_module(module)
    return module


def _load_notebook(program: Program, module_name: str) -> ModuleType:
    """Run a notebook cell by cell; one that stops is told, and those after it run all the same."""
    module = ModuleType(module_name)
    sys.modules[module_name] = module
    for name, source in _cells(Path(program.file), module_name):
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        try:
            exec(compile(source, name, "exec"), vars(module))
        except NotImplementedError as error:
            print(f"{Path(name).name} is not written yet: {error}\n")
        except Exception as error:  # noqa: BLE001  a cell may raise anything
            print(f"{Path(name).name} stops:")
            _show_error(error, program)
            print()
    return module


def _cells(file: Path, module_name: str) -> Iterator[tuple[str, str]]:
    """Yield the code cells of a notebook: how each is called in tracebacks, and its source."""
    from dlquiz.submission import read_submission

    submission = read_submission(file, module_name=module_name)
    lines = submission.text.split("\n")
    ends = [start - 2 for start in submission.cells[1:]]  # a comment with its number stands before each cell
    for number, (start, end) in enumerate(zip(submission.cells, [*ends, len(lines)], strict=True), start=1):
        yield f"{file}, cell {number}", "\n".join(lines[start - 1 : end]) + "\n"


def _run_example(
    example: dict[str, str], names: dict[str, Any], program: Program, notes: Notes, *, predict: bool
) -> int:
    print(_folded(example["call"], ">>> ", "... "))
    said = _prediction() if predict else ""
    try:
        got = evaluate(example["call"], names)
    except NotImplementedError as error:
        why = _not_written(error, program)
        print(f"    {why}\n")
        notes.example(example, error=why)
        return 1
    except (Exception, SystemExit) as error:  # noqa: BLE001  the learner's function may raise anything
        notes.example(example, error=_show_error(error, program))
        print()
        return 1
    same = agrees(got, example["expect"])
    print(_folded(shown(got), "    came:     "))
    print(_folded(example["expect"].strip(), "    expected: "))
    why = f"    ({' '.join(example['why'].split())})" if example.get("why") else ""
    print(_folded(f"{'equal' if same else 'NOT equal'}{why}", "    ") + ("" if said else "\n"))
    if said:
        # Where the function is wrong, what was said is held against what the author wrote.
        hit = predicted(got, said) if same else said.split() == example["expect"].split()
        print(f"    you said: {said}: {'right.' if hit else 'it came otherwise.'}\n")
        notes.prediction(example, said, hit=hit)
    notes.example(example, came=shown(got), equal=same)
    return 0 if same else 1


def _prediction() -> str:
    """Ask what will come; nothing at the end of the input."""
    try:
        return input("    what will come? a value, or a shape such as (2, 3); Enter for none: ").strip()
    except EOFError:
        print()
        return ""


def _not_written(error: NotImplementedError, program: Program) -> str:
    from dlquiz.study.leftover import still_raises

    place = program.last_line(error)
    if place is not None:
        filename, line, _ = place
        with suppress(OSError, UnicodeError):
            source = "".join(linecache.getlines(filename))
            if still_raises(source, line, program.start):
                return f"line {line} still raises NotImplementedError; delete that line"
    return f"not written yet: {error}"


def _fit_arrays() -> None:
    """Let NumPy break the lines of an array where the terminal would."""
    import numpy as np

    np.set_printoptions(linewidth=max(_columns() - 15, 40))


def _columns() -> int:
    return shutil.get_terminal_size().columns


def _folded(text: str, first: str, rest: str = "") -> str:
    """Return a text behind a label; a line that is wider than the terminal is broken between words."""
    indent = rest or " " * len(first)
    lines = [
        piece
        for line in text[:4000].split("\n")
        for piece in textwrap.wrap(
            line, max(_columns() - len(indent), 30), break_long_words=False, break_on_hyphens=False
        )
        or [""]
    ]
    return first + f"\n{indent}".join(lines)


def _show_error(error: BaseException, program: Program) -> str:
    """Print and return the traceback from the learner's file on: the frames above it are ours or Python's."""
    if isinstance(error, bdb.BdbQuit):
        raise Ended("You left the debugger, so the program ends here.")
    if isinstance(error, SystemExit):
        code = 0 if error.code is None else error.code
        raise Ended(f"Your program ended by itself (exit code {code}){_place(program, error)}")
    frame = error.__traceback__
    while frame is not None and not program.owns(frame.tb_frame.f_code.co_filename):
        frame = frame.tb_next
    # No frame of the learner: a syntax error, a wrong number of arguments, a missing name. The last line says it.
    lines = traceback.format_exception(type(error), error, frame) if frame else traceback.format_exception_only(error)
    text = "".join(lines).rstrip()
    print("    " + text.replace("\n", "\n    "))
    return text


if __name__ == "__main__":
    # An endless loop must not outlive a `dlquiz run` that is ended from outside; only Linux can promise it.
    if sys.platform == "linux":
        die_with_parent(LibC(), os.getppid())
    raise SystemExit(main(*sys.argv[1:7]))
