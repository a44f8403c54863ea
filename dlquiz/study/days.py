"""The learner's calendar."""

from datetime import date, datetime


def day_of(at: datetime) -> date:
    """Return the day of a moment on the learner's calendar."""
    return at.astimezone().date()
