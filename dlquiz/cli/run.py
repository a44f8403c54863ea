"""``dlquiz run``: the learner's file as a plain program, on the public examples."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.errors import WorkError

if TYPE_CHECKING:
    from dlquiz.cli._app import App


@click.command()
@click.argument("exercise", required=False)
@click.option("--file", "named", metavar="FILE", help="Run this file instead of the one in your workspace.")
@click.pass_context
def run(ctx: click.Context, exercise: str | None, named: str | None) -> None:
    """Run your file on the public examples; no points.

    Your prints appear as they come, and breakpoint() stops in your code.

    \b
    Example:
        dlquiz run exercise3
    """
    app: App = ctx.obj
    exercise_id = app.exercise_id(exercise)
    described = app.course.exercise(exercise_id)
    file = app.learner_file(exercise_id, named).resolve()
    if not file.is_file():
        raise WorkError(
            f"There is no file {file}.", next_step=f"dlquiz reset {exercise_id}   (puts the start file there)"
        )
    examples = [example.model_dump() for example in described.examples]
    if not examples:
        app.warn(f"{exercise_id} has no examples; the file is only loaded.")
    code = run_file(file, described.file.removesuffix(".py"), json.dumps(examples))
    if code == 130:
        raise KeyboardInterrupt
    if code == 0 and examples:
        app.say(f"{len(examples)} of {len(examples)} examples equal. The hidden tests look at more.")
    elif code not in (0, 1):
        app.say(f"Your program ended by itself (exit code {code}).")
    app.say_next(f"dlquiz grade {exercise_id}" if code == 0 else f"dlquiz run {exercise_id}", err=bool(code))
    ctx.exit(0 if code == 0 else 1)


def run_file(file: Path, module_name: str, examples_json: str) -> int:
    """Run the file in a fresh Python that shares this terminal; return its exit code (130 after Ctrl-C)."""
    runner = Path(__file__).with_name("_run_examples.py")
    sys.stdout.flush()
    # -P: this folder holds next.py, run.py, data.py...; they must not be importable there.
    command = [sys.executable, "-P", "-u", str(runner), str(file), module_name, examples_json]
    with _leave_ctrl_c_to_the_child():
        code = subprocess.run(command, cwd=file.parent, check=False).returncode
    return 130 if code in (-signal.SIGINT, 130) else code


@contextmanager
def _leave_ctrl_c_to_the_child() -> Iterator[None]:
    # In the debugger Ctrl-C belongs to the learner's program. A Python handler, unlike
    # SIG_IGN, is not inherited by the child.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
