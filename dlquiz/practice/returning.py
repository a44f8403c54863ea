"""When a done exercise comes back, and with which of its functions (pure)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

INTERVALS = (21, 60, 180)
"""Days from the full points to the first return, and from each return that passed to the next one; the last one stays.

Repeating after growing times keeps what was learned longest for the least work (Cepeda et al. 2008,
doi:10.1111/j.1467-9280.2008.02209.x)."""


def comes_back(done: date, passed: Sequence[date]) -> date:
    """Return the day on which an exercise comes back that was ``done``, and ``passed`` again on some days since.

    A pass before its day is practice: what is still fresh puts nothing off.
    """
    day, count = done + timedelta(days=INTERVALS[0]), 0
    for one in sorted(passed):
        if one >= day:
            count += 1
            day = one + timedelta(days=INTERVALS[min(count, len(INTERVALS) - 1)])
    return day


def next_function(lengths: Mapping[str, int], asked: Sequence[str]) -> str:
    """Return which function comes: the longest that was never asked, else the one that was asked the longest ago.

    Parameters
    ----------
    lengths : mapping
        Each function with its lines; there is at least one.
    asked : sequence of str
        What was asked before, the last one at the end.
    """
    last = {name: place for place, name in enumerate(asked)}
    return min(lengths, key=lambda name: (last.get(name, -1), -lengths[name], name))
