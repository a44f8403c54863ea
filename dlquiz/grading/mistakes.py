"""Known mistakes: which wrong solution of the exercise gives exactly the values that lost a case.

The author of an exercise writes down what learners get wrong, as whole files, and certifies that each loses the cases
that it names. When a submission loses a case by its values, those files are asked the same questions behind the same
wall. If what they return agrees with what the submission returned, and all that agree say the same sentence, it is
the likely cause. Otherwise nothing is said: silence is better than a wrong guess.
"""

import ast
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dlquiz.content.mistakes import mistake_of
from dlquiz.grading.agreement import EXACT, ROUGH, Answers, agree, bytes_of, tells
from dlquiz.grading.subject import Subject
from dlquiz.submission.plain import Submission

SECONDS = 3.0
"""What the question "which mistake is it?" may cost in one grading."""
CALL_S = 1.0
"""What a call of a wrong solution may take."""
SLOW_CASE_S = 1.5
"""A case that took longer is not run again for every mistake."""
_HOPELESS = 2
"""Many mistakes lose a case before its end: some take less time than the submission did."""
_KEPT = 2000
"""Cases of wrong solutions whose answers are remembered: a class has one seed."""
_KEPT_BYTES = 1 << 20
_LARGE_BYTES = 1 << 18
"""Answers so large are not asked of every mistake once one has been named: it takes a fifth of a second."""

_RIGHT = "the reference"

Replay = Callable[[Subject], Answers | None]
"""Runs the case for another solution; returns what it gave, or None unless it lost the case by its values."""


@dataclass(frozen=True, slots=True)
class Known:
    """One wrong solution."""

    sentence: str
    tests: frozenset[str]
    """The test functions that it loses or may lose."""
    source: Submission


class Mistakes:
    """The wrong solutions of one exercise; their workers live as long as the grading of one submission.

    Parameters
    ----------
    folder : Path
        Where they lie; there may be none.
    module : str
        What a submission is called in its worker.
    opened : callable
        Makes a subject of a solution, with the seed of the submission at hand.
    """

    def __init__(self, folder: Path, module: str, opened: Callable[[Submission, int], Subject]) -> None:
        self._folder, self._module, self._opened = folder, module, opened
        self._subjects: dict[str, Subject] = {}
        self._remembered: OrderedDict[tuple[int, str, str], Answers | None] = OrderedDict()
        self._sentences: OrderedDict[tuple[int, str, bytes | None], str | None] = OrderedDict()
        self._left_s = SECONDS
        self._said: set[str] = set()

    def cause(
        self,
        case: str,
        seed: int,
        mine: Answers,
        right: Callable[[], Answers | None],
        replay: Replay,
        seconds: float = 0,
        digest: bytes | None = None,
    ) -> str | None:
        """Return the sentence of the only mistake that gives what the submission gave; None if there is no such one.

        Parameters
        ----------
        case : str
            The case's id.
        seed : int
            The submission's seed: what the case asks follows from it.
        mine : list
            What the submission's functions returned in this case.
        right : callable
            Returns what the reference gives in this case.
        replay : callable
            Runs the case for a wrong solution.
        seconds : float
            What the case took for the submission. Where as much for each mistake that is not remembered is far more
            than is left, none is asked: one that was not asked might fit as well as one that was.
        digest : bytes, optional
            What stands for all answers of the submission in this case: for the same ones the same sentence fits.
        """
        name = case.partition("::")[2].partition("[")[0]
        known = [one for one in self._known if name in one.tests]
        if not known or self._left_s <= 0 or not mine or (self._said and bytes_of(mine) > _LARGE_BYTES):
            return None
        if (seed, case, digest) in self._sentences:
            return self._sentences[seed, case, digest]
        if not tells(mine, []):
            return None  # not even if all of it is wrong: the reference need not be asked
        names = (_RIGHT, *(one.source.name for one in known))
        if seconds * sum((seed, case, one) not in self._remembered for one in names) > _HOPELESS * self._left_s:
            return None
        started = time.monotonic()
        try:
            answers = self._kept((seed, case, _RIGHT), right)
            if answers is None or not tells(mine, answers):
                return None
            found: list[tuple[str, Answers]] = []
            for one in known:
                if time.monotonic() - started > self._left_s:
                    return None  # another mistake might fit as well
                if (theirs := self._answers(one, case, seed, replay)) is not None:
                    found.append((one.sentence, theirs))
        finally:
            self._left_s -= time.monotonic() - started
        sentence = _fitting(mine, found)
        if digest is not None:
            self._sentences[seed, case, digest] = sentence
            if len(self._sentences) > _KEPT:
                self._sentences.popitem(last=False)
        return sentence

    def end(self) -> None:
        """Close what was opened for one submission; the next one has as much time."""
        for subject in self._subjects.values():
            subject.close()
        self._subjects = {}
        self._said = set()
        self._left_s = SECONDS

    def is_new(self, sentence: str) -> bool:
        """Return whether this submission has not been told the sentence yet, and take it as told."""
        new = sentence not in self._said
        self._said.add(sentence)
        return new

    @cached_property
    def _known(self) -> tuple[Known, ...]:
        found = []
        for path in sorted(self._folder.glob("*.py")):
            content = path.read_bytes()
            if (said := mistake_of(ast.parse(content))) is not None:
                source = Submission(path.name, self._module, content, sha256="", file=path.name)
                found.append(Known(said.title, frozenset((*said.loses, *said.may_lose)), source))
        return tuple(found)

    def _answers(self, one: Known, case: str, seed: int, replay: Replay) -> Answers | None:
        name = one.source.name

        def asked() -> Answers | None:
            if name not in self._subjects:
                self._subjects[name] = self._opened(one.source, seed)
            return replay(self._subjects[name])

        return self._kept((seed, case, name), asked)

    def _kept(self, key: tuple[int, str, str], asked: Callable[[], Answers | None]) -> Answers | None:
        """Return the answers that are remembered; ask for them and remember them if none are."""
        if key in self._remembered:
            self._remembered.move_to_end(key)
            return self._remembered[key]
        answers = asked()
        if answers is None or bytes_of(answers) <= _KEPT_BYTES:
            self._remembered[key] = answers
            if len(self._remembered) > _KEPT:
                self._remembered.popitem(last=False)
        return answers


def _fitting(mine: Answers, found: list[tuple[str, Answers]]) -> str | None:
    """Return the only sentence of a mistake that gives ``mine``, exactly or else roughly."""
    for rtol in (EXACT, ROUGH):
        fitting = {sentence for sentence, theirs in found if agree(mine, theirs, rtol)}
        if fitting:
            return fitting.pop() if len(fitting) == 1 else None
    return None
