"""What ``dlquiz data status`` says."""

from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from dlquiz.data import access, catalog, store
from dlquiz.data.arrayset import ArraySet
from dlquiz.data.info import SetInfo
from dlquiz.errors import DataError


class SetState(StrEnum):
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
    title: str
    state: SetState
    train: int | None = None
    test: int | None = None
    canonical: bool | None = None
    """Whether these is exactly the published set; None if nothing could be read."""
    message: str = ""
    """Why the set is broken."""
    next_step: str = ""


class DataStatus(BaseModel):
    """The data folder and every set in it."""

    model_config = ConfigDict(frozen=True)

    format_version: Literal[2] = 2
    data_root: Path
    sets: tuple[SetStatus, ...]

    @property
    def broken(self) -> bool:
        """Whether a set is there that cannot be used."""
        return any(one.state is SetState.BROKEN for one in self.sets)


def survey() -> DataStatus:
    """Look at every set and compare all its bytes with its digests (about 0.2 s for MNIST)."""
    return DataStatus(data_root=store.data_root(), sets=tuple(_checked(info) for info in catalog.CATALOG))


def _checked(info: SetInfo) -> SetStatus:
    try:
        if info.files is None:
            found = access.made(info)
            return _status(found, SetState.READY, canonical=found.digest == info.published["set"])
        return _from_files(info)
    except DataError as error:
        return SetStatus(
            name=info.name, title=info.title, state=SetState.BROKEN, message=error.message, next_step=error.next_step
        )


def _from_files(info: SetInfo) -> SetStatus:
    root, reader = store.data_root(), access.reader(info)
    converted = store.open_converted(root, info)
    if converted is not None:
        store.verify(*converted)
        return _status(converted[0], SetState.READY, canonical=reader.is_canonical(converted[0], info))
    if reader.has_files(root):
        raw = reader.read_source(root, info)
        return _status(raw, SetState.RAW, canonical=reader.is_canonical(raw, info))
    return SetStatus(name=info.name, title=info.title, state=SetState.ABSENT)


def _status(found: ArraySet, state: SetState, *, canonical: bool) -> SetStatus:
    train, test = len(found.train["X"]), len(found.test["X"])
    return SetStatus(name=found.name, title=found.info.title, state=state, train=train, test=test, canonical=canonical)
