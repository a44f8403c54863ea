"""The files of a course that the code under test may open by their names, read-only.

A worker's folder is the exercise's, and the wall lets it read exactly the named files: one Landlock rule for each file,
none for the folder. That is the safest of three ways. Copies in a scratch folder would need a place to write to, and
somebody to clean it after a kill; descriptors in memory would need an ``open`` of our own, which code in C (the readers
of PyTorch, HDF5, SQLite) passes by. Here the kernel decides, for whatever opens a file.

The folder comes as a descriptor: its path may lead through a home that the server's user cannot enter. Nothing else
becomes reachable by that at level ``kernel``: a name beside the list, the folder's own listing and ``..`` are refused
by Landlock. Without Landlock reading is open anyway.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CourseFiles:
    """``names`` are relative to ``folder``, which is the exercise's; the caller has checked that they stay in it."""

    folder: str = ""
    names: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.names)

    def open_folder(self) -> int:
        """Return a descriptor that can be entered, and cannot be read."""
        return os.open(self.folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)


NO_FILES = CourseFiles()


class FilesUnreadable(Exception):
    """A file of the course cannot be opened by the user whom the server runs as; in words for people."""

    def __init__(self, name: str, error: OSError) -> None:
        self.step = "make it readable for everybody, with the folders it lies in: chmod -R a+rX FOLDER"
        super().__init__(f"the course's file {name} cannot be opened inside the sandbox ({error.strerror})")


def enter(folder: int | str, names: Sequence[str]) -> None:
    """Make ``folder`` this process's, and see that every file opens: afterwards a failure would be a learner's."""
    name = "folder"
    try:
        os.chdir(folder)
        for name in names:
            os.close(os.open(name, os.O_RDONLY))
    except OSError as error:
        raise FilesUnreadable(name, error) from error
