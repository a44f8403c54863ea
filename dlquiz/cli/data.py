"""``dlquiz data``: get data sets, and see which are here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.data.catalog import CATALOG, FETCHABLE, find
from dlquiz.errors import DataError, DlquizError

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.data.info import SetInfo
    from dlquiz.data.status import DataStatus, SetStatus
    from dlquiz.data.store import Record


@click.group()
def data() -> None:
    """Data sets: which are here, fetch or import others.

    The exercises that train a network use what they name first, as a rule a set that comes with dlquiz;
    `dlquiz grade --data` asks for another one.

    \b
    Example:
        dlquiz data status
    """


@data.command()
@click.argument("name", metavar="SET", type=click.Choice(FETCHABLE))
@click.option("--mirror", metavar="URL", multiple=True, help="Ask this address first; may be repeated.")
@click.option("--again", is_flag=True, help="Download even if the set is here already.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def fetch(app: "App", name: str, mirror: tuple[str, ...], again: bool, as_json: bool) -> None:
    """Download a data set and make it ready to use: mnist (12 MB) or cifar10 (170 MB).

    Only the published files are accepted, whoever serves them: their digests are checked.

    \b
    Example:
        dlquiz data fetch mnist
    """
    from dlquiz.data.fetch import fetch_set

    info = find(name)
    record = None if again else _present(info)
    if record is None:
        record = fetch_set(info, first=mirror, progress=partial(_bar, info.title) if app.live else None)
    _report(app, record, as_json)


@data.command("import")
@click.argument("place", metavar="[SET] DIR", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def import_(app: "App", place: tuple[str, ...], as_json: bool) -> None:
    """Take a data set from files that you have.

    DIR holds the files as they are published; they are not changed. Which set it is, their names say.
    For mnist: mnist.npz or the four files train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz,
    t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz (also unpacked). For cifar10: the binary version,
    cifar-10-binary.tar.gz or its files data_batch_1.bin to data_batch_5.bin and test_batch.bin.

    \b
    Example:
        dlquiz data import ~/Downloads
        dlquiz data import mnist ~/Downloads
    """
    from dlquiz.data.access import import_set

    name, folder = place if len(place) == 2 else (None, place[0])
    if len(place) > 2 or (name is not None and name not in FETCHABLE):
        raise click.UsageError(f"Name one folder, and before it at most one of {', '.join(FETCHABLE)}.")
    if not Path(folder).exists():
        raise click.UsageError(f"There is no folder or file {folder!r}.")
    _report(app, import_set(name, Path(folder).expanduser()), as_json)


@data.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def status(app: "App", as_json: bool) -> None:
    """Show which data sets are here, checked byte by byte.

    The exit status is 1 if a data set is here but damaged.

    \b
    Example:
        dlquiz data status --json
    """
    from dlquiz.data.status import survey

    found = survey()
    if as_json:
        app.say_json(found.model_dump(mode="json"))
    else:
        _show(app, found)
    if found.broken:
        raise SystemExit(1)


def _present(info: "SetInfo") -> "Record | None":
    """Return the record of a usable, genuine set; whatever is wrong with the one here, a download replaces it."""
    from dlquiz.data.access import reader
    from dlquiz.data.store import data_root, open_converted, verify

    try:
        converted = open_converted(data_root(), info)
        if converted is None:
            return None
        verify(*converted)
    except DataError:
        return None
    return converted[1] if reader(info).is_canonical(converted[0], info) else None


def _report(app: "App", record: "Record", as_json: bool) -> None:
    from dlquiz.data.store import data_root

    info = find(record.name)
    if as_json:
        app.say_json(record.model_dump(mode="json"))
    else:
        counts = f"{record.train:,} {info.plural} to train, {record.test:,} to test"
        app.say(f"{info.title} is ready: {counts}, in {data_root()}.")
    if not record.canonical:
        app.warn(f"These are not exactly the published {info.title} {info.plural}; accuracies may differ.")
    app.say_next(*_use(app, info), err=as_json)


def _use(app: "App", info: "SetInfo") -> tuple[str, str]:
    """Return the command that uses a set that is here, and why: the first exercise that names it."""
    with suppress(DlquizError):  # a course that cannot be read is not what the learner asked about
        for exercise_id in app.desk.course.exercise_ids():
            names = list(app.desk.course.exercise(exercise_id).data)
            if info.name in names:
                default = "" if names[0] == info.name else f"; without --data on {names[0]}"
                return f"dlquiz grade {exercise_id} --data {info.name}", f"trains on {info.title}{default}"
    return "dlquiz data status", ""


def _show(app: "App", found: "DataStatus") -> None:
    width = max(len(one.name) for one in found.sets)
    for one in found.sets:
        app.say(f"  {one.name.ljust(width)} {one.state.value:<7} {_describe(one)}".rstrip())
    app.say(f"Data folder: {found.data_root}")
    for one in found.sets:
        if one.message:
            app.warn(f"{one.name}: {one.message} {one.next_step}")
    app.say_next(*_advice(app, found))


def _describe(one: "SetStatus") -> str:
    if one.train is None or one.test is None:
        return one.title
    plural = find(one.name).plural
    text = f"{one.title}: {one.train:,} {plural} to train, {one.test:,} to test"
    return text if one.canonical else f"{text}; not exactly the published {plural}"


def _advice(app: "App", found: "DataStatus") -> tuple[str, str]:
    """Return what to do about the sets that come as files: convert, use or fetch one."""
    states = {one.name: one.state.value for one in found.sets}
    brought = [info for info in CATALOG if info.files]
    if any(states[info.name] == "raw" for info in brought):
        return f'dlquiz data import "{found.data_root}"', "converts the files once; they open faster then"
    for info in brought:
        if states[info.name] == "ready":
            return _use(app, info)
    return f"dlquiz data fetch {FETCHABLE[0]}", "or, with files that you have: dlquiz data import DIR"


@contextmanager
def _bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """Draw a progress bar for ``total`` bytes on stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(title), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("download", total=total)
        yield lambda count: progress.advance(task, count)
