"""Seeds for one person."""

from random import SystemRandom


def fresh_seed() -> int:
    """Return a seed that nobody has chosen: six digits at most, because a person may have to type it.

    A million gradings are enough for numbers that nobody has seen: a table of their answers would be more work than
    any exercise, and whoever grades their own work at home would only fool themselves. A class is graded with seeds
    of 53 bits, which are drawn elsewhere.
    """
    return SystemRandom().randrange(10**6)
