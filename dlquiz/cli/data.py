"""``dlquiz data``: get MNIST, and see which data sets are here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.data.status import DataStatus, SetStatus
    from dlquiz.data.store import Record


@click.group()
def data() -> None:
    """Fetch, import or list data sets.

    The exercises that train a network use the embedded digits (1,797 images) until MNIST is here.

    \b
    Example:
        dlquiz data status
    """


@data.command()
@click.argument("name", type=click.Choice(["mnist"]), metavar="mnist")
@click.option("--mirror", metavar="URL", multiple=True, help="Ask this address first; may be repeated.")
@click.option("--again", is_flag=True, help="Download even if MNIST is here already.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def fetch(app: "App", name: str, mirror: tuple[str, ...], again: bool, as_json: bool) -> None:
    """Download MNIST (12 MB) and make it ready to use.

    Only the published files are accepted, whoever serves them: their digests are checked.

    \b
    Example:
        dlquiz data fetch mnist
    """
    from dlquiz.data.fetch import MIRRORS, fetch_mnist

    record = None if again else _present()
    if record is None:
        record = fetch_mnist(mirrors=(*mirror, *MIRRORS), progress=_bar if app.live else None)
    _report(app, record, as_json)


@data.command("import")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def import_(app: "App", folder: Path, as_json: bool) -> None:
    """Take MNIST from files that you have.

    DIR holds mnist.npz or the four files train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz,
    t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz (also unpacked). They are not changed.

    \b
    Example:
        dlquiz data import ~/Downloads
    """
    from dlquiz.data.mnist import import_folder

    _report(app, import_folder(folder), as_json)


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


def _present() -> "Record | None":
    """Return the record of a usable, genuine MNIST; whatever is wrong with the one here, a download replaces it."""
    from dlquiz.data.mnist import is_canonical
    from dlquiz.data.store import data_root, open_converted
    from dlquiz.errors import DataError

    try:
        converted = open_converted(data_root())
    except DataError:
        return None
    return converted[1] if converted and is_canonical(converted[0]) else None


def _report(app: "App", record: "Record", as_json: bool) -> None:
    from dlquiz.data.store import data_root

    if as_json:
        app.say_json(record.model_dump(mode="json"))
    else:
        app.say(f"MNIST is ready: {record.train:,} images to train, {record.test:,} to test, in {data_root()}.")
    if not record.canonical:
        app.warn("These are not exactly the published MNIST images; accuracies may differ.")
    app.say_next("dlquiz grade exercise4", "trains on MNIST from now on", err=as_json)


def _show(app: "App", found: "DataStatus") -> None:
    for one in found.sets:
        mark = "*" if one.name == found.used else " "
        app.say(f"{mark} {one.name:<7} {one.state.value:<7} {_describe(one)}".rstrip())
    app.say(f"Data folder: {found.data_root}")
    app.say(f"* the exercises that train use this one: {found.used}")
    for one in found.sets:
        if one.message:
            app.warn(f"{one.name}: {one.message} {one.next_step}")
    app.say_next(*_advice(found))


def _describe(one: "SetStatus") -> str:
    if one.train is None or one.test is None:
        return ""
    text = f"{one.train:,} images to train, {one.test:,} to test"
    return text if one.canonical else f"{text}; not exactly the published images"


def _advice(found: "DataStatus") -> tuple[str, str]:
    mnist = next(one.state.value for one in found.sets if one.name == "mnist")
    if mnist == "ready":
        return "dlquiz start", ""
    if mnist == "raw":
        return f'dlquiz data import "{found.data_root}"', "converts the files once; they open faster then"
    return "dlquiz data fetch mnist", "or, with files that you have: dlquiz data import DIR"


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    """Draw a progress bar for ``total`` bytes on stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("MNIST"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("download", total=total)
        yield lambda count: progress.advance(task, count)
