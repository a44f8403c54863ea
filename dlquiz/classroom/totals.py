"""From the grades of one learner to a total; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CountedWork:
    """One exercise or quiz in a total. ``share`` is the part of its possible points, None if it does not count."""

    name: str
    weight: float
    share: float | None


@dataclass(frozen=True, slots=True)
class ClassTotal:
    """A weighted mean, as a share; None if nothing counts. ``dropped`` are the works that were left out."""

    share: float | None
    dropped: tuple[str, ...]


def total(works: Iterable[CountedWork], drop_lowest: int) -> ClassTotal:
    """Return the weighted mean without the lowest shares; one work always stays.

    The lowest share is never above the mean, so leaving it out never lowers the mean.
    """
    counting = sorted(
        ((one.share, one) for one in works if one.share is not None and one.weight > 0),
        # Of equal ones the heavier is dropped, then by name, so that the order of the works does not matter.
        key=lambda pair: (pair[0], -pair[1].weight, pair[1].name),
    )
    drop = min(drop_lowest, max(len(counting) - 1, 0))
    kept = counting[drop:]
    dropped = tuple(sorted(one.name for _, one in counting[:drop]))
    return ClassTotal(_mean(kept), dropped)


def _mean(works: Sequence[tuple[float, CountedWork]]) -> float | None:
    weight = sum(one.weight for _, one in works)
    return sum(share * one.weight for share, one in works) / weight if weight else None
