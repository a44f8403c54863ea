"""The diagnosis: which classic mistake produces exactly these numbers.

A list of small hypotheses ``(expected, got, context) -> Explanation | None``, one
file per family. A hypothesis speaks only if it gives the learner's numbers to
tolerance and the numbers are varied enough to prove it: silence beats a wrong guess.
"""

from dlquiz.grading.diagnosis.base import Context, Explanation
from dlquiz.grading.diagnosis.explain import explain, explanations

__all__ = ["Context", "Explanation", "explain", "explanations"]
