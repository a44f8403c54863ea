"""Pages of a class: a folder of their own, and a file name for each of them."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from dlquiz.errors import UsageError, cannot_write


def new_folder(name: str, *inside: str) -> Path:
    """Make a folder for pages, and folders in it; nothing that is there already is touched.

    Raises
    ------
    UsageError
        It is there, and something is in it, or it cannot be made.
    """
    folder = Path(name).expanduser()
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(
                f"{folder} is there already, and is not empty.", next_step="Name another folder with --to."
            )
        for part in ("", *inside):
            (folder / part).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    return folder


def distinct_names(whose: Iterable[str]) -> Iterator[str]:
    """Yield the stem of a file name for each text; no two are the same, with or without regard to case."""
    taken = set[str]()
    for text in whose:
        stem = re.sub(r"[^\w-]+", "-", text).strip("-_")[:100]
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.casefold())
        yield name
