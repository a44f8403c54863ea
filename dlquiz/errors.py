"""Every error that a person can meet.

* DlquizError             has a fault, an exit code and a next step
  x UsageError            the command was typed wrongly                      (learner, exit 2)
    - UnknownName         no such exercise, quiz or case; did you mean …?
    - UntrustedCourse     its graders would run as you, and nobody has confirmed it
  x WorkError             the learner's folder or file needs attention       (learner, exit 1)
    - SubmissionError     the file cannot be read as a submission
    - ArchiveError        an archive is damaged, or holds what is not accepted
      + ArchiveTooLarge   … or is larger than is allowed
  x ContentError          the course is wrong: its author must act           (author, exit 3)
  x MachineryError        sandbox, disk, network: nobody loses points        (machine, exit 4)
    - SandboxError        the wall cannot be built, or a process of ours died
    - MissingPackage      an exercise needs a package that is not installed
    - DataError           a data set is missing, truncated or not what it claims to be
    - StoreError          the progress store cannot be read or written

Interruption by the user (Ctrl-C) is not an error: ``cli`` maps it to exit 130.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from pathlib import Path


class Fault(StrEnum):
    """Who has to act."""

    LEARNER = "learner"
    AUTHOR = "author"
    MACHINE = "machine"


class DlquizError(Exception):
    """Base of everything that ``cli`` shows without a traceback.

    Parameters
    ----------
    message : str
        What was found and what was expected, as a sentence.
    next_step : str
        What the reader can do now; empty if there is nothing useful to say.
    """

    fault: ClassVar[Fault] = Fault.MACHINE
    exit_code: ClassVar[int] = 4

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step


class UsageError(DlquizError):
    """The command was typed wrongly."""

    fault = Fault.LEARNER
    exit_code = 2


class UnknownName(UsageError):
    """A name that the course does not have."""


class UntrustedCourse(UsageError):
    """A course from elsewhere that nobody has confirmed; ``course`` is its folder."""

    def __init__(self, course: "Path", *, next_step: str = "") -> None:
        super().__init__(
            f"The course in {course} is not part of dlquiz. Its tests are code that runs as you.",
            next_step=next_step or f"Read {course}/graders, and confirm the course if you trust it.",
        )
        self.course = course


class WorkError(DlquizError):
    """The learner's folder or file needs attention."""

    fault = Fault.LEARNER
    exit_code = 1


class SubmissionError(WorkError):
    """The file cannot be read as a submission."""


class ArchiveError(WorkError):
    """An archive is damaged, or holds what is not accepted."""


class ArchiveTooLarge(ArchiveError):
    """An archive is, or would become, larger than is allowed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake in a content file.

    ``line`` and ``column`` count from 1; 0 means that the mistake has no place.
    ``code`` is stable between versions (``DLQ012``), so that tools may filter by it.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    suggestion: str = ""
    excerpt: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        text = f"{place}: error[{self.code}]: {self.message}"
        if self.excerpt:
            margin = f"{self.line:>6} | "
            text += f"\n{margin}{self.excerpt}\n{' ' * (len(margin) - 2)}| {' ' * (self.column - 1)}^"
        if self.suggestion:
            text += f"\n       = help: {self.suggestion}"
        return text


class ContentError(DlquizError):
    """The course is wrong: its author must act.

    ``findings`` holds every mistake of the file, in file order.
    """

    fault = Fault.AUTHOR
    exit_code = 3

    def __init__(self, message: str, *, findings: Sequence[Finding] = (), next_step: str = "") -> None:
        super().__init__(message, next_step=next_step)
        self.findings = tuple(findings)


class MachineryError(DlquizError):
    """Sandbox, disk or network: nobody loses points for it."""


class SandboxError(MachineryError):
    """The wall cannot be built, or one of our own processes died."""


class MissingPackage(MachineryError):
    """An exercise needs a package that is not installed; ``next_step`` is the command that installs it."""


class DataError(MachineryError):
    """A data set is missing, truncated or not what it claims to be."""


class StoreError(MachineryError):
    """The progress store cannot be read or written."""


def cannot_write(path: object, error: OSError) -> UsageError:
    """Return what to say when a file that somebody asked for cannot be written."""
    reason = (error.strerror or str(error)).lower()
    return UsageError(
        f"{path} cannot be written: {reason}.", next_step="Name a place where you may write, or make room on the disk."
    )
