"""The three checks of ``dlquiz dev check``: certify, change the reference, measure thresholds."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.cli._live import LiveLine
from dlquiz.errors import UnknownName

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.content.course import Course

_BAR = 24


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed."""

    ids: list[str]
    seeds: int | None
    quick: bool
    only: tuple[str, ...]
    sample: bool
    verbose: bool
    jobs: int | None
    data: str | None
    as_json: bool


def certify(app: "App", asked: Wanted) -> int:
    """Certify, print what was found, and return the exit code."""
    from dlquiz.authoring.check import Thoroughness, check_course
    from dlquiz.authoring.listing import as_document, as_text
    from dlquiz.authoring.only import Only

    settings = Thoroughness.of(asked.seeds, quick=asked.quick)
    settings = replace(settings, data=asked.data, only=Only.of(asked.only), sample=asked.sample, jobs=asked.jobs)
    with _bar(app) as bar:
        result = check_course(app.desk.course, asked.ids, settings, on_progress=bar.show)
    if asked.as_json:
        app.say_json(as_document(result))
    else:
        _begin(app)
        app.say(as_text(result, verbose=asked.verbose))
    good = result.exit_code == 0
    app.say_next(*(("dlquiz start", "try it as a learner would") if good else _again(asked.ids)), err=asked.as_json)
    return result.exit_code


def survive(app: "App", asked: Wanted) -> int:
    """Grade all one-place changes of the references, print what survives, and return the exit code."""
    from dlquiz.authoring.listing import FORMAT_VERSION, survivors_text
    from dlquiz.authoring.survivors import check_survivors

    with _bar(app) as bar:

        def tell(exercise: str, done: int, total: int, survivors: int) -> None:
            bar.show(done, total, f"{exercise}, {survivors} survive so far")

        results = check_survivors(
            app.desk.course, asked.ids, seeds=asked.seeds or 1, data=asked.data, jobs=asked.jobs, on_progress=tell
        )
    if asked.as_json:
        app.say_json({"format_version": FORMAT_VERSION, "exercises": [asdict(one) for one in results]})
    else:
        _begin(app)
        app.say(survivors_text(results))
    lacking = any(one.machine or one.skipped for one in results)
    code = 4 if lacking else 3 if any(one.findings for one in results) else 0
    command, why = _again(asked.ids)
    app.say_next(f"{command} --mutate" if code else command, why if code else "the whole check", err=asked.as_json)
    return code


def measure(app: "App", asked: Wanted) -> int:
    """Measure how far the references are from their thresholds, print it, and return the exit code."""
    from dlquiz.authoring.calibrate import calibrate
    from dlquiz.authoring.listing import FORMAT_VERSION, thresholds_text

    with _bar(app) as bar:
        results = calibrate(
            app.desk.course, asked.ids, seeds=asked.seeds or 20, data=asked.data, jobs=asked.jobs,
            on_progress=lambda exercise, done, total: bar.show(done, total, exercise),
        )  # fmt: skip
    if asked.as_json:
        app.say_json({"format_version": FORMAT_VERSION, "exercises": [asdict(one) for one in results]})
    else:
        _begin(app)
        app.say(thresholds_text(results))
    app.say_next(_again(asked.ids)[0], "the whole check", err=asked.as_json)
    return 4 if any(one.skipped for one in results) else 3 if any(one.findings or one.lost for one in results) else 0


def _again(ids: list[str]) -> tuple[str, str]:
    return " ".join(["dlquiz dev check", *ids]), "when you have repaired it"


# -- which course ------------------------------------------------------------------


def _begin(app: "App") -> None:
    """Name the course that is checked, and say if the current folder is another one."""
    app.say(which_course(app.desk.course))
    if note := other_course(app.desk.course, app.desk.here):
        app.warn(note)


def exercise_ids(app: "App", texts: Sequence[str]) -> list[str]:
    """Return the exercises that are meant; UnknownName says, too, if the current folder is another course."""
    try:
        return [app.desk.exercise_id(text) for text in texts]
    except UnknownName:
        if note := other_course(app.desk.course, app.desk.here):
            app.warn(note)
        raise


def which_course(course: "Course") -> str:
    """Return the course's name and folder."""
    whose = ", the course that comes with dlquiz" if course.builtin else ""
    return f"Course {course.manifest.name} in {course.root}{whose}"


def other_course(course: "Course", here: Path) -> str | None:
    """Return a note if the current folder belongs to another course than the one in use."""
    folders = (folder for folder in (here, *here.parents) if (folder / "exercises" / "course.yaml").is_file())
    other = next(folders, None)
    if other is None or other.resolve() == course.root:
        return None
    name = "." if other == here else str(other)
    return f"Note: this folder belongs to another course, which is not the one in use. To use it: --course {name}"


# -- progress ----------------------------------------------------------------------


class _Bar:
    """A bar with what is left to wait, on a terminal."""

    def __init__(self, line: LiveLine) -> None:
        self._line = line
        self._started = time.monotonic()
        self._first: int | None = None

    def show(self, done: int, total: int, text: str) -> None:
        if self._first is None:
            self._first = done  # what was kept from before took no time
        new, seconds = done - self._first, time.monotonic() - self._started
        left = f", {duration(seconds / new * (total - done))} left" if new > 2 else ""
        filled = "#" * (_BAR * done // max(total, 1))
        self._line.show(f"[{filled:.<{_BAR}}] {done} of {total}{left}: {text}")


@contextmanager
def _bar(app: "App") -> Iterator[_Bar]:
    line = LiveLine(sys.stderr, enabled=app.live)
    try:
        yield _Bar(line)
    finally:
        line.clear()


def duration(seconds: float) -> str:
    """Return a time as people say it."""
    return f"about {seconds / 60:.0f} min" if seconds >= 90 else f"about {seconds:.0f} s"
