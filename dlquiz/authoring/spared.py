"""What a quick check spares a wrong solution: cases that cost seconds and that it need not lose, and its name.

A mistake in one function passes most trainings of an exercise, and each costs as much as all other cases together.
What is lost beside the announced cases is so seen only in cheap cases, a training that fails is not repeated as it is
for a learner, and no known mistake is looked for unless a solution says that it is told a phrase; the check without
``--quick`` does all of it. Pure.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from dlquiz.authoring.evidence import function_of
from dlquiz.authoring.gradings import FileKind, GradedFile, GradingTask
from dlquiz.content.mistakes import Mistake
from dlquiz.grading.messages import NO_SAVINGS, Savings
from dlquiz.model.report import Outcome, Report

COSTLY_S = 0.3
"""Seconds that all cases of a test function take together with the reference."""


class Spared:
    """Learns from the first report of the reference what a case costs; without one among the tasks, nothing is spared.

    Threads may ask and tell at the same time: what is known is replaced as a whole.
    """

    def __init__(self, mistakes: Mapping[str, Mistake], tasks: Iterable[GradingTask]) -> None:
        self._mistakes = mistakes
        comes = any(task.kind is FileKind.REFERENCE for task in tasks)
        self._costly: frozenset[str] | None = None if comes else frozenset()

    def hear(self, task: GradingTask, report: Report) -> None:
        """Take in a report of the reference; what others cost says nothing."""
        if task.kind is FileKind.REFERENCE and not self._costly:
            seconds: defaultdict[str, float] = defaultdict(float)
            for case in report.cases:
                seconds[function_of(case)] += case.seconds
            self._costly = frozenset(name for name, taken in seconds.items() if taken > COSTLY_S)

    def savings(self, task: GradingTask) -> Savings | None:
        """Return what the grading of a file does without; None before the reference was graded."""
        mistake = self._mistakes.get(task.name)
        if not task.lean or mistake is None:
            return NO_SAVINGS
        if self._costly is None:
            return None
        # What it may lose proves nothing, whether it is lost or not.
        return Savings(tuple(sorted(self._costly - {*mistake.loses})), once=True, unnamed=not mistake.says)


def count_spared(graded: GradedFile) -> int:
    """Return how many cases of a wrong solution were not run."""
    if graded.kind is not FileKind.WRONG:
        return 0
    return sum(case.outcome is Outcome.SKIPPED for case in graded.report.cases)
