"""What ``dlquiz data status`` says."""

from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from dlquiz.data import catalog, mnist, store
from dlquiz.data.digits import digits
from dlquiz.data.imageset import ImageSet
from dlquiz.errors import DataError


class State(StrEnum):
    """Whether a set can be used."""

    READY = "ready"
    RAW = "raw"
    """The downloaded files lie in the data folder, not converted: usable, but read anew each time."""
    ABSENT = "absent"
    BROKEN = "broken"


class SetStatus(BaseModel):
    """One data set."""

    model_config = ConfigDict(frozen=True)

    name: str
    state: State
    train: int | None = None
    test: int | None = None
    canonical: bool | None = None
    """Whether these are exactly the published images; None if nothing could be read."""
    message: str = ""
    """Why the set is broken."""
    next_step: str = ""


class DataStatus(BaseModel):
    """The data folder and every set in it."""

    model_config = ConfigDict(frozen=True)

    format_version: Literal[1] = 1
    data_root: Path
    used: str
    """The set that training exercises use now."""
    sets: tuple[SetStatus, ...]

    @property
    def broken(self) -> bool:
        """Whether a set is there that cannot be used."""
        return any(one.state is State.BROKEN for one in self.sets)


def survey() -> DataStatus:
    """Look at every set and compare all its bytes with its digests (about 0.2 s for MNIST)."""
    sets = (_checked("digits"), _checked("mnist"))
    return DataStatus(data_root=store.data_root(), used=catalog.best_available(), sets=sets)


def _checked(name: str) -> SetStatus:
    try:
        return _digits() if name == "digits" else _mnist()
    except DataError as error:
        return SetStatus(name=name, state=State.BROKEN, message=error.message, next_step=error.next_step)


def _digits() -> SetStatus:
    return _status(digits(), State.READY, canonical=True)


def _mnist() -> SetStatus:
    root = store.data_root()
    converted = store.open_converted(root)
    if converted is not None:
        store.verify(*converted)
        return _status(converted[0], State.READY, canonical=mnist.is_canonical(converted[0]))
    if mnist.has_raw_files(root):
        raw = mnist.read_source(root)
        return _status(raw, State.RAW, canonical=mnist.is_canonical(raw))
    return SetStatus(name="mnist", state=State.ABSENT)


def _status(found: ImageSet, state: State, *, canonical: bool) -> SetStatus:
    train, test = len(found.train_labels), len(found.test_labels)
    return SetStatus(name=found.name, state=state, train=train, test=test, canonical=canonical)
