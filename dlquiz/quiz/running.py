"""Run the code of ``output`` questions behind the wall, and compare what it prints with the answer.

A question's code comes from whoever wrote the quiz, so it is confined exactly as a learner's is.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace

from dlquiz.model.params import variants
from dlquiz.model.quiz import Output, Question
from dlquiz.quiz.output import same_output
from dlquiz.sandbox.client import CallFailed, Deadline, WorkerVanished
from dlquiz.sandbox.service import Service, start_server

DEADLINE_S = 10.0
MEMORY_MIB = 1024


@dataclass(frozen=True, slots=True)
class Stale:
    """An ``output`` question whose code does not print its answer.

    ``failed`` says why the code did not end, ``variant`` which one it is ("variant 2 of 4"), if there are several.
    """

    question: Output
    printed: str
    failed: str = ""
    variant: str = ""

    @property
    def message(self) -> str:
        """What was found, as a sentence."""
        which = f" ({self.variant})" if self.variant else ""
        if self.failed:
            return f"the code does not run to its end: {self.failed}{which}"
        return f"the code prints {_shown(self.printed)}, not {_shown(self.question.answer)}{which}"


class Runner:
    """Runs code; one warm server for each set of packages. Use it as a context manager."""

    def __init__(self, deadline_s: float = DEADLINE_S) -> None:
        self._deadline_s = deadline_s
        self._servers: dict[tuple[str, ...], Service] = {}
        self._open = ExitStack()

    def __enter__(self) -> "Runner":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def printed(self, code: str, packages: tuple[str, ...]) -> str:
        """Return what ``code`` prints.

        Raises
        ------
        CallFailed
            It raised, took too long, or died.
        SandboxError
            The wall cannot be built here.
        """
        worker = self._server(packages).worker(memory_mib=MEMORY_MIB, cpu_s=int(self._deadline_s) + 5)
        load = {"op": "load", "role": "submission", "name": "code", "source": code.encode(), "seed": 0}
        try:
            worker.request(load, Deadline.after(self._deadline_s))
            return worker.output.take()
        finally:
            worker.close()

    def _server(self, packages: tuple[str, ...]) -> Service:
        if packages not in self._servers:
            self._servers[packages] = self._open.enter_context(start_server(packages))
        return self._servers[packages]


def stale(questions: Iterable[Question], runner: Runner) -> Iterator[Stale]:
    """Yield the first variant of each ``output`` question whose code prints something else than its answer."""
    for question in questions:
        versions = variants(question)
        for number, version in enumerate(versions, 1):
            found = _compare(version, runner) if isinstance(version, Output) else None
            if found is not None:
                yield replace(found, variant=f"variant {number} of {len(versions)}" if len(versions) > 1 else "")
                break


def _compare(question: Output, runner: Runner) -> Stale | None:
    try:
        printed = runner.printed(question.code, tuple(question.packages))
    except CallFailed as failure:
        return Stale(question, "", f"{failure.type_name}: {failure.text}".removeprefix(": "))
    except WorkerVanished as failure:
        return Stale(question, "", str(failure))
    return None if same_output(printed, question.answer) else Stale(question, printed)


def _shown(text: str) -> str:
    line = " ⏎ ".join(part.rstrip() for part in text.strip().splitlines())
    return f"“{line if len(line) <= 120 else line[:119] + '…'}”" if line else "nothing"
