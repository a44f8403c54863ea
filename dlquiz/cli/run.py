"""``dlquiz run``: the learner's file as a plain program, on the public examples."""

import json
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dlquiz.cli._children import leave_ctrl_c_to_the_child, start
from dlquiz.errors import WorkError
from dlquiz.text import shell_word

if TYPE_CHECKING:
    from dlquiz.cli._app import App


@click.command()
@click.argument("exercise", required=False)
@click.option("--file", "named", metavar="FILE", help="Run this file instead of the one in your workspace.")
@click.option("--predict", is_flag=True, help="Say before each example what will come; what you miss is reviewed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document; your prints go to standard error.")
@click.pass_context
def run(ctx: click.Context, exercise: str | None, named: str | None, predict: bool, as_json: bool) -> None:
    """Run your file on the public examples; no points.

    Your prints appear as they come, and breakpoint() stops in your code. Of a notebook every cell runs; of a folder,
    the exercise's file in it. Ctrl-C stops the program and says where it was.

    \b
    Example:
        dlquiz run exercise3
        dlquiz run exercise3 --file work.ipynb
        dlquiz run exercise3 --predict
    """
    from dlquiz.grading.preflight import demand_packages

    if predict and as_json:
        raise click.UsageError("--predict asks a person, and --json answers a program: they exclude each other.")
    app: App = ctx.obj
    exercise_id = app.desk.exercise_id(exercise)
    described = app.desk.course.exercise(exercise_id)
    demand_packages(exercise_id, described.packages)
    file = _program(app.desk.learner_file(exercise_id, named), described.file)
    examples = [example.model_dump() for example in described.examples]
    if not examples:
        app.warn(f"{exercise_id} has no examples; the file is only loaded.")
    start = app.desk.course.stub_path(exercise_id)
    here = _folder_with(app, exercise_id, file.parent)
    with _notes(wanted=as_json or predict) as notes:
        module = described.file.removesuffix(".py")
        code = run_file(file, module, json.dumps(examples), start, here, notes, predict=predict)
        found = _read(notes)
    if predict:
        _keep_predictions(app, exercise_id, found)
    if code == 130:
        ctx.exit(130)
    from dlquiz.cli._run_examples import PIPE_CLOSED

    if code == PIPE_CLOSED:
        ctx.exit(code)
    ended = f"Your program ended by itself (exit code {code})." if code not in (0, 1) else ""
    if as_json:
        _say_json(app, exercise_id, file, found, ended, passed=code == 0)
    elif code == 0 and examples:
        app.say(f"{len(examples)} of {len(examples)} examples equal. The hidden tests look at more.")
    elif ended:
        app.say(ended)
    _say_next(app, exercise_id, file, named, passed=code == 0, err=as_json)
    ctx.exit(0 if code == 0 else 1)


@contextmanager
def _notes(*, wanted: bool) -> Iterator[Path | None]:
    """Give a place for a file that holds what came, for as long as it is needed."""
    if not wanted:
        yield None
        return
    # No pipe: a process that the learner's program leaves behind would keep it open.
    with tempfile.TemporaryDirectory(prefix="dlquiz-run-") as folder:
        yield Path(folder) / "came.jsonl"


def _read(notes: Path | None) -> list[dict[str, Any]]:
    """Return what the program has noted; a line that it could not finish is left out."""
    if notes is None or not notes.is_file():
        return []
    whole = notes.read_text(encoding="utf-8").rpartition("\n")[0]
    return [json.loads(line) for line in whole.splitlines()]


def _keep_predictions(app: "App", exercise_id: str, found: list[dict[str, Any]]) -> None:
    from dlquiz.study.predictions import Prediction, keep

    said = [Prediction(**entry["prediction"]) for entry in found if "prediction" in entry]
    if said:
        hits = sum(one.hit for one in said)
        missed = keep(app.desk, exercise_id, said, app.now())
        more = " What you missed comes back in dlquiz review." if missed else ""
        app.say(f"You foresaw {hits} of {len(said)}.{more}")


def _say_json(
    app: "App", exercise_id: str, file: Path, found: list[dict[str, Any]], ended: str, *, passed: bool
) -> None:
    stops = [entry["stopped"] for entry in found if "stopped" in entry]
    app.say_json(
        {
            "format_version": 1,
            "exercise": exercise_id,
            "file": str(file),
            "passed": passed,
            "stopped": next(iter(stops), ended or None),
            "examples": [entry["example"] for entry in found if "example" in entry],
        }
    )


def _program(path: Path, own_name: str) -> Path:
    """Return the file to run: in a folder, the one that is called like the exercise's."""
    file = path.resolve()
    if file.is_dir():
        names = (own_name, f"{Path(own_name).stem}.ipynb")
        file = next((file / name for name in names if (file / name).is_file()), file / own_name)
    if not file.is_file():
        raise WorkError(f"There is no file {file}.", next_step="Check the name.")
    if file.suffix.lower() not in (".py", ".ipynb"):
        raise WorkError(
            f"{file} is neither a Python file nor a notebook, so it cannot be run.",
            next_step="If it is an archive, unpack it, and name the folder.",
        )
    return file


def _folder_with(app: "App", exercise_id: str, beside: Path) -> Path:
    """Return where the program starts: where the files are that it opens by their names in a grading, too."""
    course, workspace = app.desk.course, app.desk.workspace
    own = [] if workspace is None else [workspace.root / exercise_id]
    names = course.shipped_files(exercise_id)
    folders = (folder for folder in (beside, *own) if all((folder / name).is_file() for name in names))
    return next(folders, course.exercise_folder(exercise_id))


def _say_next(app: "App", exercise_id: str, file: Path, named: str | None, *, passed: bool, err: bool = False) -> None:
    own = f" --file {shell_word(named)}" if named else ""
    if passed:
        app.say_next(f"dlquiz grade {exercise_id}{own}", err=err)
        return
    from dlquiz.study.grading import is_untouched, read

    again = f"edit {file}, and: {app.typed(f'dlquiz run {exercise_id}{own}')}"
    with suppress(WorkError):
        if is_untouched(app.desk.course, exercise_id, read(app.desk.course, exercise_id, file)):
            app.say_next(f"dlquiz lesson {exercise_id}", f"then {again}", err=True)
            return
    app.say_next(f"dlquiz hint {exercise_id}", f"or {again}", err=True)


def run_file(
    file: Path,
    module_name: str,
    examples_json: str,
    start_file: Path | None = None,
    folder: Path | None = None,
    notes: Path | None = None,
    *,
    predict: bool = False,
) -> int:
    """Run the file in a fresh Python that shares this terminal; return its exit code (130 after Ctrl-C).

    ``folder``: where it starts; the file's own if there is none. ``notes``: a file that gets what came; all that is
    printed then goes to stderr, because stdout is kept for a document, unless a person is asked to ``predict``.
    """
    runner = Path(__file__).with_name("_run_examples.py")
    sys.stdout.flush()
    # -P: this folder holds next.py, run.py, data.py...; they must not be importable there.
    command = [sys.executable, "-P", "-u", str(runner), str(file), module_name, examples_json, str(start_file or "")]
    command += [str(notes or ""), "predict" if predict else ""]
    with leave_ctrl_c_to_the_child():
        code = start(command, cwd=folder or file.parent, stdout=sys.stderr if notes and not predict else None).wait()
    if code == -signal.SIGINT:
        print("\nStopped.", file=sys.stderr)
    return 130 if code in (-signal.SIGINT, 130) else code
