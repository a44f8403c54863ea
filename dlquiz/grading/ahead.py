"""Questions that are sent to a worker before they are asked: see :mod:`dlquiz.grading.script`."""

from collections import deque
from collections.abc import Callable
from hashlib import blake2b
from typing import NamedTuple

from dlquiz.grading.script import GivenAnswers, Message, Packed, Script, ScriptQuestion, same
from dlquiz.sandbox import wire
from dlquiz.sandbox.frames import Frame
from dlquiz.sandbox.worker_handle import WorkerHandle

SKIP_S = 0.25
"""Seconds that questions may take which a lost case did not come to ask; then a fresh worker is quicker."""

LOOK_S = 0.25
"""Seconds that a case waits for all answers together before it asks for them one by one."""


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

    def look(self, worker: WorkerHandle, case: str) -> list[Frame] | None:
        """Return the answers to all that ``case`` will ask, and leave them; None if not all are here in a moment."""
        count = len(self._script.questions(case))
        if not count or len(self._sent) < count or self._sent[count - 1].case != case:
            return None
        return worker.look_ahead(count, LOOK_S)

    def answered(self, frames: list[Frame]) -> GivenAnswers | None:
        """Return what stands for these answers; None if they are not plainly the answers to their questions."""
        digest, size = blake2b(digest_size=32), 0
        for (head, body), sent in zip(frames, self._sent, strict=False):
            said = wire.without_number(head, sent.number)
            if said is None or b"stand_ins" in said:  # the second is noted by whoever collects it
                return None
            digest.update(b"%d %d " % (len(said), len(body)) + said + body)
            size += len(said) + len(body)
        return GivenAnswers(digest.digest(), size)

    def take_known(self, worker: WorkerHandle, frames: list[Frame]) -> None:
        """Take answers that :meth:`look` has shown: nobody asks for them any more."""
        worker.drop(frames)
        for _ in frames:
            self._sent.popleft()
            worker.output.passed()

    @property
    def taken(self) -> int:
        """How many questions of the running case were sent before it asked them."""
        return len(self._taken)

    def fall_back(self, case: str) -> list[Message]:
        """Return what the case has asked so far: a fresh worker must be asked it again. Nothing stays sent."""
        if self._sent:
            self._script.refuse(case)
        self._sent.clear()
        return self._taken

    def clear(self) -> None:
        """Forget what was sent: the worker has ended."""
        self._sent.clear()
