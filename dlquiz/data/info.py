"""What a data set is, without its arrays. No NumPy here: the command line and its help read this."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class DataKind(StrEnum):
    """What one example is."""

    IMAGE = "image"
    """uint8, (H, W) or (H, W, C): 0 is dark or empty, 255 is full."""
    ROW = "row"
    """The numbers of one row of a table, float64, (D,)."""
    TEXT = "text"
    GRID = "grid"
    """Cells of a small world, uint8, (H, W)."""


class Learns(StrEnum):
    """What is to be learnt from the examples."""

    CLASSES = "classes"
    """``y`` holds a class number for each example, 0 … classes - 1."""
    REGRESSION = "regression"
    """``y`` holds a number for each example."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """One array of a part: ``shape`` is that of one example's entry.

    ``dtype`` is NumPy's name of it, or ``"text"``. Whole numbers are 0 … ``below`` - 1 where that is given.
    """

    dtype: str
    shape: tuple[int, ...] = ()
    below: int | None = None


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file as every mirror must serve it."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Download:
    """Where a set can be fetched from: every mirror is the address of a folder that holds all the files."""

    mirrors: tuple[str, ...]
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True)
class FileSource:
    """A set that people bring as files: which ones, how many examples are read at most, and where to fetch them."""

    wanted: str
    """What to name for an import, as the end of a sentence that begins with "Name"."""
    most: int
    """More examples in one part are refused: a lying header must not fill the memory."""
    download: Download | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SetInfo:
    """An entry of the catalog.

    Attributes
    ----------
    name : str
        What people type, and the name of its record and folders on the disk.
    home : str
        Module of ``dlquiz.data.sets``. It has a function of the set's own name that makes the set,
        or, with ``files``, the functions of `dlquiz.data.access.FileReader`.
    fields : mapping of str to FieldInfo
        The arrays of both parts: ``X``, nearly always ``y``, sometimes more.
    train, test : int
        Examples of the published set; a set of other files may have other numbers.
    columns : tuple of str
        What the numbers of a row are, where they have names.
    drawn : bool
        Whether it comes from a seed, so that other sets of its kind can be drawn.
    published : mapping of str to str
        Digests by which the published set is known: of the whole set (``set``) where it is made here,
        else of whatever its makers published, as the home reads it.
    """

    name: str
    title: str
    kind: DataKind
    task: Learns
    home: str
    fields: Mapping[str, FieldInfo]
    train: int
    test: int
    source: str
    licence: str
    classes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    drawn: bool = False
    published: Mapping[str, str] = field(default_factory=dict)
    files: FileSource | None = None

    @property
    def plural(self) -> str:
        """What its examples are called: ``images``, ``rows`` …."""
        return f"{self.kind}s"

    @property
    def get_it(self) -> str:
        """The next step for somebody who does not have the set, or has a damaged one."""
        if self.files is None:
            return "The installation is damaged: install dlquiz again."
        by_hand = f"`dlquiz data import DIR` with a folder that holds the {self.title} files."
        return f"Run `dlquiz data fetch {self.name}`, or {by_hand}" if self.files.download else f"Run {by_hand}"

    @property
    def bring_it(self) -> str:
        """The next step for somebody who named a place without the set's files."""
        return f"Name {self.files.wanted}: `dlquiz data import DIR`." if self.files else ""

    @property
    def another_copy(self) -> str:
        """The next step after a file that is not what it claims to be."""
        download = self.files and self.files.download
        again = f", or download it again with `dlquiz data fetch {self.name}`" if download else ""
        return f"Take another copy of the file{again}."
