"""Run the code that questions are about behind the wall, and compare what it prints with the answer.

A question's code comes from whoever wrote the quiz, so it is confined exactly as a learner's is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace

from dlquiz.model.params import variants
from dlquiz.model.quiz import Question
from dlquiz.quiz.kinds.base import RunnableCode
from dlquiz.quiz.kinds.output import canonical
from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.sandbox.api import Sandbox
from dlquiz.sandbox.calls import CallFailed, Deadline, WorkerVanished
from dlquiz.sandbox.open import start_server
from dlquiz.sandbox.packages import PACKAGES, first_missing
from dlquiz.sandbox.standins import known_among

DEADLINE_S = 10.0
MEMORY_MIB = 1024


@dataclass(frozen=True, slots=True)
class Stale:
    """A question whose code does not print what it says.

    ``failed`` says why the code did not end, ``variant`` which one it is ("variant 2 of 4"), if there are several.
    """

    question: Question
    program: RunnableCode
    printed: str
    failed: str = ""
    variant: str = ""

    @property
    def message(self) -> str:
        """What was found, as a sentence."""
        which = f" ({self.variant})" if self.variant else ""
        if self.failed:
            return f"the code does not run to its end: {self.failed}{which}"
        return f"the code prints {_shown(self.printed)}, not {_shown(self.program.output)}{which}"


class Runner:
    """Runs code; one warm server for each set of packages. Use it as a context manager.

    ``ran`` counts the programs that were run; ``not_run`` those that could not be, by the package that is missing.
    """

    def __init__(self, deadline_s: float = DEADLINE_S) -> None:
        self._deadline_s = deadline_s
        self.ran = 0
        self.not_run: Counter[str] = Counter()
        self._servers: dict[tuple[str, ...], Sandbox] = {}
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
            _demand_no_stand_ins(worker.stand_ins)
            return worker.output.take()
        finally:
            worker.close()

    def _server(self, packages: tuple[str, ...]) -> Sandbox:
        if packages not in self._servers:
            self._servers[packages] = self._open.enter_context(start_server(packages))
        return self._servers[packages]


def _demand_no_stand_ins(names: object) -> None:
    """Nothing takes the place of a package here: the question is about what its program prints."""
    if used := sorted(known_among(names)):
        raise CallFailed("missing", f"it imports {', '.join(used)}, and `packages:` does not name it")


def program(question: Question) -> RunnableCode | None:
    """Return the code of a question that asks what it prints; None for all others."""
    return KINDS[question.kind].program(question)


def stale(questions: Iterable[Question], runner: Runner) -> Iterator[Stale]:
    """Yield the first variant of each question whose code prints something else than it says."""
    for question in questions:
        versions = variants(question)
        for number, version in enumerate(versions, 1):
            found = _compare(version, runner)
            if found is not None:
                yield replace(found, variant=f"variant {number} of {len(versions)}" if len(versions) > 1 else "")
                break


def _compare(question: Question, runner: Runner) -> Stale | None:
    asked = program(question)
    if asked is None:
        return None
    missing = first_missing(asked.packages)
    if missing is not None:
        runner.not_run[missing.name] += 1
        return None
    runner.ran += 1
    try:
        printed = runner.printed(asked.code, asked.packages)
    except CallFailed as failure:
        return Stale(question, asked, "", f"{failure.type_name}: {failure.text}".removeprefix(": "))
    except WorkerVanished as failure:
        return Stale(question, asked, "", str(failure))
    return None if canonical(printed) == canonical(asked.output) else Stale(question, asked, printed)


def left_undone(not_run: Counter[str]) -> str:
    """Return a sentence about programs that could not be run, with the command that would help; empty if all were."""
    if not not_run:
        return ""
    count = not_run.total()
    packages = [PACKAGES[name].install for name in sorted(not_run)]
    install = " ".join(f'"{one}"' for one in packages)
    return (
        f"{count} program{'s were' if count > 1 else ' was'} not run, because {' and '.join(sorted(not_run))}"
        f" {'are' if len(not_run) > 1 else 'is'} not installed: python -m pip install {install}"
    )


def _shown(text: str) -> str:
    line = " ⏎ ".join(part.rstrip() for part in text.strip().splitlines())
    return f"“{line if len(line) <= 120 else line[:119] + '…'}”" if line else "nothing"
