"""Questions that are sent to a worker before they are asked: see :mod:`dlquiz.grading.script`."""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from dlquiz.grading.script import Message, Packed, Script, ScriptQuestion, same
from dlquiz.sandbox.worker_handle import WorkerHandle

SKIP_S = 0.25
"""Seconds that questions may take which a lost case did not come to ask; then a fresh worker is quicker."""


class Sent(NamedTuple):
    """A question on its way."""

    case: str
    question: ScriptQuestion
    number: int


class Ahead:
    """What was sent ahead to the worker of one subject, in order.

    ``begin_of`` gives the number with which a case begins in the worker.
    """

    def __init__(self, script: Script, begin_of: Callable[[str], int]) -> None:
        self._script, self._begin_of = script, begin_of
        self._sent: deque[Sent] = deque()
        self._taken: list[Message] = []

    def __bool__(self) -> bool:
        return bool(self._sent)

    def send(self, worker: WorkerHandle, case: str, *, begun: bool) -> None:
        """Send what ``case`` and the cases after it will ask, as far as that is known.

        ``begun``: the worker has begun the case already, because it was loaded for it.
        """
        frames: list[Packed] = []
        for following in self._script.known_from(case):
            begin = None if begun else self._begin_of(following)
            begun = False
            for question in self._script.questions(following):
                number = worker.next_id + len(frames)
                frames.append(question.frame(number, begin))
                begin = None
                self._sent.append(Sent(following, question, number))
                worker.output.expect(question.mark)
        worker.send(frames)

    def start_case(self) -> None:
        """Forget which questions were taken: they belong to the case before."""
        self._taken = []

    def leave(self, worker: WorkerHandle, case: str) -> bool:
        """Let go by what earlier cases have not come to ask; False if the worker had to be ended for it."""
        left = 0
        while self._sent and self._sent[0].case != case:
            self._sent.popleft()
            left += 1
        if not left:
            return True
        if not worker.skip(self._sent[0].number if self._sent else worker.next_id, SKIP_S):
            self._sent.clear()
            return False
        for _ in range(left):
            worker.output.dropped()
        return True

    def take(self, message: Message) -> Sent | None:
        """Return the question that was sent if it is ``message``; None if something else was."""
        if not same(self._sent[0].question.message, message):
            return None
        self._taken.append(message)
        return self._sent.popleft()

    def fall_back(self, case: str) -> list[Message]:
        """Return what the case has asked so far: a fresh worker must be asked it again. Nothing stays sent."""
        if self._sent:
            self._script.refuse(case)
        self._sent.clear()
        return self._taken

    def clear(self) -> None:
        """Forget what was sent: the worker has ended."""
        self._sent.clear()
