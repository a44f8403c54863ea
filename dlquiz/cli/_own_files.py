"""Files that a person names: what is read, and what of ours may be replaced."""

from collections.abc import Callable
from pathlib import Path

from dlquiz.errors import UsageError, cannot_write

_BEGINNING = 200


def read_named(name: str, what: str, most: int) -> bytes:
    """Return the first ``most`` bytes of a file; UsageError with the reason if it cannot be read.

    Parameters
    ----------
    what : str
        What the file is, for the sentence: ``The roster``.
    """
    try:
        with Path(name).expanduser().open("rb") as file:
            return file.read(most)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{what} {name} cannot be read: {reason}.", next_step="Name a CSV file.") from error


def own_output(name: str, is_ours: Callable[[bytes], bool], what: str, option: str) -> Path:
    """Return where a file of ours goes, if it may: somebody else's is not replaced. Asked before the work begins.

    Parameters
    ----------
    is_ours : callable
        Whether a file that begins so is one of ours.
    what, option : str
        What it is, and the option that names it, for the sentence.
    """
    path, step = Path(name).expanduser(), f"Name another file with {option}."
    try:
        beginning = b""
        if path.is_file():
            with path.open("rb") as file:
                beginning = file.read(_BEGINNING)
    except OSError as error:
        raise cannot_write(path, error) from error
    if beginning and not is_ours(beginning):
        raise UsageError(f"{path} is there already, and is no {what} of ours.", next_step=step)
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}.", next_step=step)
    return path
